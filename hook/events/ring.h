/* SPDX-License-Identifier: Apache-2.0 */
/* The one consumer of the engine's event ring. */
#ifndef SHIELD_EVENTS_RING_H
#define SHIELD_EVENTS_RING_H

#include "base/error.h"
#include "bpf/abi.h"
#include "engine/engine.h"

#define SHIELD_RING_BATCH 256 /* events of one poll: what else there is to do gets its turn under a flood */

/*
 * Called for each event, in order; the event is valid during the call only. Strings in it may lack their NUL.
 * Returns 0, or a negative errno, with which the poll ends; this event counts as consumed.
 */
typedef int (*shield_ring_event)(const struct shield_event *event, void *context);

struct shield_ring;

/*
 * Takes the ring: only one process reads it (flock(2) of SHIELD_RING_LOCK), and what it reads is gone for others.
 * @engine: borrowed during the call
 * @ret: owned by the caller; the ring and its lock are released by shield_ring_close()
 * Returns 0; -EBUSY naming who reads it and where to subscribe instead; another negative errno.
 */
int shield_ring_open(struct shield_engine *engine, shield_ring_event event, void *context, struct shield_ring **ret,
		     struct shield_error *error);

/* A descriptor for poll(2), readable while there are events. Owned by the ring. */
int shield_ring_fd(const struct shield_ring *ring);

/*
 * Waits for events and hands at most SHIELD_RING_BATCH of them over.
 * @timeout: ms, 0 = what is there, -1 = without end
 * Returns how many events there were, 0 also after a signal; what the callback returned; another negative errno.
 */
int shield_ring_poll(struct shield_ring *ring, int timeout, struct shield_error *error);

/* NULL is fine. */
void shield_ring_close(struct shield_ring *ring);

static inline void shield_ring_closep(struct shield_ring **ring)
{
	shield_ring_close(*ring);
}
#define _cleanup_ring_ _cleanup_(shield_ring_closep)

#endif
