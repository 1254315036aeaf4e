/* SPDX-License-Identifier: Apache-2.0 */
/* From a spool to a webhook: what shieldd-webhook does all day. */
#ifndef SHIELD_SINKS_DELIVERY_H
#define SHIELD_SINKS_DELIVERY_H

#include "base/cleanup.h"
#include "base/error.h"
#include "sinks/post.h"
#include "sinks/spool.h"
#include "sinks/webhook.h"

struct shield_delivery {
	const struct shield_webhook *webhook; /* borrowed */
	struct shield_sender *sender;
	struct shield_post *post;
	char hostname[256];
	unsigned int failures; /* in a row */
	bool refused;	       /* the last record: that was said */
};

/*
 * Prepares; nothing is sent.
 * @webhook, @dir (the spool's): borrowed
 * @ret: zeroed; release with shield_delivery_close(), also after a failure
 */
int shield_delivery_open(const struct shield_webhook *webhook, int dir, struct shield_delivery *ret,
			 struct shield_error *error);

/*
 * Does one thing: sends the oldest record, or tells how many were lost, or waits: for a record, or before the next
 * attempt. Says on the standard error when the webhook fails, works again or refuses, once each.
 * Returns 0, or a negative errno where the spool cannot be used.
 */
int shield_delivery_run(struct shield_delivery *delivery, struct shield_error *error);

void shield_delivery_close(struct shield_delivery *delivery);
#define _cleanup_delivery_ _cleanup_(shield_delivery_close)

#endif
