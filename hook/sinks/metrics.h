/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GET /metrics and GET /healthz over HTTP: libmicrohttpd within the caller's loop, without threads. Linked by shieldd
 * alone.
 */
#ifndef SHIELD_SINKS_METRICS_H
#define SHIELD_SINKS_METRICS_H

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

#define SHIELD_METRICS_CONNECTIONS 8 /* at once; more wait */
#define SHIELD_METRICS_TIMEOUT 10    /* s until a silent connection is closed */

/*
 * Appends the page of /metrics (shield_prometheus_format()). Called while a request is served.
 * Returns 0 or a negative errno: the request is answered with 503.
 */
typedef int (*shield_metrics_page)(struct shield_text *text, void *context);

struct shield_metrics;

/*
 * Serves on a listening socket.
 * @listener: taken over, also on failure; see shield_listen()
 * @ret: owned by the caller
 */
int shield_metrics_open(int listener, shield_metrics_page page, void *context, struct shield_metrics **ret,
			struct shield_error *error);

/* A descriptor for poll(2), readable when shield_metrics_run() has something to do. */
int shield_metrics_fd(const struct shield_metrics *metrics);

/* ms until shield_metrics_run() has something to do without that, -1 = never. */
int shield_metrics_timeout(const struct shield_metrics *metrics);

/* Does what there is to do, without waiting. */
void shield_metrics_run(struct shield_metrics *metrics);

/* NULL is fine. */
void shield_metrics_close(struct shield_metrics *metrics);

#endif
