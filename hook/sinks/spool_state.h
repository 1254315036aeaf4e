/* SPDX-License-Identifier: Apache-2.0 */
/* What a spool knows about itself: one small file of text, replaced as a whole. */
#ifndef SHIELD_SINKS_SPOOL_STATE_H
#define SHIELD_SINKS_SPOOL_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum shield_spool_outcome {
	SHIELD_SPOOL_SENT,
	SHIELD_SPOOL_REFUSED, /* the receiver will never take it */
};

/* All but `created` and `next` count from then on. */
struct shield_spool_state {
	uint64_t created; /* wall clock, ns since 1970 */
	uint64_t next;	  /* number of the oldest record that is not done */
	uint64_t sent;
	uint64_t refused;
	uint64_t failures; /* attempts that are to be repeated */
	uint64_t lost;	   /* records that fell out before they were sent */
	uint64_t told;	   /* of the lost ones, how many the receiver was told of */
};

#define SHIELD_SPOOL_STATE_MAX 256 /* bytes of the file, with a NUL */

/* Writes the file's text, NUL-terminated. Returns `buffer`. */
const char *shield_spool_state_print(const struct shield_spool_state *state, char buffer[SHIELD_SPOOL_STATE_MAX]);

/* Reads it. -EINVAL for what is none; *ret is untouched then. */
int shield_spool_state_parse(const char *text, struct shield_spool_state *ret);

/* Takes the spool's lock. @ret_fd: owned by the caller; closing it releases the lock */
int shield_spool_lock(int dir, int *ret_fd, struct shield_error *error);

/*
 * Reads the state. The lock should be held by who wants to change it.
 * Returns 1; 0 with an empty state where there is none, or what there is cannot be used; a negative errno.
 */
int shield_spool_state_load(int dir, struct shield_spool_state *ret, struct shield_error *error);

/* Replaces the state at once. The lock must be held. */
int shield_spool_state_store(int dir, const struct shield_spool_state *state, struct shield_error *error);

#endif
