/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the tree of patterns to a deterministic automaton: the subset construction. A state is the set of nodes that
 * one path can reach together. Without wildcards each set is one node, so the cost is that of the tree; larger sets
 * are found again through a hash table.
 */
#include "profile/automaton.h"

#include <errno.h>
#include <string.h>

#include "profile/below.h"
#include "profile/overflow.h"
#include "profile/rows.h"

#define TABLE_SIZE (2 * SHIELD_DFA_STATES) /* power of two, never more than half full */
#define CLASS_TABLE_SIZE (2 * SHIELD_CLASSES)
#define MEMBERS_MAX (64 * SHIELD_DFA_STATES) /* nodes in all states: more is an explosion before the states tell */

/* The nodes of a state. */
struct set {
	uint32_t first, count; /* in members */
};

/* A node that a byte leads to, in the list of that byte. */
struct edge {
	uint32_t node;
	uint32_t next; /* index + 1, 0 = the last */
};

struct build {
	struct shield_automaton *automaton;
	struct shield_policy *policy;
	struct shield_error *error;
	struct shield_rows rows;

	struct set *sets; /* by state */
	uint32_t state_count;
	uint32_t *members; /* of all sets */
	size_t member_count, member_room;
	uint16_t *table; /* state by hash of its set, for sets of two and more; made with the first */
	uint16_t class_table[CLASS_TABLE_SIZE];
	uint32_t class_count;

	/* The moves of the state in work: by single bytes, and by any byte other than '/'. */
	struct edge *edges;
	uint32_t edge_count;
	uint32_t heads[256]; /* first edge of a byte: index + 1 */
	uint8_t bytes[256];  /* those that have edges */
	uint32_t byte_count;
	uint32_t *wild;
	uint32_t wild_count;

	/* The set being put together: its nodes carry the mark. */
	uint32_t *next;
	uint32_t next_count, mark;
};

static void free_build(struct build *build)
{
	free(build->sets);
	free(build->members);
	free(build->table);
	free(build->edges);
	free(build->wild);
	free(build->next);
}

static struct shield_node *node_at(const struct build *build, uint32_t index)
{
	return &build->automaton->nodes[index];
}

/* Sizes by what the tree can need at most. */
static int make_build(struct build *build)
{
	size_t nodes = build->automaton->node_count;

	build->sets = malloc(SHIELD_DFA_STATES * sizeof(*build->sets));
	build->edges = malloc(nodes * sizeof(*build->edges));
	build->wild = malloc(2 * nodes * sizeof(*build->wild));
	build->next = malloc(nodes * sizeof(*build->next));
	if (!build->sets || !build->edges || !build->wild || !build->next)
		return shield_fail_errno(build->error, ENOMEM, "compiling paths");
	build->state_count = SHIELD_AUTOMATON_ROOT; /* state 0 is dead and has no set */
	build->class_count = 1;
	return 0;
}

/* The lower of two rules, where 0 is none. */
static uint16_t first_rule(uint16_t a, uint16_t b)
{
	return !a || (b && b < a) ? b : a;
}

static uint32_t hash_words(uint32_t hash, const uint32_t *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = ((hash ^ words[i]) * 0x9e3779b1u) ^ (hash >> 15);
	return hash ^ (hash >> 16);
}

/* The index of a class in the policy, added if need be. Returns -E2BIG when there are too many. */
static int intern_class(struct build *build, const struct shield_class *class)
{
	uint32_t words[sizeof(*class) / sizeof(uint32_t)], slot;

	memcpy(words, class, sizeof(words));
	slot = hash_words(0, words, sizeof(words) / sizeof(words[0]));
	for (;; slot++) {
		uint16_t *index = &build->class_table[slot % CLASS_TABLE_SIZE];

		if (!*index) {
			if (build->class_count == SHIELD_CLASSES)
				return -E2BIG;
			*index = (uint16_t)build->class_count++;
			build->policy->classes[*index] = *class;
			return *index;
		}
		if (!memcmp(&build->policy->classes[*index], class, sizeof(*class)))
			return *index;
	}
}

/* What the patterns that end in a set say together. Returns whether there are any. */
static int merge_says(const struct build *build, const uint32_t *nodes, uint32_t count, struct shield_class *ret)
{
	int any = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = node_at(build, nodes[i])->says;
		const struct shield_class *says = &build->automaton->says[index];

		if (!index)
			continue;
		any = 1;
		ret->names |= says->names;
		ret->from |= says->from;
		ret->allow = first_rule(ret->allow, says->allow);
		ret->allow_from = first_rule(ret->allow_from, says->allow_from);
		ret->deny = first_rule(ret->deny, says->deny);
		ret->library = first_rule(ret->library, says->library);
		ret->file_deny = first_rule(ret->file_deny, says->file_deny);
		ret->file_read_only = first_rule(ret->file_read_only, says->file_read_only);
		ret->unix_allow = first_rule(ret->unix_allow, says->unix_allow);
		ret->unix_deny = first_rule(ret->unix_deny, says->unix_deny);
	}
	return any;
}

static int overflow(struct build *build, const char *what, size_t needed, uint32_t limit)
{
	return shield_automaton_overflow(build->automaton, build->members, build->member_count, what, needed, limit,
					 build->error);
}

/* Keeps the set in work as that of a state. */
static int keep_set(struct build *build, uint32_t state)
{
	size_t end = build->member_count + build->next_count;

	if (end > MEMBERS_MAX)
		return overflow(build, "overlaps of patterns", build->automaton->node_count, MEMBERS_MAX);
	if (end > build->member_room) {
		size_t room = 2 * end + 1024;
		uint32_t *larger = reallocarray(build->members, room, sizeof(*larger));

		if (!larger)
			return shield_fail_errno(build->error, ENOMEM, "compiling paths");
		build->members = larger;
		build->member_room = room;
	}
	build->sets[state] = (struct set){ (uint32_t)build->member_count, build->next_count };
	memcpy(&build->members[build->member_count], build->next, build->next_count * sizeof(*build->next));
	build->member_count = end;
	return 0;
}

/* Makes a state of the set in work. Returns it, -E2BIG or -ENOMEM. */
static int add_state(struct build *build)
{
	uint32_t state = build->state_count;
	struct shield_class class = {};
	int index;

	if (state == SHIELD_DFA_STATES)
		return overflow(build, "states", build->automaton->node_count, SHIELD_DFA_STATES);
	index = keep_set(build, state);
	if (index < 0)
		return index;
	build->state_count++;
	if (merge_says(build, build->next, build->next_count, &class)) {
		index = intern_class(build, &class);
		if (index < 0)
			return overflow(build, "different rules", build->automaton->says_count, SHIELD_CLASSES);
		build->policy->states[state].class = (uint16_t)index;
	}
	return (int)state;
}

static int compare_nodes(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return (first > second) - (first < second);
}

/* Sorts the set in work: equal sets then have equal bytes. Most are tiny. */
static void sort_next(struct build *build)
{
	uint32_t *next = build->next;

	if (build->next_count > 16) {
		qsort(next, build->next_count, sizeof(*next), compare_nodes);
		return;
	}
	for (uint32_t i = 1; i < build->next_count; i++) {
		uint32_t node = next[i], at = i;

		for (; at && next[at - 1] > node; at--)
			next[at] = next[at - 1];
		next[at] = node;
	}
}

static int is_set(const struct build *build, const struct set *set)
{
	return set->count == build->next_count &&
	       !memcmp(&build->members[set->first], build->next, set->count * sizeof(*build->next));
}

/* The state that is the set in work, made if need be; 0 for the empty set. Returns -E2BIG or -ENOMEM. */
static int intern_state(struct build *build)
{
	uint32_t slot;
	int state;

	if (!build->next_count)
		return 0;
	if (build->next_count == 1) {
		struct shield_node *only = node_at(build, build->next[0]);

		state = only->state ? only->state : add_state(build);
		if (state > 0)
			only->state = (uint16_t)state;
		return state;
	}
	if (!build->table)
		build->table = calloc(TABLE_SIZE, sizeof(*build->table));
	if (!build->table)
		return shield_fail_errno(build->error, ENOMEM, "compiling paths");
	sort_next(build);
	slot = hash_words(build->next_count, build->next, build->next_count);
	for (;; slot++) {
		uint16_t *entry = &build->table[slot % TABLE_SIZE];

		if (*entry && !is_set(build, &build->sets[*entry]))
			continue;
		state = *entry ? *entry : add_state(build);
		if (state > 0)
			*entry = (uint16_t)state;
		return state;
	}
}

static void begin_set(struct build *build)
{
	build->next_count = 0;
	build->mark++;
}

/* Adds a node, and the RUN below it that needs no byte. */
static void add_member(struct build *build, uint32_t index)
{
	struct shield_node *node = node_at(build, index);

	if (node->mark == build->mark)
		return;
	node->mark = build->mark;
	build->next[build->next_count++] = index;
	if (node_at(build, node->child)->symbol == SHIELD_SYMBOL_RUN)
		add_member(build, node->child);
}

static void add_edge(struct build *build, uint8_t byte, uint32_t node)
{
	if (!build->heads[byte])
		build->bytes[build->byte_count++] = byte;
	build->edges[build->edge_count++] = (struct edge){ node, build->heads[byte] };
	build->heads[byte] = build->edge_count;
}

/* Collects where one node of the state in work leads. */
static void add_moves(struct build *build, uint32_t index)
{
	const struct shield_node *node = node_at(build, index);

	if (node->symbol == SHIELD_SYMBOL_AGAIN) {
		build->wild[build->wild_count++] = node->child;
		return;
	}
	if (node->symbol >= SHIELD_SYMBOL_LEVEL)
		build->wild[build->wild_count++] = index;
	for (uint32_t i = node->child; i; i = node_at(build, i)->sibling) {
		uint16_t symbol = node_at(build, i)->symbol;

		if (symbol < SHIELD_SYMBOL_LEVEL)
			add_edge(build, (uint8_t)symbol, i);
		else if (symbol == SHIELD_SYMBOL_AGAIN)
			add_edge(build, '/', i);
		else if (symbol != SHIELD_SYMBOL_RUN)
			build->wild[build->wild_count++] = i;
	}
}

/* The state after a byte that has edges, or that is '/'. */
static int move_by(struct build *build, uint8_t byte)
{
	begin_set(build);
	if (byte != '/')
		for (uint32_t i = 0; i < build->wild_count; i++)
			add_member(build, build->wild[i]);
	for (uint32_t edge = build->heads[byte]; edge; edge = build->edges[edge - 1].next)
		add_member(build, build->edges[edge - 1].node);
	build->heads[byte] = 0;
	return intern_state(build);
}

/* The state after a byte that no pattern spells out here. */
static int move_by_other(struct build *build)
{
	begin_set(build);
	for (uint32_t i = 0; i < build->wild_count; i++)
		add_member(build, build->wild[i]);
	return intern_state(build);
}

/* Writes the row of a state, making the states it leads to. */
static int write_state(struct build *build, uint32_t state)
{
	struct set set = build->sets[state];
	struct shield_row row;
	int next;

	build->edge_count = build->byte_count = build->wild_count = 0;
	for (uint32_t i = 0; i < set.count; i++)
		add_moves(build, build->members[set.first + i]);
	/* No wildcard takes '/': it has a cell of its own, if only to the dead state. */
	if (build->wild_count && !build->heads['/'])
		build->bytes[build->byte_count++] = '/';
	row.count = build->byte_count;
	for (uint32_t i = 0; i < row.count; i++) {
		next = move_by(build, build->bytes[i]);
		if (next < 0)
			return next;
		row.byte[i] = build->bytes[i];
		row.next[i] = (uint16_t)next;
	}
	next = build->wild_count ? move_by_other(build) : 0;
	if (next < 0)
		return next;
	if (next)
		build->policy->states[state].other = (uint16_t)next;
	if (row.count && shield_rows_place(&build->rows, build->policy, (uint16_t)state, &row) < 0)
		return overflow(build, "transitions", build->automaton->node_count, SHIELD_DFA_CELLS);
	return 0;
}

int shield_automaton_compile(struct shield_automaton *automaton, struct shield_policy *policy,
			     struct shield_error *error)
{
	_cleanup_(free_build) struct build build = { .automaton = automaton, .policy = policy, .error = error };
	int result;

	if (!automaton->node_count)
		return 0; /* no pattern: the start has no way out */
	result = make_build(&build);
	if (result < 0)
		return result;
	begin_set(&build);
	add_member(&build, SHIELD_AUTOMATON_ROOT);
	result = intern_state(&build);
	for (uint32_t state = 1; result >= 0 && state < build.state_count; state++)
		result = write_state(&build, state);
	if (result < 0)
		return result;
	if (shield_mark_below(policy, build.state_count) < 0)
		return shield_fail_errno(error, ENOMEM, "compiling paths");
	return 0;
}
