/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one consumer of the engine's event ring (Documentation/bpf/ringbuf.rst). What it has read stays in the ring until
 * it is committed: a reader that is killed in between finds it again, at the same position. Once opened it needs no
 * privilege.
 */
#ifndef SHIELD_EVENTS_RING_H
#define SHIELD_EVENTS_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "engine/engine.h"

#define SHIELD_RING_BATCH 256 /* events between two commits: what else there is to do gets its turn under a flood */

struct shield_ring {
	int map, lock;		  /* owned; -1 = closed */
	void *shared;		  /* what is mapped for writing: the consumer's page */
	const void *kernel;	  /* read-only: the producer's page, and the data twice in a row */
	uint64_t *consumer;	  /* up to where the kernel may write again */
	const uint64_t *producer; /* up to where it has written, or is about to */
	const char *data;
	size_t size;	   /* bytes of data, a power of two */
	uint64_t position; /* of the next record */
};
#define SHIELD_RING_NONE ((struct shield_ring){ .map = -1, .lock = -1 })

/*
 * Takes the ring: only one process reads it (flock(2) of SHIELD_RING_LOCK).
 * @engine: borrowed during the call
 * @ret: to be closed by the caller
 * Returns 0; -EBUSY naming who reads it and where to subscribe instead; another negative errno.
 */
int shield_ring_open(struct shield_engine *engine, struct shield_ring *ret, struct shield_error *error);

/* Maps it, to be read: what only holds the ring for another process need not carry its pages. Takes no privilege. */
int shield_ring_map(struct shield_ring *ring, struct shield_error *error);

/* Readable by poll(2) while there is something that is not committed. Owned by the ring. */
static inline int shield_ring_fd(const struct shield_ring *ring)
{
	return ring->map;
}

/*
 * The next event.
 * @ret: in the ring itself: valid until the commit. Strings in it may lack their NUL.
 * @ret_position: its place in the ring since the engine was loaded, in bytes: it grows and never comes twice
 * Returns 1; 0 when there is none yet; -EPROTO when its layout is not this build's.
 */
int shield_ring_next(struct shield_ring *ring, const struct shield_event **ret, uint64_t *ret_position,
		     struct shield_error *error);

/* What was read is gone. */
void shield_ring_commit(struct shield_ring *ring);

/* Goes back to what was committed last, by whomever. */
void shield_ring_rewind(struct shield_ring *ring);

void shield_ring_close(struct shield_ring *ring);
#define _cleanup_ring_ _cleanup_(shield_ring_close)

#endif
