/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/compile_parts.h"

#include <errno.h>
#include <string.h>

#include "profile/automaton.h"
#include "profile/rule.h"

struct paths {
	struct shield_automaton automaton;
	struct shield_error *error;
	uint32_t name_count;
};

static void free_paths(struct paths *paths)
{
	shield_automaton_free(&paths->automaton);
}

/* Adds the names bit of a `from` or `tracer` pattern to a mask; equal patterns share one. */
static int add_name(struct paths *paths, const char *pattern, uint8_t kind, uint16_t rule, uint64_t *names)
{
	struct shield_class *says;
	int result = shield_automaton_add(&paths->automaton, pattern, kind, rule, &says, paths->error);

	if (result < 0)
		return result;
	if (!says->names) {
		if (paths->name_count == SHIELD_NAMES) {
			char place[SHIELD_RULE_PATH_MAX];

			shield_rule_path(kind, rule, place, sizeof(place));
			return shield_fail(paths->error, E2BIG,
					   "%s: \"%.256s\" is one `from` or `tracer` path more than the %d different "
					   "ones a policy holds",
					   place, pattern, SHIELD_NAMES);
		}
		says->names = 1ull << paths->name_count++;
	}
	*names |= says->names;
	return 0;
}

static int add_allow(struct paths *paths, const struct shield_exec_entry *entry, uint16_t rule)
{
	struct shield_class *says;
	uint64_t from = 0;
	int result;

	for (size_t i = 0; i < entry->from.count; i++) {
		result = add_name(paths, entry->from.item[i], SHIELD_KIND_EXEC, rule, &from);
		if (result < 0)
			return result;
	}
	result = shield_automaton_add(&paths->automaton, entry->path, SHIELD_KIND_EXEC, rule, &says, paths->error);
	if (result < 0)
		return result;
	says->from |= from;
	if (from && !says->allow_from)
		says->allow_from = rule;
	if (!from && !says->allow)
		says->allow = rule;
	return 0;
}

/* The lengths that the last component of a matching path can have, as bits min(length, 63). */
static uint64_t last_lengths(const char *pattern)
{
	const char *last = strrchr(pattern, '/') + 1;
	size_t length = 0, stars = 0;

	for (const char *at = last; *at; at++)
		*at == '*' ? stars++ : length++;
	if (stars && !length)
		length = 1; /* `*` and `**` match no empty component */
	if (length > 63)
		length = 63;
	return stars ? ~0ull << length : 1ull << length;
}

static int add_deny(struct paths *paths, const char *pattern, uint16_t rule, uint64_t *lengths)
{
	struct shield_class *says;
	int result = shield_automaton_add(&paths->automaton, pattern, SHIELD_KIND_EXEC, rule, &says, paths->error);

	if (result < 0)
		return result;
	if (!says->deny)
		says->deny = rule;
	*lengths |= last_lengths(pattern);
	return 0;
}

static int add_library(struct paths *paths, const char *pattern, uint16_t rule)
{
	struct shield_class *says;
	int result = shield_automaton_add(&paths->automaton, pattern, SHIELD_KIND_LIBRARY, rule, &says, paths->error);

	if (result < 0)
		return result;
	if (!says->library)
		says->library = rule;
	return 0;
}

static int add_exec(struct paths *paths, const struct shield_profile *profile, uint64_t *deny_lengths)
{
	const struct shield_exec_entries *allow = &profile->exec.allow, *deny = &profile->exec.deny;
	int result = shield_compile_count(SHIELD_KIND_EXEC, "allow", allow->count, paths->error);

	if (result >= 0)
		result = shield_compile_count(SHIELD_KIND_EXEC, "deny", deny->count, paths->error);
	for (size_t i = 0; result >= 0 && i < allow->count; i++)
		result = add_allow(paths, &allow->item[i], SHIELD_RULE(SHIELD_LIST_ALLOW, i));
	for (size_t i = 0; result >= 0 && i < deny->count; i++)
		result = add_deny(paths, deny->item[i].path, SHIELD_RULE(SHIELD_LIST_DENY, i), deny_lengths);
	return result;
}

/* Index 0 of the list is exec.libraries itself: entries count from 1. */
static int add_libraries(struct paths *paths, const struct shield_profile *profile)
{
	const struct shield_strings *library = &profile->exec.library;
	int result = shield_compile_count(SHIELD_KIND_LIBRARY, "libraries", library->count, paths->error);

	for (size_t i = 0; result >= 0 && i < library->count; i++)
		result = add_library(paths, library->item[i], SHIELD_RULE(SHIELD_LIST_LIBRARIES, i + 1));
	return result;
}

static int add_tracers(struct paths *paths, const struct shield_strings *tracers, uint64_t *names)
{
	int result = shield_compile_count(SHIELD_KIND_PTRACE, "allow", tracers->count, paths->error);

	for (size_t i = 0; result >= 0 && i < tracers->count; i++)
		result =
			add_name(paths, tracers->item[i], SHIELD_KIND_PTRACE, SHIELD_RULE(SHIELD_LIST_ALLOW, i), names);
	return result;
}

int shield_compile_paths(const struct shield_profile *profile, struct shield_policy *policy, struct shield_error *error)
{
	_cleanup_(free_paths) struct paths paths = { .error = error };
	uint64_t deny_lengths = 0, tracers = 0;
	int result = 0;

	if (profile->exec.present)
		result = add_exec(&paths, profile, &deny_lengths);
	if (result >= 0 && profile->ptrace.present)
		result = add_tracers(&paths, &profile->ptrace.tracers, &tracers);
	if (result >= 0 && profile->exec.present && profile->exec.libraries == SHIELD_LIBRARIES_LIST)
		result = add_libraries(&paths, profile);
	if (result < 0)
		return result;
	policy->deny_lengths = deny_lengths;
	policy->tracers = tracers;
	if (paths.name_count)
		policy->flags |= SHIELD_POLICY_NAMES;
	return shield_automaton_compile(&paths.automaton, policy, error);
}
