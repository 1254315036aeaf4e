/* SPDX-License-Identifier: Apache-2.0 */
/* Row displacement: the moves of all states of an automaton, slid into each other in one array of cells. */
#ifndef SHIELD_PROFILE_ROWS_H
#define SHIELD_PROFILE_ROWS_H

#include <stdint.h>

#include "bpf/abi.h"

/* The moves of one state that differ from its `other`; bytes are distinct. */
struct shield_row {
	uint32_t count;
	uint8_t byte[256];
	uint16_t next[256];
};

/* Which cells are taken. Zeroed = none. */
struct shield_rows {
	uint64_t used[SHIELD_DFA_CELLS / 64];
	uint32_t free; /* all cells below are taken */
};

/*
 * Finds room for a state's row, and writes its cells and base into the policy.
 * @state: not 0; states without a row need no call
 * Returns 0, or -E2BIG when the cells that are left do not fit it.
 */
int shield_rows_place(struct shield_rows *rows, struct shield_policy *policy, uint16_t state,
		      const struct shield_row *row);

#endif
