/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/overflow.h"

#include <errno.h>
#include <string.h>

#include "profile/rule.h"

#define LISTS 16 /* values of SHIELD_RULE_LIST() */

/* The first pattern of the list that most nodes are of. */
static const struct shield_pattern *largest_list(const struct shield_automaton *automaton)
{
	uint32_t weight[SHIELD_KINDS * LISTS] = {}, first[SHIELD_KINDS * LISTS] = {}, best = 0;

	for (size_t i = automaton->node_count; i-- > SHIELD_AUTOMATON_ROOT + 1;) {
		uint32_t pattern = automaton->nodes[i].pattern;
		uint32_t list =
			automaton->patterns[pattern].kind * LISTS + SHIELD_RULE_LIST(automaton->patterns[pattern].rule);

		first[list] = pattern;
		if (++weight[list] > weight[best])
			best = list;
	}
	return &automaton->patterns[first[best]];
}

/* The pattern with a wildcard that takes part in most states; NULL without memory or such a pattern. */
static const struct shield_pattern *widest_pattern(const struct shield_automaton *automaton, const uint32_t *members,
						   size_t count)
{
	_cleanup_free_ uint32_t *weight = calloc(automaton->pattern_count, sizeof(*weight));
	const struct shield_pattern *best = NULL;

	if (!weight)
		return NULL;
	for (size_t i = 0; i < count; i++)
		weight[automaton->nodes[members[i]].pattern]++;
	for (size_t i = 0; i < automaton->pattern_count; i++)
		if (strchr(automaton->patterns[i].text, '*') &&
		    (!best || weight[i] > weight[best - automaton->patterns]))
			best = &automaton->patterns[i];
	return best;
}

int shield_automaton_overflow(const struct shield_automaton *automaton, const uint32_t *members, size_t count,
			      const char *what, size_t needed, uint32_t limit, struct shield_error *error)
{
	const struct shield_pattern *widest = widest_pattern(automaton, members, count);
	const struct shield_pattern *list = largest_list(automaton);
	char place[SHIELD_RULE_PATH_MAX];

	if (widest && needed <= limit) {
		shield_rule_path(widest->kind, widest->rule, place, sizeof(place));
		return shield_fail(error, E2BIG,
				   "%s: with the wildcards of \"%.256s\" the paths need more than the %u %s a policy "
				   "holds: use fewer wildcards",
				   place, widest->text, limit, what);
	}
	shield_rule_path(list->kind, list->rule, place, sizeof(place));
	place[strcspn(place, "[")] = '\0';
	return shield_fail(error, E2BIG, "%s: %zu %s, a policy holds %u: list fewer paths, or use wildcards", place,
			   needed, what, limit);
}
