/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/flatten.h"

#include <string.h>

/* The first of the sorted pieces that ends at or above a number. */
static size_t first_from(const struct shield_span *pieces, size_t count, uint32_t low)
{
	size_t begin = 0;

	while (count) {
		size_t half = count / 2;

		if (pieces[begin + half].high < low) {
			begin += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return begin;
}

static void insert(struct shield_span *pieces, size_t *count, size_t at, struct shield_span piece)
{
	memmove(&pieces[at + 1], &pieces[at], (*count - at) * sizeof(*pieces));
	pieces[at] = piece;
	++*count;
}

/* Puts the parts of a span where no piece is yet. */
static void fill(struct shield_span *pieces, size_t *count, const struct shield_span *span)
{
	size_t at = first_from(pieces, *count, span->low);
	uint32_t low = span->low;

	while (low <= span->high) {
		if (at == *count || pieces[at].low > span->high) {
			insert(pieces, count, at, (struct shield_span){ low, span->high, span->value });
			return;
		}
		if (pieces[at].low > low) {
			insert(pieces, count, at, (struct shield_span){ low, pieces[at].low - 1, span->value });
			at++;
		}
		if (pieces[at].high >= span->high)
			return;
		low = pieces[at++].high + 1;
	}
}

size_t shield_flatten(const struct shield_span *spans, size_t count, struct shield_span *ret)
{
	size_t pieces = 0, kept = 0;

	for (size_t i = 0; i < count; i++)
		fill(ret, &pieces, &spans[i]);
	for (size_t i = 0; i < pieces; i++) {
		struct shield_span *last = kept ? &ret[kept - 1] : NULL;

		if (last && last->value == ret[i].value && last->high + 1 == ret[i].low)
			last->high = ret[i].high;
		else
			ret[kept++] = ret[i];
	}
	return kept;
}
