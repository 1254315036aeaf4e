/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/rows.h"

#include <errno.h>

#define WORD_BITS 64
#define CELL_MASK (SHIELD_DFA_CELLS - 1)

static int is_used(const struct shield_rows *rows, uint32_t cell)
{
	return rows->used[cell / WORD_BITS] >> cell % WORD_BITS & 1;
}

/* The first cell not taken at or after one; SHIELD_DFA_CELLS when there is none. */
static uint32_t next_free(const struct shield_rows *rows, uint32_t cell)
{
	while (cell < SHIELD_DFA_CELLS) {
		uint64_t free = ~rows->used[cell / WORD_BITS] >> cell % WORD_BITS;

		if (free)
			return cell + (uint32_t)__builtin_ctzll(free);
		cell = (cell / WORD_BITS + 1) * WORD_BITS;
	}
	return SHIELD_DFA_CELLS;
}

static int fits(const struct shield_rows *rows, const struct shield_row *row, uint32_t base)
{
	for (uint32_t i = 1; i < row->count; i++)
		if (is_used(rows, (base + row->byte[i]) & CELL_MASK))
			return 0;
	return 1;
}

/*
 * The first base that fits. Rows of one move, by far the most, take the first free cell; so what holes a longer row
 * leaves are soon filled, and the search for the next long row is short.
 */
static int find_base(struct shield_rows *rows, const struct shield_row *row, uint32_t *ret)
{
	rows->free = next_free(rows, rows->free);
	for (uint32_t cell = rows->free; cell < SHIELD_DFA_CELLS; cell = next_free(rows, cell + 1)) {
		uint32_t base = (cell - row->byte[0]) & CELL_MASK;

		if (fits(rows, row, base)) {
			*ret = base;
			return 0;
		}
	}
	return -E2BIG;
}

int shield_rows_place(struct shield_rows *rows, struct shield_policy *policy, uint16_t state,
		      const struct shield_row *row)
{
	uint32_t base;

	if (find_base(rows, row, &base) < 0)
		return -E2BIG;
	for (uint32_t i = 0; i < row->count; i++) {
		uint32_t cell = (base + row->byte[i]) & CELL_MASK;

		rows->used[cell / WORD_BITS] |= 1ull << cell % WORD_BITS;
		policy->cells[cell].check = state;
		policy->cells[cell].next = row->next[i];
	}
	policy->states[state].base = (uint16_t)base;
	return 0;
}
