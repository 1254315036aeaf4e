/* SPDX-License-Identifier: Apache-2.0 */
/* Overlapping ranges of numbers made disjoint. */
#ifndef SHIELD_PROFILE_FLATTEN_H
#define SHIELD_PROFILE_FLATTEN_H

#include <stddef.h>
#include <stdint.h>

/* Numbers low to high, inclusive, and what holds for them. */
struct shield_span {
	uint32_t low, high;
	uint32_t value;
};

/*
 * Flattens spans: where some overlap the first of them wins; neighbours of equal value become one. An empty span (low
 * above high) is none.
 * @ret: sorted and disjoint; room for 2 * count of them
 * Returns how many there are.
 */
size_t shield_flatten(const struct shield_span *spans, size_t count, struct shield_span *ret);

#endif
