/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/automaton.h"

#include <errno.h>
#include <string.h>

#include "profile/rule.h"

#define FIRST_ROOM 512

/* Room for one more element, at least doubling. New memory is not cleared. Returns 0 or -ENOMEM. */
static int grow(void **array, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? 2 * *room : FIRST_ROOM;
	void *larger;

	if (count < *room)
		return 0;
	larger = reallocarray(*array, wanted, size);
	if (!larger)
		return -ENOMEM;
	*array = larger;
	*room = wanted;
	return 0;
}

/* Returns the index of a new node, or 0 without memory. */
static uint32_t new_node(struct shield_automaton *automaton, uint16_t symbol)
{
	if (grow((void **)&automaton->nodes, automaton->node_count, &automaton->node_room, sizeof(*automaton->nodes)) <
	    0)
		return 0;
	automaton->nodes[automaton->node_count] = (struct shield_node){
		.symbol = symbol,
		.pattern = automaton->pattern_count ? (uint32_t)automaton->pattern_count - 1 : 0,
	};
	return (uint32_t)automaton->node_count++;
}

/* A `**` can go on to further levels: gives its node the AGAIN. Returns the node, or 0 without memory. */
static uint32_t add_again(struct shield_automaton *automaton, uint32_t levels)
{
	uint32_t again = new_node(automaton, SHIELD_SYMBOL_AGAIN);

	if (!again)
		return 0;
	automaton->nodes[again].child = levels;
	automaton->nodes[levels].child = again;
	return levels;
}

/* The child of a node by a symbol, made if need be. Returns 0 without memory. */
static uint32_t step(struct shield_automaton *automaton, uint32_t at, uint16_t symbol)
{
	uint32_t last = 0, made;

	for (uint32_t i = automaton->nodes[at].child; i; i = automaton->nodes[i].sibling) {
		if (automaton->nodes[i].symbol == symbol)
			return i;
		last = i;
	}
	made = new_node(automaton, symbol);
	if (!made)
		return 0;
	if (!last || symbol == SHIELD_SYMBOL_RUN) {
		automaton->nodes[made].sibling = automaton->nodes[at].child;
		automaton->nodes[at].child = made;
	} else {
		automaton->nodes[last].sibling = made;
	}
	return symbol == SHIELD_SYMBOL_LEVELS ? add_again(automaton, made) : made;
}

/* Reads the symbol at *text and moves on. Returns it, or -EINVAL for a `**` that is not a whole component. */
static int next_symbol(const char **text)
{
	const char *at = *text;
	int starts = at[0] == '*' && at[-1] == '/';

	*text = at + 1;
	if (at[0] != '*')
		return (uint8_t)at[0];
	if (at[1] == '*') {
		*text = at + 2;
		return starts && (at[2] == '/' || !at[2]) ? SHIELD_SYMBOL_LEVELS : -EINVAL;
	}
	return starts && (at[1] == '/' || !at[1]) ? SHIELD_SYMBOL_LEVEL : SHIELD_SYMBOL_RUN;
}

/* Fails about a pattern: its place, its text and the sentence. */
static int refuse(int code, const char *text, uint8_t kind, uint16_t rule, const char *why, struct shield_error *error)
{
	char place[SHIELD_RULE_PATH_MAX];

	shield_rule_path(kind, rule, place, sizeof(place));
	return shield_fail(error, code, "%s: \"%.256s\" %s", place, text, why);
}

/* Makes the root and the unused elements 0, and notes the pattern. */
static int begin(struct shield_automaton *automaton, const char *text, uint8_t kind, uint16_t rule)
{
	if (!automaton->node_count &&
	    (grow((void **)&automaton->says, 0, &automaton->says_room, sizeof(*automaton->says)) < 0 ||
	     grow((void **)&automaton->nodes, 0, &automaton->node_room, sizeof(*automaton->nodes)) < 0))
		return -ENOMEM;
	if (!automaton->node_count) {
		memset(automaton->says, 0, sizeof(*automaton->says));
		memset(automaton->nodes, 0, 2 * sizeof(*automaton->nodes));
		automaton->says_count = 1;
		automaton->node_count = SHIELD_AUTOMATON_ROOT + 1;
	}
	if (grow((void **)&automaton->patterns, automaton->pattern_count, &automaton->pattern_room,
		 sizeof(*automaton->patterns)) < 0)
		return -ENOMEM;
	automaton->patterns[automaton->pattern_count++] = (struct shield_pattern){ text, kind, rule };
	return 0;
}

/* What the pattern that ends at a node says. Returns NULL without memory. */
static struct shield_class *says_of(struct shield_automaton *automaton, uint32_t node)
{
	uint32_t *says = &automaton->nodes[node].says;

	if (!*says) {
		if (grow((void **)&automaton->says, automaton->says_count, &automaton->says_room,
			 sizeof(*automaton->says)) < 0)
			return NULL;
		*says = (uint32_t)automaton->says_count++;
		automaton->says[*says] = (struct shield_class){};
	}
	return &automaton->says[*says];
}

int shield_automaton_add(struct shield_automaton *automaton, const char *text, uint8_t kind, uint16_t rule,
			 struct shield_class **ret, struct shield_error *error)
{
	uint32_t at = SHIELD_AUTOMATON_ROOT;
	struct shield_class *says;
	const char *rest = text;

	if (text[0] != '/' && (text[0] != '@' || kind != SHIELD_KIND_UNIX))
		return refuse(EINVAL, text, kind, rule, "is not an absolute path", error);
	if (begin(automaton, text, kind, rule) < 0)
		return shield_fail_errno(error, ENOMEM, "compiling paths");
	while (*rest) {
		int symbol = next_symbol(&rest);

		if (symbol < 0)
			return refuse(EINVAL, text, kind, rule, "has a `**` that is not a whole component", error);
		at = step(automaton, at, (uint16_t)symbol);
		if (!at)
			return shield_fail_errno(error, ENOMEM, "compiling paths");
	}
	if (rest - text >= SHIELD_PATH_MAX)
		return refuse(E2BIG, text, kind, rule, "is longer than any path a policy can name (1023 bytes)", error);
	says = says_of(automaton, at);
	if (!says)
		return shield_fail_errno(error, ENOMEM, "compiling paths");
	*ret = says;
	return 0;
}

void shield_automaton_free(struct shield_automaton *automaton)
{
	free(automaton->nodes);
	free(automaton->says);
	free(automaton->patterns);
	*automaton = (struct shield_automaton){};
}
