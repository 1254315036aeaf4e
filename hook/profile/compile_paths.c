/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/compile_parts.h"

#include <errno.h>
#include <stddef.h>
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

/* Makes a pattern say its rule in one field of its class, unless an earlier entry has the same pattern. */
static int add_rule(struct paths *paths, const char *pattern, uint8_t kind, uint16_t rule, size_t field)
{
	struct shield_class *says;
	int result = shield_automaton_add(&paths->automaton, pattern, kind, rule, &says, paths->error);
	uint16_t *said;

	if (result < 0)
		return result;
	said = (uint16_t *)((char *)says + field);
	if (!*said)
		*said = rule;
	return 0;
}

static int add_deny(struct paths *paths, const char *pattern, uint16_t rule, uint64_t *lengths)
{
	int result = add_rule(paths, pattern, SHIELD_KIND_EXEC, rule, offsetof(struct shield_class, deny));

	if (result == 0)
		*lengths |= last_lengths(pattern);
	return result;
}

/* A list without conditions: its name, and the field of a class that its entries fill. */
struct plain_list {
	const struct shield_strings *patterns;
	uint8_t kind;
	enum shield_list list;
	const char *name;
	size_t field;
};

static int add_plain_list(struct paths *paths, const struct plain_list *plain)
{
	/* Index 0 of exec.libraries is the key itself: entries count from 1. */
	size_t first = plain->list == SHIELD_LIST_LIBRARIES;
	int result = shield_compile_count(plain->kind, plain->name, plain->patterns->count, paths->error);

	for (size_t i = 0; result >= 0 && i < plain->patterns->count; i++)
		result = add_rule(paths, plain->patterns->item[i], plain->kind, SHIELD_RULE(plain->list, first + i),
				  plain->field);
	return result;
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

#define FIELD(name) offsetof(struct shield_class, name)

/* What a resolved profile says of further files, by the rules of its author's entries. */
static int add_derived_files(struct paths *paths, const struct shield_derived_files *derived)
{
	int result = 0;

	for (size_t i = 0; result >= 0 && i < derived->count; i++) {
		const struct shield_derived_file *file = &derived->item[i];

		result = add_rule(paths, file->path, SHIELD_KIND_FILES, file->rule,
				  file->list == SHIELD_LIST_DENY ? FIELD(file_deny) : FIELD(file_read_only));
	}
	return result;
}

static int add_plain_lists(struct paths *paths, const struct shield_profile *profile)
{
	const struct {
		bool present;
		struct plain_list list;
	} lists[] = {
		{ profile->exec.present && profile->exec.libraries == SHIELD_LIBRARIES_LIST,
		  { &profile->exec.library, SHIELD_KIND_LIBRARY, SHIELD_LIST_LIBRARIES, "libraries", FIELD(library) } },
		{ profile->network.unix_sockets.present,
		  { &profile->network.unix_sockets.allow, SHIELD_KIND_UNIX, SHIELD_LIST_ALLOW, "allow",
		    FIELD(unix_allow) } },
		{ profile->network.unix_sockets.present,
		  { &profile->network.unix_sockets.deny, SHIELD_KIND_UNIX, SHIELD_LIST_DENY, "deny",
		    FIELD(unix_deny) } },
		{ profile->files.present,
		  { &profile->files.deny, SHIELD_KIND_FILES, SHIELD_LIST_DENY, "deny", FIELD(file_deny) } },
		{ profile->files.present,
		  { &profile->files.read_only, SHIELD_KIND_FILES, SHIELD_LIST_READ_ONLY, "read_only",
		    FIELD(file_read_only) } },
	};
	int result = 0;

	for (size_t i = 0; result >= 0 && i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i].present)
			result = add_plain_list(paths, &lists[i].list);
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
	if (result >= 0)
		result = add_plain_lists(&paths, profile);
	if (result >= 0 && profile->files.present)
		result = add_derived_files(&paths, &profile->files.derived);
	if (result < 0)
		return result;
	policy->deny_lengths = deny_lengths;
	policy->tracers = tracers;
	if (paths.name_count)
		policy->flags |= SHIELD_POLICY_NAMES;
	return shield_automaton_compile(&paths.automaton, policy, error);
}
