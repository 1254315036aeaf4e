/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/parse_parts.h"

#include <errno.h>
#include <string.h>

/* {path, from}; the entry is in its list already and owned by it. */
static int parse_object(const struct shield_json *at, bool conditional, struct shield_exec_entry *entry,
			struct shield_error *error)
{
	static const char *const keys[] = { "path", "from", NULL };
	struct shield_json path, from;
	int result = shield_json_known_keys(at, keys, error);

	if (result < 0)
		return result;
	if (!shield_json_member(at, "path", &path))
		return shield_json_fail(at, EINVAL, error, "\"path\" is missing");
	result = shield_parse_pattern(&path, &entry->path, error);
	if (result < 0 || !shield_json_member(at, "from", &from))
		return result;
	if (!conditional)
		return shield_json_fail(&from, EINVAL, error,
					"only an allow entry can have \"from\"; what is denied is denied to all");
	if (shield_json_is_array(&from) && shield_json_length(&from) == 0)
		return shield_json_fail(&from, EINVAL, error,
					"empty: name at least one program, or leave it out to allow the path to all");
	return shield_parse_patterns(&from, &entry->from, error);
}

/* Appends exec.allow (conditional: entries may have `from`) or exec.deny. */
static int parse_entries(const struct shield_json *array, bool conditional, struct shield_exec_entries *list,
			 struct shield_error *error)
{
	int result = shield_parse_reserve(array, &list->item, list->count, sizeof(*list->item), error);

	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);
		struct shield_exec_entry *entry = &list->item[list->count++];

		if (shield_json_is_string(&at))
			result = shield_parse_pattern(&at, &entry->path, error);
		else if (shield_json_is_object(&at))
			result = parse_object(&at, conditional, entry, error);
		else
			result = shield_json_fail(&at, EINVAL, error, "expected a path or an object with \"path\"");
	}
	return result;
}

/* "image", "any", or patterns; replaces what there was. */
static int parse_libraries(const struct shield_json *at, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const choices[] = { "any", "image", NULL };
	size_t choice;
	int result;

	shield_strings_free(&profile->exec.library);
	profile->stated |= SHIELD_STATED_LIBRARIES;
	if (shield_json_is_array(at)) {
		profile->exec.libraries = SHIELD_LIBRARIES_LIST;
		return shield_parse_patterns(at, &profile->exec.library, error);
	}
	if (!shield_json_is_string(at))
		return shield_json_fail(at, EINVAL, error, "expected \"image\", \"any\" or an array of paths");
	result = shield_json_choice(at, choices, &choice, error);
	if (result < 0)
		return result;
	profile->exec.libraries = choice == 1 ? SHIELD_LIBRARIES_IMAGE : SHIELD_LIBRARIES_ANY;
	return 0;
}

int shield_parse_exec(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const keys[] = {
		"default", "action", "allow", "deny", "drift", "fileless", "libraries", NULL
	};
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result < 0)
		return result;
	profile->exec.present = true;
	result = shield_parse_default(group, &profile->exec.default_deny, error);
	if (result == 0)
		result = shield_parse_action(group, "action", &profile->exec.action, error);
	if (result == 0 && shield_json_member(group, "allow", &at))
		result = parse_entries(&at, true, &profile->exec.allow, error);
	if (result == 0 && shield_json_member(group, "deny", &at))
		result = parse_entries(&at, false, &profile->exec.deny, error);
	if (result >= 0)
		result = shield_parse_switch(group, "drift", &profile->exec.drift, error);
	if (result >= 0)
		result = shield_parse_switch(group, "fileless", &profile->exec.fileless, error);
	if (result >= 0 && shield_json_member(group, "libraries", &at))
		result = parse_libraries(&at, profile, error);
	if (result < 0)
		return result;
	/* a list of what is executed that leaves libraries open is none: code comes in as one */
	if (!(profile->stated & SHIELD_STATED_LIBRARIES))
		profile->exec.libraries = profile->exec.default_deny ? SHIELD_LIBRARIES_IMAGE : SHIELD_LIBRARIES_ANY;
	return 0;
}
