/* SPDX-License-Identifier: Apache-2.0 */
/* Which events somebody wants. Pure; a value that can be copied. */
#ifndef SHIELD_EVENTS_FILTER_H
#define SHIELD_EVENTS_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "events/origin.h"

#define SHIELD_FILTER_PATTERNS 512 /* bytes of all patterns, each with two more */

/* Zeroed = wants every event. Patterns of one field: any of them; of several fields: all. */
struct shield_filter {
	uint64_t since;			       /* wall clock, ns since 1970 */
	uint32_t kinds;			       /* bit n = kind n; 0 = any */
	uint32_t verdicts;		       /* the same */
	uint32_t length;		       /* bytes used of: */
	char patterns[SHIELD_FILTER_PATTERNS]; /* the field, a byte; the pattern, NUL-terminated; the next ... */
};

/*
 * Adds a condition:
 *	container	pattern (fnmatch(3)) of a name, as POD/CONTAINER too, or of an id; or the beginning of an id
 *	pod, namespace	pattern
 *	rule		JSON path, or the beginning of one up to a dot or bracket: network.egress
 *	kind, verdict	as shield_kind_name() and shield_verdict_name() have it
 *	since		wall clock, ns since 1970
 * Returns 0; -EINVAL, naming what was probably meant; -E2BIG where the patterns do not fit.
 */
int shield_filter_add(struct shield_filter *filter, const char *field, const char *value, struct shield_error *error);

bool shield_filter_matches(const struct shield_filter *filter, const struct shield_evidence *evidence);

/* Does it want every event? */
bool shield_filter_is_empty(const struct shield_filter *filter);

/* Calls `each` with every condition, as shield_filter_add() takes them. */
void shield_filter_each(const struct shield_filter *filter,
			void (*each)(const char *field, const char *value, void *context), void *context);

#endif
