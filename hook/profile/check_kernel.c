/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about capabilities and kernel. */
#include "profile/check_parts.h"

#include <linux/capability.h>

#include "profile/capabilities.h"

/* The first entry for a capability among the first `count` of a list, or SHIELD_CHECK_NONE. */
static size_t find(const struct shield_capabilities *list, size_t count, uint8_t capability)
{
	for (size_t i = 0; i < count; i++)
		if (list->item[i] == capability)
			return i;
	return SHIELD_CHECK_NONE;
}

/* Entries that an earlier one of their list repeats. */
static void check_list(const struct shield_check *check, const char *place, const struct shield_capabilities *list)
{
	for (size_t i = 1; i < list->count; i++) {
		size_t other = find(list, i, list->item[i]);

		if (other != SHIELD_CHECK_NONE)
			shield_check_say(check, SHIELD_CHECK_NOTE, shield_place(place, i).text,
					 "%s stands in %s[%zu] already", shield_capability_name(list->item[i]), place,
					 other);
	}
}

void shield_check_capabilities(const struct shield_check *check)
{
	const struct shield_profile *profile = check->profile;
	const struct shield_capabilities *allow = &profile->capabilities.allow, *deny = &profile->capabilities.deny;

	if (!profile->capabilities.present)
		return;
	if (shield_check_allow_list(check, "capabilities", profile->capabilities.default_deny, allow->count)) {
		for (size_t i = 0; i < allow->count; i++) {
			size_t other = find(deny, deny->count, allow->item[i]);

			if (other != SHIELD_CHECK_NONE)
				shield_check_say(check, SHIELD_CHECK_WARNING,
						 shield_place("capabilities.allow", i).text,
						 "%s is never allowed: capabilities.deny[%zu] refuses it",
						 shield_capability_name(allow->item[i]), other);
		}
		check_list(check, "capabilities.allow", allow);
	}
	check_list(check, "capabilities.deny", deny);
}

/* Is CAP_SYS_ADMIN refused, without which nobody mounts? */
static bool refuses_mounts(const struct shield_profile *profile)
{
	const struct shield_capabilities *allow = &profile->capabilities.allow, *deny = &profile->capabilities.deny;

	if (profile->kernel.mount >= SHIELD_DENY)
		return true;
	if (!profile->capabilities.present || profile->capabilities.action < SHIELD_DENY)
		return false;
	return find(deny, deny->count, CAP_SYS_ADMIN) != SHIELD_CHECK_NONE ||
	       (profile->capabilities.default_deny && find(allow, allow->count, CAP_SYS_ADMIN) == SHIELD_CHECK_NONE);
}

void shield_check_kernel(const struct shield_check *check)
{
	const struct shield_profile *profile = check->profile;
	bool files = profile->files.action >= SHIELD_DENY && profile->files.deny.count + profile->files.read_only.count;
	bool drift = profile->exec.drift >= SHIELD_DENY;

	if ((files || drift) && !refuses_mounts(profile))
		shield_check_say(check, SHIELD_CHECK_WARNING, "kernel.mount",
				 "mounts are not refused: with CAP_SYS_ADMIN a fresh mount of a file system is a way "
				 "around %s; set it to \"deny\"",
				 !files	 ? "exec.drift"
				 : drift ? "exec.drift and files"
					 : "files");
}
