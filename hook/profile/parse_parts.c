/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/parse_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/pattern.h"

/* In the order of enum shield_verdict. */
static const char *const switches[] = { "allow", "audit", "deny", "kill", NULL };
static const char *const *const actions = switches + SHIELD_AUDIT;

int shield_parse_action(const struct shield_json *group, const char *key, uint8_t *action, struct shield_error *error)
{
	struct shield_json at;
	size_t choice;
	int result;

	if (!shield_json_member(group, key, &at))
		return 0;
	result = shield_json_choice(&at, actions, &choice, error);
	if (result < 0)
		return result;
	*action = (uint8_t)(choice + SHIELD_AUDIT);
	return 0;
}

int shield_parse_switch(const struct shield_json *group, const char *key, uint8_t *action, struct shield_error *error)
{
	struct shield_json at;
	size_t choice;
	int result;

	if (!shield_json_member(group, key, &at))
		return 0;
	result = shield_json_choice(&at, switches, &choice, error);
	if (result < 0)
		return result;
	*action = (uint8_t)choice;
	return 1;
}

int shield_parse_default(const struct shield_json *group, bool *default_deny, struct shield_error *error)
{
	static const char *const choices[] = { "allow", "deny", NULL };
	struct shield_json at;
	size_t choice;
	int result;

	if (!shield_json_member(group, "default", &at)) {
		*default_deny = *default_deny || shield_json_member(group, "allow", &at);
		return 0;
	}
	result = shield_json_choice(&at, choices, &choice, error);
	if (result < 0)
		return result;
	*default_deny = choice == 1;
	return 0;
}

int shield_parse_reserve(const struct shield_json *array, void *item, size_t count, size_t size,
			 struct shield_error *error)
{
	int result = shield_json_expect_array(array, error);
	size_t more = shield_json_length(array);
	char *larger;

	if (result < 0)
		return result;
	if (count + more > SHIELD_RULE_INDEX_MAX + 1)
		return shield_json_fail(array, E2BIG, error,
					"%zu entries, with those of what it extends; the most is %d", count + more,
					SHIELD_RULE_INDEX_MAX + 1);
	if (!more)
		return 0;
	larger = reallocarray(*(void **)item, count + more, size);
	if (!larger)
		return shield_json_fail(array, ENOMEM, error, "out of memory");
	memset(larger + count * size, 0, more * size);
	*(void **)item = larger;
	return 0;
}

typedef int pattern_check(const char *pattern, struct shield_error *error);

/* @check: NULL = any text */
static int parse_pattern(const struct shield_json *at, pattern_check *check, char **ret, struct shield_error *error)
{
	struct shield_error fault;
	const char *pattern;
	char *copy;
	int result = shield_json_string(at, &pattern, error);

	if (result < 0)
		return result;
	result = check ? check(pattern, &fault) : 0;
	if (result < 0)
		return shield_json_fail(at, -result, error, "%s", fault.message);
	copy = strdup(pattern);
	if (!copy)
		return shield_json_fail(at, ENOMEM, error, "out of memory");
	*ret = copy;
	return 0;
}

int shield_parse_pattern(const struct shield_json *at, char **ret, struct shield_error *error)
{
	return parse_pattern(at, shield_pattern_check, ret, error);
}

static int parse_patterns(const struct shield_json *array, pattern_check *check, struct shield_strings *list,
			  struct shield_error *error)
{
	int result = shield_parse_reserve(array, &list->item, list->count, sizeof(*list->item), error);

	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);

		result = parse_pattern(&at, check, &list->item[list->count], error);
		if (result == 0)
			list->count++;
	}
	return result;
}

int shield_parse_patterns(const struct shield_json *array, struct shield_strings *list, struct shield_error *error)
{
	return parse_patterns(array, shield_pattern_check, list, error);
}

int shield_parse_socket_patterns(const struct shield_json *array, struct shield_strings *list,
				 struct shield_error *error)
{
	return parse_patterns(array, shield_socket_pattern_check, list, error);
}

int shield_parse_texts(const struct shield_json *array, struct shield_strings *list, struct shield_error *error)
{
	return parse_patterns(array, NULL, list, error);
}

/* Decimal digits up to `high`. Returns what follows them, or NULL. */
static const char *parse_number(const char *text, uint32_t high, uint32_t *ret)
{
	uint64_t value = 0;

	if (*text < '0' || *text > '9')
		return NULL;
	for (; *text >= '0' && *text <= '9'; text++) {
		value = value * 10 + (uint64_t)(*text - '0');
		if (value > high)
			return NULL;
	}
	*ret = (uint32_t)value;
	return text;
}

bool shield_parse_span(const char *text, uint32_t high, uint32_t *ret_low, uint32_t *ret_high)
{
	uint32_t first, last;

	text = parse_number(text, high, &first);
	if (!text || *text != '-')
		return false;
	text = parse_number(text + 1, high, &last);
	if (!text || *text || first > last)
		return false;
	*ret_low = first;
	*ret_high = last;
	return true;
}
