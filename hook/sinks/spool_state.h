/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a spool knows about itself: one small file of text, whose flock(2) is the spool's lock. It is overwritten in
 * place and never changes its size: one write within a page is done whole or not at all, even where the writer is
 * killed or the disk is full.
 */
#ifndef SHIELD_SINKS_SPOOL_STATE_H
#define SHIELD_SINKS_SPOOL_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* All but `created` and `next` count from then on. */
struct shield_spool_state {
	uint64_t created; /* wall clock, ns since 1970 */
	uint64_t next;	  /* number of the oldest record that is not done; 0 = not known */
	uint64_t sent;
	uint64_t refused;  /* the receiver would never have taken them */
	uint64_t failures; /* attempts that had to be repeated */
	uint64_t lost;	   /* records that fell out before they were sent */
	uint64_t told;	   /* of the lost ones, how many the receiver was told of */
};

#define SHIELD_SPOOL_STATE_MAX 256 /* bytes of the text, with its NUL */

/* Writes the text, always of the same length. Returns `buffer`. */
const char *shield_spool_state_print(const struct shield_spool_state *state, char buffer[SHIELD_SPOOL_STATE_MAX]);

/* Reads it. -EINVAL for what is none; *ret is untouched then. */
int shield_spool_state_parse(const char *text, struct shield_spool_state *ret);

/* Opens the file, creating it where there is none. @ret_fd: owned by the caller */
int shield_spool_state_open(int dir, int *ret_fd, struct shield_error *error);

/* Whether to wait for others, who hold the lock for a moment only; a hostile sender might hold it for good. */
enum shield_spool_wait {
	SHIELD_SPOOL_NOW,
	SHIELD_SPOOL_SOON, /* 100 ms */
	SHIELD_SPOOL_WAIT,
};

/*
 * Takes the lock and reads. The state is zero but for `created` where the file says nothing (new, or damaged).
 * shield_spool_state_end() is to follow, unless this fails.
 * Returns 0; -EAGAIN when another holds the lock; another negative errno.
 */
int shield_spool_state_begin(int fd, enum shield_spool_wait wait, struct shield_spool_state *ret,
			     struct shield_error *error);

/* Writes, unless @state is NULL, and releases the lock. */
int shield_spool_state_end(int fd, const struct shield_spool_state *state, struct shield_error *error);

#endif
