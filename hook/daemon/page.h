/* SPDX-License-Identifier: Apache-2.0 */
/* The page of /metrics: asked together when somebody wants it. */
#ifndef SHIELD_DAEMON_PAGE_H
#define SHIELD_DAEMON_PAGE_H

#include "base/text.h"
#include "daemon/sinks.h"

struct shield_page {
	int questions; /* borrowed: to ask the parent (daemon/questions.h) */
	const struct shield_sinks *sinks;
};

/* shield_metrics_page. @context: struct shield_page * */
int shield_page_write(struct shield_text *text, void *context);

/* Resident memory of this process, in bytes; 0 when it cannot be read. */
uint64_t shield_page_resident(void);

#endif
