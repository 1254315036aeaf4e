/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/refuses.h"

#include "profile/cover.h"
#include "profile/lists.h"
#include "profile/overlap.h"

static bool covered(const struct shield_strings *patterns, const char *pattern)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (shield_pattern_covers(patterns->item[i], pattern))
			return true;
	return false;
}

static bool touched(const struct shield_strings *patterns, const char *pattern)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (shield_patterns_overlap(patterns->item[i], pattern))
			return true;
	return false;
}

bool shield_refuses_exec(const struct shield_profile *profile, const char *pattern)
{
	const struct shield_exec_entries *allow = &profile->exec.allow, *deny = &profile->exec.deny;

	for (size_t i = 0; i < deny->count; i++)
		if (shield_pattern_covers(deny->item[i].path, pattern))
			return true;
	if (!profile->exec.default_deny || profile->exec.libraries != SHIELD_LIBRARIES_LIST ||
	    touched(&profile->exec.library, pattern))
		return false;
	for (size_t i = 0; i < allow->count; i++)
		if (shield_patterns_overlap(allow->item[i].path, pattern))
			return false;
	return true;
}

bool shield_refuses_unix(const struct shield_profile *profile, const char *pattern)
{
	return covered(&profile->network.unix_sockets.deny, pattern) ||
	       (profile->network.unix_sockets.default_deny && !touched(&profile->network.unix_sockets.allow, pattern));
}

bool shield_refuses_net(const struct shield_net_rules *rules, const struct shield_net_entry *entry)
{
	for (size_t i = 0; i < rules->deny.count; i++)
		if (shield_net_entry_covers(&rules->deny.item[i], entry))
			return true;
	for (size_t i = 0; rules->default_deny && i < rules->allow.count; i++)
		if (shield_net_entries_overlap(&rules->allow.item[i], entry))
			return false;
	return rules->default_deny;
}

bool shield_refuses_capability(const struct shield_profile *profile, uint8_t capability)
{
	return shield_list_has_capability(&profile->capabilities.deny, capability) ||
	       (profile->capabilities.default_deny &&
		!shield_list_has_capability(&profile->capabilities.allow, capability));
}

bool shield_refuses_file(const struct shield_profile *profile, const char *pattern, bool write)
{
	return covered(&profile->files.deny, pattern) || (write && covered(&profile->files.read_only, pattern));
}
