/* SPDX-License-Identifier: Apache-2.0 */
/* Groups about who a process is: ptrace (whom it may take over) and setuid (which ids it may take). */
#include "profile/parse_parts.h"

#include <errno.h>

#define ID_MAX (UINT32_MAX - 1) /* -1 is "no change" in setresuid(2) and the like */

static int parse_tracers(const struct shield_json *array, struct shield_strings *list, struct shield_error *error)
{
	static const char *const keys[] = { "tracer", NULL };
	int result = shield_parse_reserve(array, &list->item, list->count, sizeof(*list->item), error);

	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i), tracer;

		result = shield_json_known_keys(&at, keys, error);
		if (result < 0)
			return result;
		if (!shield_json_member(&at, "tracer", &tracer))
			return shield_json_fail(&at, EINVAL, error, "\"tracer\" is missing");
		result = shield_parse_pattern(&tracer, &list->item[list->count], error);
		if (result == 0)
			list->count++;
	}
	return result;
}

int shield_parse_ptrace(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const keys[] = { "default", "action", "allow", NULL };
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result < 0)
		return result;
	profile->ptrace.present = true;
	result = shield_parse_default(group, &profile->ptrace.default_deny, error);
	if (result == 0)
		result = shield_parse_action(group, "action", &profile->ptrace.action, error);
	if (result == 0 && shield_json_member(group, "allow", &at))
		result = parse_tracers(&at, &profile->ptrace.tracers, error);
	return result;
}

/* An id, or "low-high". */
static int parse_id(const struct shield_json *at, struct shield_id_span *span, struct shield_error *error)
{
	const char *text;

	if (shield_json_is_integer(at)) {
		int64_t id;
		int result = shield_json_integer(at, 0, ID_MAX, &id, error);

		if (result == 0)
			span->low = span->high = (uint32_t)id;
		return result;
	}
	if (shield_json_string(at, &text, NULL) < 0 || !shield_parse_span(text, ID_MAX, &span->low, &span->high))
		return shield_json_fail(at, EINVAL, error,
					"expected an id from 0 to 4294967294 or a range such as \"1000-1999\"");
	return 0;
}

/* uids or gids of one entry. Returns how many, or a negative errno. */
static int parse_ids(const struct shield_json *entry, const char *key, uint16_t index, struct shield_id_spans *list,
		     struct shield_error *error)
{
	struct shield_json array;
	int result;

	if (!shield_json_member(entry, key, &array))
		return 0;
	result = shield_parse_reserve(&array, &list->item, list->count, sizeof(*list->item), error);
	for (size_t i = 0; result == 0 && i < shield_json_length(&array); i++) {
		struct shield_json at = shield_json_element(&array, i);
		struct shield_id_span *span = &list->item[list->count];

		result = parse_id(&at, span, error);
		span->entry = index;
		if (result == 0)
			list->count++;
	}
	return result < 0 ? result : (int)shield_json_length(&array);
}

/* Entries so far: spans stand in the order of their entries. */
static size_t entries_of(const struct shield_profile *profile)
{
	const struct shield_id_spans *uids = &profile->setuid.uids, *gids = &profile->setuid.gids;
	size_t last_uid = uids->count ? uids->item[uids->count - 1].entry + 1u : 0;
	size_t last_gid = gids->count ? gids->item[gids->count - 1].entry + 1u : 0;

	return last_uid > last_gid ? last_uid : last_gid;
}

static int parse_allowed_ids(const struct shield_json *array, struct shield_profile *profile,
			     struct shield_error *error)
{
	static const char *const keys[] = { "uids", "gids", NULL };
	int result = shield_json_expect_array(array, error);
	size_t first = entries_of(profile);

	if (result < 0)
		return result;
	if (first + shield_json_length(array) > SHIELD_RULE_INDEX_MAX + 1)
		return shield_json_fail(array, E2BIG, error, "more than %d entries, with those of what it extends",
					SHIELD_RULE_INDEX_MAX + 1);
	for (size_t i = 0; i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);
		uint16_t index = (uint16_t)(first + i);
		int uids, gids;

		result = shield_json_known_keys(&at, keys, error);
		if (result < 0)
			return result;
		uids = parse_ids(&at, "uids", index, &profile->setuid.uids, error);
		if (uids < 0)
			return uids;
		gids = parse_ids(&at, "gids", index, &profile->setuid.gids, error);
		if (gids < 0)
			return gids;
		if (uids + gids == 0)
			return shield_json_fail(&at, EINVAL, error, "allows nothing: name \"uids\" or \"gids\"");
	}
	return 0;
}

int shield_parse_setuid(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const keys[] = { "default", "action", "allow", "setuid_exec", NULL };
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result < 0)
		return result;
	profile->setuid.present = true;
	result = shield_parse_default(group, &profile->setuid.default_deny, error);
	if (result == 0)
		result = shield_parse_action(group, "action", &profile->setuid.action, error);
	if (result == 0 && shield_json_member(group, "allow", &at))
		result = parse_allowed_ids(&at, profile, error);
	if (result == 0)
		result = shield_parse_switch(group, "setuid_exec", &profile->setuid.setuid_exec, error);
	if (result < 0)
		return result;
	if (result == 1)
		profile->stated |= SHIELD_STATED_SETUID_EXEC;
	if (!(profile->stated & SHIELD_STATED_SETUID_EXEC))
		profile->setuid.setuid_exec = profile->setuid.default_deny ? profile->setuid.action : SHIELD_ALLOW;
	return 0;
}
