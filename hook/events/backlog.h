/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The last events, for readers that each go at their own pace: a reader is a place in it, and one that falls more than
 * the whole backlog behind has lost its place.
 */
#ifndef SHIELD_EVENTS_BACKLOG_H
#define SHIELD_EVENTS_BACKLOG_H

#include <stdint.h>

#include "base/error.h"
#include "events/origin.h"

/* Many batches of the ring (SHIELD_RING_BATCH): after each one readers have their turn. Memory is what bounds it. */
#define SHIELD_BACKLOG 2048 /* power of two */

/* Zeroed = not allocated. */
struct shield_backlog {
	struct shield_evidence *item; /* SHIELD_BACKLOG of them; pages are used as events come */
	uint64_t end;		      /* events ever added: the place of the next one */
};

/* Returns 0 or -ENOMEM. */
int shield_backlog_init(struct shield_backlog *backlog, struct shield_error *error);

void shield_backlog_free(struct shield_backlog *backlog);
#define _cleanup_backlog_ _cleanup_(shield_backlog_free)

/* Room for the next event, in place of the oldest; it counts from shield_backlog_commit() on. */
struct shield_evidence *shield_backlog_next(struct shield_backlog *backlog);
void shield_backlog_commit(struct shield_backlog *backlog);

/* The place of the oldest event there is. */
uint64_t shield_backlog_start(const struct shield_backlog *backlog);

/* The event at a place; NULL when it is not there any more, or not yet. Valid until the next shield_backlog_next(). */
const struct shield_evidence *shield_backlog_at(const struct shield_backlog *backlog, uint64_t place);

#endif
