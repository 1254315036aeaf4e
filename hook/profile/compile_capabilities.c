/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/compile_parts.h"

/* The first entry for a capability, or the list's length. */
static size_t find(const struct shield_capabilities *list, unsigned int capability)
{
	size_t i = 0;

	while (i < list->count && list->item[i] != capability)
		i++;
	return i;
}

int shield_compile_capabilities(const struct shield_profile *profile, struct shield_policy *policy,
				struct shield_error *error)
{
	const struct shield_capabilities *allow = &profile->capabilities.allow, *deny = &profile->capabilities.deny;
	int result;

	if (!profile->capabilities.present)
		return 0;
	result = shield_compile_count(SHIELD_KIND_CAPABILITY, "deny", deny->count, error);
	if (result < 0)
		return result;
	for (unsigned int i = 0; i < SHIELD_CAPABILITIES; i++) {
		size_t denied = find(deny, i);

		if (denied < deny->count)
			policy->capability[i] = SHIELD_RULE(SHIELD_LIST_DENY, denied);
		else if (profile->capabilities.default_deny && find(allow, i) == allow->count)
			policy->capability[i] = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0);
	}
	return 0;
}
