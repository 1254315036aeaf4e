/* SPDX-License-Identifier: Apache-2.0 */
/* Records to a webhook over HTTP. The only user of libcurl; linked by shieldd-webhook alone. */
#ifndef SHIELD_SINKS_POST_H
#define SHIELD_SINKS_POST_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "sinks/webhook.h"

struct shield_post;

enum shield_reply_kind {
	SHIELD_REPLY_TAKEN,
	SHIELD_REPLY_LATER,   /* no connection, a timeout, 408, 425, 429 and 5xx: to be tried again */
	SHIELD_REPLY_REFUSED, /* it would say the same of this record at any time */
};

struct shield_reply {
	enum shield_reply_kind kind;
	uint32_t retry_after; /* s, 0 = not said */
	char reason[256];     /* for people; no secrets */
};

/*
 * Prepares the connection; nothing is sent.
 * @webhook: borrowed while the post lives
 * @ret: owned by the caller
 */
int shield_post_open(const struct shield_webhook *webhook, struct shield_post **ret, struct shield_error *error);

/* Posts one record, and waits for the answer: at most the webhook's timeout. */
void shield_post_send(struct shield_post *post, const char *record, size_t length, struct shield_reply *ret);

/* NULL is fine. */
void shield_post_close(struct shield_post *post);

static inline void shield_post_closep(struct shield_post **post)
{
	shield_post_close(*post);
}
#define _cleanup_post_ _cleanup_(shield_post_closep)

#endif
