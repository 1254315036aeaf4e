/* SPDX-License-Identifier: Apache-2.0 */
/* Groups about what is asked of the kernel: capabilities, and the switches of kernel. */
#include "profile/parse_parts.h"

#include <errno.h>

#include "base/names.h"
#include "profile/capabilities.h"

static int parse_capability(const struct shield_json *at, uint8_t *ret, struct shield_error *error)
{
	const char *name, *nearest;
	char shown[32];
	int result = shield_json_string(at, &name, error);

	if (result < 0)
		return result;
	result = shield_capability_number(name);
	if (result >= 0) {
		*ret = (uint8_t)result;
		return 0;
	}
	shield_printable(name, shown, sizeof(shown));
	nearest = shield_capability_nearest(name);
	if (nearest)
		return shield_json_fail(at, EINVAL, error, "\"%s\" is no capability; did you mean \"%s\"?", shown,
					nearest);
	return shield_json_fail(at, EINVAL, error,
				"\"%s\" is no capability this version knows; names are as in capabilities(7): "
				"\"CAP_SYS_ADMIN\"",
				shown);
}

static int parse_list(const struct shield_json *array, struct shield_capabilities *list, struct shield_error *error)
{
	int result = shield_parse_reserve(array, &list->item, list->count, sizeof(*list->item), error);

	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);

		result = parse_capability(&at, &list->item[list->count], error);
		if (result == 0)
			list->count++;
	}
	return result;
}

int shield_parse_capabilities(const struct shield_json *group, struct shield_profile *profile,
			      struct shield_error *error)
{
	static const char *const keys[] = { "default", "action", "allow", "deny", NULL };
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result < 0)
		return result;
	profile->capabilities.present = true;
	result = shield_parse_default(group, &profile->capabilities.default_deny, error);
	if (result == 0)
		result = shield_parse_action(group, "action", &profile->capabilities.action, error);
	if (result == 0 && shield_json_member(group, "allow", &at))
		result = parse_list(&at, &profile->capabilities.allow, error);
	if (result == 0 && shield_json_member(group, "deny", &at))
		result = parse_list(&at, &profile->capabilities.deny, error);
	return result;
}

int shield_parse_kernel(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const keys[] = { "mount", "bpf", "modules", "userns", NULL };
	uint8_t *const actions[] = { &profile->kernel.mount, &profile->kernel.bpf, &profile->kernel.modules,
				     &profile->kernel.userns };
	int result = shield_json_known_keys(group, keys, error);

	for (size_t i = 0; result >= 0 && keys[i]; i++)
		result = shield_parse_switch(group, keys[i], actions[i], error);
	return result < 0 ? result : 0;
}
