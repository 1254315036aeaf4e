/* SPDX-License-Identifier: Apache-2.0 */
/* The segments of a spool: files named by the number of their first record. */
#ifndef SHIELD_SINKS_SEGMENTS_H
#define SHIELD_SINKS_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "sinks/spool_state.h"

#define SHIELD_SEGMENT_MAX (1 << 20)

/* Numbers of first records, ascending. */
struct shield_segments {
	uint64_t *first;
	size_t count;
};

/* Lists what is in a spool. @ret: release with shield_segments_free() */
int shield_segments_list(int dir, struct shield_segments *ret, struct shield_error *error);

void shield_segments_free(struct shield_segments *segments);
#define _cleanup_segments_ _cleanup_(shield_segments_free)

/* Opens one; @flags as for open(2). Returns the descriptor, owned by the caller, or a negative errno. */
int shield_segment_open(int dir, uint64_t first, int flags, struct shield_error *error);

/* Removes one; it may be gone. */
int shield_segment_remove(int dir, uint64_t first, struct shield_error *error);

/* Its bytes, 0 when it is gone. */
uint64_t shield_segment_size(int dir, uint64_t first);

/*
 * Walks through the whole lines of a segment from where the descriptor stands.
 * @each: gets the start of each line, cut to SHIELD_SEGMENT_LINE_START bytes and NUL-terminated; may be NULL
 * @lines: at most so many
 * @ret_lines, @ret_bytes: what was walked through
 */
#define SHIELD_SEGMENT_LINE_START 48
int shield_segment_walk(int fd, uint64_t lines, void (*each)(const char *start, void *context), void *context,
			uint64_t *ret_lines, uint64_t *ret_bytes, struct shield_error *error);

/* Puts the state in order with what is there: where to begin, and what was removed by others and so is lost. */
void shield_segments_settle(const struct shield_segments *segments, struct shield_spool_state *state);

#endif
