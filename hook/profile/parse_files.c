/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/parse_parts.h"

int shield_parse_files(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const keys[] = { "deny", "read_only", "action", NULL };
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result < 0)
		return result;
	profile->files.present = true;
	result = shield_parse_action(group, "action", &profile->files.action, error);
	if (result == 0 && shield_json_member(group, "deny", &at))
		result = shield_parse_patterns(&at, &profile->files.deny, error);
	if (result == 0 && shield_json_member(group, "read_only", &at))
		result = shield_parse_patterns(&at, &profile->files.read_only, error);
	return result;
}
