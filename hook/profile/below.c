/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/below.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#define START 1
#define MOVES (SHIELD_DFA_CELLS + SHIELD_DFA_STATES) /* each cell is one, each `other` too */

/* The moves of the automaton backwards, and the states found so far. Index 0 ends a list: state 0 leads nowhere. */
struct search {
	uint16_t head[SHIELD_DFA_STATES]; /* by state: the last move into it */
	uint16_t from[MOVES + 1];
	uint16_t next[MOVES + 1]; /* another move into the same state */
	uint16_t move_count;
	bool leads[SHIELD_DFA_STATES]; /* to what is protected, or is that itself */
	uint16_t found[SHIELD_DFA_STATES];
	uint32_t found_count;
};
_Static_assert(MOVES < UINT16_MAX, "moves are counted in 16 bits");

static void add_move(struct search *search, uint16_t from, uint16_t to)
{
	uint16_t move;

	if (!from || !to)
		return;
	move = ++search->move_count;
	search->from[move] = from;
	search->next[move] = search->head[to];
	search->head[to] = move;
}

static void find(struct search *search, uint16_t state)
{
	if (search->leads[state])
		return;
	search->leads[state] = true;
	search->found[search->found_count++] = state;
}

static bool is_protected(const struct shield_policy *policy, uint32_t state)
{
	const struct shield_class *class = &policy->classes[policy->states[state].class];

	return class->file_deny || class->file_read_only;
}

/* Finds the states that lead to those found already. */
static void search_backwards(struct search *search, const struct shield_policy *policy, uint32_t state_count)
{
	for (uint32_t i = 0; i < SHIELD_DFA_CELLS; i++)
		add_move(search, policy->cells[i].check, policy->cells[i].next);
	for (uint32_t i = START; i < state_count; i++)
		add_move(search, (uint16_t)i, policy->states[i].other);
	for (uint32_t i = 0; i < search->found_count; i++)
		for (uint16_t move = search->head[search->found[i]]; move; move = search->next[move])
			find(search, search->from[move]);
}

/* The state after a '/'. */
static uint16_t step_down(const struct shield_policy *policy, uint32_t state)
{
	const struct shield_dfa_state *from = &policy->states[state];
	const struct shield_dfa_cell *cell = &policy->cells[(from->base + '/') & (SHIELD_DFA_CELLS - 1)];

	return cell->check == state ? cell->next : from->other;
}

int shield_mark_below(struct shield_policy *policy, uint32_t state_count)
{
	struct search *search = calloc(1, sizeof(*search));

	if (!search)
		return -ENOMEM;
	for (uint32_t i = START; i < state_count; i++)
		if (is_protected(policy, i))
			find(search, (uint16_t)i);
	if (search->found_count) {
		search_backwards(search, policy, state_count);
		for (uint32_t i = START; i < state_count; i++)
			if (search->leads[step_down(policy, i)])
				policy->states[i].below = 1;
		/* the root directory is called "/", without a name before it */
		policy->states[step_down(policy, START)].below = 1;
	}
	free(search);
	return 0;
}
