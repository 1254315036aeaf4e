/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about the groups of network. */
#include "profile/check_parts.h"

#include <stdio.h>
#include <sys/socket.h>

#include "profile/cover.h"
#include "profile/families.h"
#include "profile/overlap.h"

#define NONE SHIELD_CHECK_NONE

/* Families that reach beyond the container with addresses that no rule judges. */
static const uint8_t unjudged[] = { AF_PACKET, AF_RDS, AF_IB, AF_CAN, AF_TIPC, AF_BLUETOOTH, AF_VSOCK, AF_SMC, AF_XDP };

/* Rules of one direction, and what they are called. */
struct direction {
	const char *group; /* "network.egress" */
	const struct shield_net_rules *rules;
	bool is_egress;
};

static struct shield_place list_place(const struct direction *direction, const char *list, size_t index)
{
	struct shield_place place;

	snprintf(place.text, sizeof(place.text), "%s.%s[%zu]", direction->group, list, index);
	return place;
}

/* Is what the families rule leaves out refused? */
static bool families_refuse(const struct shield_profile *profile)
{
	return profile->network.families_action == SHIELD_DENY || profile->network.families_action == SHIELD_KILL;
}

static bool has_family(const struct shield_profile *profile, unsigned int family)
{
	return !families_refuse(profile) || profile->network.families >> family & 1;
}

/* The first entry of a list that covers an entry of another, or NONE. */
static size_t covered_by(const struct shield_net_entries *wide, const struct shield_net_entry *narrow)
{
	for (size_t i = 0; i < wide->count; i++)
		if (shield_net_entry_covers(&wide->item[i], narrow))
			return i;
	return NONE;
}

/* The same within one list; of two equal entries the first counts. */
static size_t superfluous_by(const struct shield_net_entries *list, size_t index)
{
	for (size_t i = 0; i < list->count; i++) {
		if (i == index || !shield_net_entry_covers(&list->item[i], &list->item[index]))
			continue;
		if (i < index || !shield_net_entry_covers(&list->item[index], &list->item[i]))
			return i;
	}
	return NONE;
}

/* An entry for what cannot occur. */
static void check_occurs(const struct shield_check *check, const struct direction *direction, const char *place,
			 const struct shield_net_entry *entry)
{
	const struct shield_profile *profile = check->profile;
	bool v4 = entry->family != AF_INET6 && has_family(profile, AF_INET);
	bool v6 = entry->family != AF_INET && has_family(profile, AF_INET6);

	if (!v4 && !v6)
		shield_check_say(check, SHIELD_CHECK_WARNING, place, "matches nothing: network.families has no %s",
				 entry->family == AF_INET6  ? "\"inet6\""
				 : entry->family == AF_INET ? "\"inet\""
							    : "\"inet\" or \"inet6\"");
	for (size_t i = 0; direction->is_egress && i < entry->port_count; i++)
		if (!entry->ports[i].high)
			shield_check_say(check, SHIELD_CHECK_WARNING, place,
					 "ports[%zu] matches nothing: no connection goes to port 0", i);
}

/* Any port that a connection can go to. */
static bool has_all_ports(const struct shield_net_entry *entry)
{
	for (size_t i = 0; i < entry->port_count; i++)
		if (entry->ports[i].low <= 1 && entry->ports[i].high == UINT16_MAX)
			return true;
	return !entry->port_count;
}

static void check_allow(const struct shield_check *check, const struct direction *direction, size_t index)
{
	const struct shield_net_rules *rules = direction->rules;
	const struct shield_net_entry *entry = &rules->allow.item[index];
	struct shield_place place = list_place(direction, "allow", index);
	size_t other = covered_by(&rules->deny, entry);

	check_occurs(check, direction, place.text, entry);
	if (!entry->proto && has_all_ports(entry) && (!entry->family || !entry->prefix))
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "allows every %saddress and port: %s.default has no effect%s",
				 entry->family == AF_INET ? "IPv4 "
				 : entry->family	  ? "IPv6 "
							  : "",
				 direction->group, entry->family ? " on them" : "");
	if (other != NONE) {
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "is never allowed: %s.deny[%zu] refuses all of it", direction->group, other);
		return;
	}
	other = superfluous_by(&rules->allow, index);
	if (other != NONE)
		shield_check_say(check, SHIELD_CHECK_NOTE, place.text, "is allowed by %s.allow[%zu] already",
				 direction->group, other);
}

/* Is nothing that an entry holds for allowed by any? */
static bool is_refused_by_default(const struct shield_net_rules *rules, const struct shield_net_entry *entry)
{
	for (size_t i = 0; i < rules->allow.count; i++)
		if (shield_net_entries_overlap(&rules->allow.item[i], entry))
			return false;
	return rules->default_deny;
}

static void check_deny(const struct shield_check *check, const struct direction *direction, size_t index)
{
	struct shield_place place = list_place(direction, "deny", index);
	const struct shield_net_entry *entry = &direction->rules->deny.item[index];
	size_t other = superfluous_by(&direction->rules->deny, index);

	check_occurs(check, direction, place.text, entry);
	if (other != NONE)
		shield_check_say(check, SHIELD_CHECK_NOTE, place.text, "is refused by %s.deny[%zu] already",
				 direction->group, other);
	else if (is_refused_by_default(direction->rules, entry))
		shield_check_say(check, SHIELD_CHECK_NOTE, place.text,
				 "is refused by %s.default already: no entry allows any of it", direction->group);
}

static void check_direction(const struct shield_check *check, const struct direction *direction)
{
	const struct shield_net_rules *rules = direction->rules;

	if (!rules->present)
		return;
	shield_check_refuses(check, direction->group, rules->default_deny, rules->allow.count + rules->deny.count);
	if (shield_check_allow_list(check, direction->group, rules->default_deny, rules->allow.count))
		for (size_t i = 0; i < rules->allow.count; i++)
			check_allow(check, direction, i);
	for (size_t i = 0; i < rules->deny.count; i++)
		check_deny(check, direction, i);
}

/* Ways to the network around an egress rule that refuses. */
static void check_ways_around(const struct shield_check *check)
{
	const struct shield_profile *profile = check->profile;
	const struct shield_net_rules *egress = &profile->network.rules[SHIELD_EGRESS];

	if (!egress->present || !egress->default_deny || egress->action < SHIELD_DENY)
		return;
	if (profile->network.raw < SHIELD_DENY)
		shield_check_say(check, SHIELD_CHECK_WARNING, "network.raw",
				 "raw sockets are not refused: with CAP_NET_RAW they forge addresses, past "
				 "network.egress; set it to \"deny\"");
	if (!families_refuse(profile)) {
		shield_check_say(check, SHIELD_CHECK_WARNING, "network.families",
				 "no family is refused: packet, vsock and others go past network.egress; list those "
				 "that are needed");
		return;
	}
	for (size_t i = 0; i < sizeof(unjudged) / sizeof(unjudged[0]); i++)
		if (has_family(profile, unjudged[i]))
			shield_check_say(check, SHIELD_CHECK_WARNING, "network.families",
					 "\"%s\" goes past network.egress: its addresses are not judged",
					 shield_family_name(unjudged[i]));
}

void shield_check_net(const struct shield_check *check)
{
	const struct shield_net_rules *rules = check->profile->network.rules;
	struct direction egress = { "network.egress", &rules[SHIELD_EGRESS], true };
	struct direction bind = { "network.bind", &rules[SHIELD_BIND], false };

	check_direction(check, &egress);
	check_direction(check, &bind);
	check_ways_around(check);
}

static void check_unix_allow(const struct shield_check *check, size_t index)
{
	const struct shield_strings *allow = &check->profile->network.unix_sockets.allow;
	const struct shield_strings *deny = &check->profile->network.unix_sockets.deny;
	const char *pattern = allow->item[index];
	struct shield_place place = shield_place("network.unix.allow", index);
	size_t other = shield_check_covered_by(deny, pattern);

	if (shield_pattern_covers(pattern, "/**") || shield_pattern_covers(pattern, "@*"))
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "\"%s\" allows every socket with %s: network.unix.default has no effect on them",
				 pattern, *pattern == '/' ? "a path" : "such a name");
	if (other == NONE)
		shield_check_superfluous(check, "network.unix.allow", allow, index, "allowed");
	else
		shield_check_say(check, SHIELD_CHECK_WARNING, place.text,
				 "\"%s\" is never allowed: network.unix.deny[%zu] (\"%s\") refuses all of it", pattern,
				 other, deny->item[other]);
}

void shield_check_unix(const struct shield_check *check)
{
	static const char group[] = "network.unix";
	const struct shield_profile *profile = check->profile;
	const struct shield_strings *allow = &profile->network.unix_sockets.allow;
	const struct shield_strings *deny = &profile->network.unix_sockets.deny;

	if (!profile->network.unix_sockets.present)
		return;
	shield_check_refuses(check, group, profile->network.unix_sockets.default_deny, allow->count + deny->count);
	if (!has_family(profile, AF_UNIX))
		shield_check_say(check, SHIELD_CHECK_WARNING, group, "has no effect: network.families has no \"unix\"");
	if (shield_check_allow_list(check, group, profile->network.unix_sockets.default_deny, allow->count))
		for (size_t i = 0; i < allow->count; i++)
			check_unix_allow(check, i);
	for (size_t i = 0; i < deny->count; i++)
		shield_check_superfluous(check, "network.unix.deny", deny, i, "refused");
}
