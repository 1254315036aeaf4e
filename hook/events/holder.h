/* SPDX-License-Identifier: Apache-2.0 */
/* Who reads the ring: whoever holds the lock of SHIELD_RING_LOCK. */
#ifndef SHIELD_EVENTS_HOLDER_H
#define SHIELD_EVENTS_HOLDER_H

#include <sys/types.h>

#include "base/error.h"
#include "engine/lock.h"

#define SHIELD_RING_LOCK SHIELD_RUN_DIR "/ring.lock"

struct shield_ring_holder {
	pid_t pid; /* 0 when it is not of our pid namespace */
	char comm[16];
};

/*
 * Looks who holds the ring, without touching the lock: a reader that starts meanwhile is not disturbed.
 * Returns 0; -ENOENT when nobody does; what reading /proc/locks returned.
 */
int shield_ring_holder_find(struct shield_ring_holder *ret, struct shield_error *error);

/*
 * The part that reads nothing: who holds an flock(2) on an inode, out of the text of /proc/locks (proc(5)).
 * Returns 0; -ENOENT when nobody does.
 */
int shield_ring_holder_parse(const char *locks, dev_t device, ino_t inode, pid_t *ret);

#endif
