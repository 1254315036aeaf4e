/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/name_bits.h"

#include <errno.h>
#include <string.h>

#include "base/json.h"

static int add(struct shield_strings *names, const struct shield_strings *patterns)
{
	for (size_t i = 0; i < patterns->count; i++) {
		if (shield_strings_have(names, patterns->item[i]))
			continue;
		if (shield_strings_add(names, strdup(patterns->item[i])) < 0)
			return -ENOMEM;
	}
	return 0;
}

int shield_name_bits(const struct shield_profile *profile, struct shield_strings *ret, struct shield_error *error)
{
	_cleanup_(shield_strings_free) struct shield_strings names = {};
	int result = 0;

	for (size_t i = 0; result == 0 && profile->exec.present && i < profile->exec.allow.count; i++)
		result = add(&names, &profile->exec.allow.item[i].from);
	if (result == 0 && profile->ptrace.present)
		result = add(&names, &profile->ptrace.tracers);
	if (result < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	*ret = names;
	names = (struct shield_strings){}; /* handed over */
	return 0;
}

/* One pattern of the text. */
static int add_string(struct shield_strings *names, const struct shield_json *at, struct shield_error *error)
{
	const char *pattern;
	int result = shield_json_string(at, &pattern, error);

	if (result < 0 || shield_strings_have(names, pattern))
		return result;
	return shield_strings_add(names, strdup(pattern)) < 0 ? shield_fail(error, ENOMEM, "out of memory") : 0;
}

/* What a member of each entry of GROUP.allow says: a pattern, or a list of them. */
static int add_members(struct shield_strings *names, const struct shield_json *root, const char *group,
		       const char *member, struct shield_error *error)
{
	struct shield_json of, allow;
	int result = 0;

	if (!shield_json_member(root, group, &of) || !shield_json_member(&of, "allow", &allow))
		return 0;
	for (size_t i = 0; result == 0 && i < shield_json_length(&allow); i++) {
		struct shield_json entry = shield_json_element(&allow, i), at;

		if (!shield_json_is_object(&entry) || !shield_json_member(&entry, member, &at))
			continue;
		if (!shield_json_is_array(&at))
			result = add_string(names, &at, error);
		for (size_t j = 0; result == 0 && j < shield_json_length(&at); j++) {
			struct shield_json pattern = shield_json_element(&at, j);

			result = add_string(names, &pattern, error);
		}
	}
	return result;
}

int shield_name_bits_of_text(const char *text, size_t length, struct shield_strings *ret, struct shield_error *error)
{
	_cleanup_(shield_strings_free) struct shield_strings names = {};
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root;
	int result = shield_json_parse(text, length, &document, error);

	if (result < 0)
		return result;
	root = shield_json_root(&document);
	result = add_members(&names, &root, "exec", "from", error);
	if (result == 0)
		result = add_members(&names, &root, "ptrace", "tracer", error);
	if (result < 0)
		return result;
	*ret = names;
	names = (struct shield_strings){}; /* handed over */
	return 0;
}

void shield_name_bits_translate(const struct shield_strings *from, const struct shield_strings *to,
				__u64 ret[SHIELD_NAMES])
{
	memset(ret, 0, SHIELD_NAMES * sizeof(*ret));
	for (size_t i = 0; i < from->count && i < SHIELD_NAMES; i++)
		for (size_t j = 0; j < to->count && j < SHIELD_NAMES; j++)
			if (!strcmp(from->item[i], to->item[j]))
				ret[i] = 1ull << j;
}
