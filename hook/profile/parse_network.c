/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/parse_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/names.h"
#include "profile/families.h"

/* The families whose addresses the rules judge, and those that reach no network. */
#define JUDGED_FAMILIES (1ull << AF_UNIX | 1ull << AF_INET | 1ull << AF_INET6 | 1ull << AF_NETLINK)

static int parse_to(const struct shield_json *at, struct shield_net_entry *entry, struct shield_error *error)
{
	struct shield_error fault;
	struct shield_cidr cidr;
	const char *text;
	int result = shield_json_string(at, &text, error);

	if (result < 0)
		return result;
	result = shield_cidr_parse(text, &cidr, &fault);
	if (result < 0)
		return shield_json_fail(at, -result, error, "%s", fault.message);
	entry->family = cidr.family;
	entry->prefix = cidr.prefix;
	memcpy(entry->address, cidr.address, sizeof(entry->address));
	return 0;
}

static int parse_proto(const struct shield_json *at, uint8_t *proto, struct shield_error *error)
{
	static const char *const names[] = { "tcp", "udp", "icmp", NULL };
	static const uint8_t values[] = { SHIELD_PROTO_TCP, SHIELD_PROTO_UDP, SHIELD_PROTO_ICMP };
	size_t choice;
	int result = shield_json_choice(at, names, &choice, error);

	if (result == 0)
		*proto = values[choice];
	return result;
}

/* A port, or "low-high". */
static int parse_port(const struct shield_json *at, struct shield_port_span *ret, struct shield_error *error)
{
	uint32_t low, high;
	const char *text;

	if (shield_json_is_integer(at)) {
		int64_t port;
		int result = shield_json_integer(at, 0, UINT16_MAX, &port, error);

		if (result == 0)
			*ret = (struct shield_port_span){ (uint16_t)port, (uint16_t)port };
		return result;
	}
	if (shield_json_string(at, &text, NULL) < 0 || !shield_parse_span(text, UINT16_MAX, &low, &high))
		return shield_json_fail(at, EINVAL, error,
					"expected a port from 0 to 65535 or a range such as \"8000-8099\"");
	*ret = (struct shield_port_span){ (uint16_t)low, (uint16_t)high };
	return 0;
}

static int parse_ports(const struct shield_json *at, struct shield_net_entry *entry, struct shield_error *error)
{
	int result = shield_parse_reserve(at, &entry->ports, 0, sizeof(*entry->ports), error);

	if (result < 0)
		return result;
	if (shield_json_length(at) == 0)
		return shield_json_fail(at, EINVAL, error, "empty: name a port, or leave it out for any");
	if (entry->proto == SHIELD_PROTO_ICMP)
		return shield_json_fail(at, EINVAL, error, "icmp has no ports; leave this or \"proto\" out");
	for (size_t i = 0; i < shield_json_length(at); i++) {
		struct shield_json port = shield_json_element(at, i);

		result = parse_port(&port, &entry->ports[i], error);
		if (result < 0)
			return result;
		entry->port_count++;
	}
	return 0;
}

static int parse_entry(const struct shield_json *at, struct shield_net_entry *entry, struct shield_error *error)
{
	static const char *const keys[] = { "to", "proto", "ports", NULL };
	struct shield_json member;
	int result = shield_json_known_keys(at, keys, error);

	if (result == 0 && shield_json_member(at, "to", &member))
		result = parse_to(&member, entry, error);
	if (result == 0 && shield_json_member(at, "proto", &member))
		result = parse_proto(&member, &entry->proto, error);
	if (result == 0 && shield_json_member(at, "ports", &member))
		result = parse_ports(&member, entry, error);
	return result;
}

static int parse_entries(const struct shield_json *array, struct shield_net_entries *list, struct shield_error *error)
{
	int result = shield_parse_reserve(array, &list->item, list->count, sizeof(*list->item), error);

	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);

		result = parse_entry(&at, &list->item[list->count++], error);
	}
	return result;
}

/* egress or bind */
static int parse_rules(const struct shield_json *group, struct shield_net_rules *rules, struct shield_error *error)
{
	static const char *const keys[] = { "default", "action", "allow", "deny", NULL };
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result < 0)
		return result;
	rules->present = true;
	result = shield_parse_default(group, &rules->default_deny, error);
	if (result == 0)
		result = shield_parse_action(group, "action", &rules->action, error);
	if (result == 0 && shield_json_member(group, "allow", &at))
		result = parse_entries(&at, &rules->allow, error);
	if (result == 0 && shield_json_member(group, "deny", &at))
		result = parse_entries(&at, &rules->deny, error);
	return result;
}

static int parse_unix(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const keys[] = { "default", "action", "allow", "deny", NULL };
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result < 0)
		return result;
	profile->network.unix_sockets.present = true;
	result = shield_parse_default(group, &profile->network.unix_sockets.default_deny, error);
	if (result == 0)
		result = shield_parse_action(group, "action", &profile->network.unix_sockets.action, error);
	if (result == 0 && shield_json_member(group, "allow", &at))
		result = shield_parse_socket_patterns(&at, &profile->network.unix_sockets.allow, error);
	if (result == 0 && shield_json_member(group, "deny", &at))
		result = shield_parse_socket_patterns(&at, &profile->network.unix_sockets.deny, error);
	return result;
}

/* A family's name or number. */
static int parse_family(const struct shield_json *at, uint64_t *families, struct shield_error *error)
{
	const char *name, *nearest;
	int64_t number;
	char shown[32];
	int result;

	if (shield_json_is_integer(at)) {
		result = shield_json_integer(at, 0, SHIELD_FAMILIES - 1, &number, error);
		if (result < 0)
			return result;
		*families |= 1ull << number;
		return 0;
	}
	if (shield_json_string(at, &name, NULL) < 0)
		return shield_json_fail(at, EINVAL, error, "expected an address family: its name or number");
	result = shield_family_number(name);
	if (result >= 0) {
		*families |= 1ull << result;
		return 0;
	}
	shield_printable(name, shown, sizeof(shown));
	nearest = shield_family_nearest(name);
	if (nearest)
		return shield_json_fail(at, EINVAL, error, "\"%s\" is no address family; did you mean \"%s\"?", shown,
					nearest);
	return shield_json_fail(at, EINVAL, error, "\"%s\" is no address family this version knows; give its number",
				shown);
}

/* Replaces the families there were. */
static int parse_families(const struct shield_json *array, struct shield_profile *profile, struct shield_error *error)
{
	uint64_t families = 0;
	int result = shield_json_expect_array(array, error);

	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);

		result = parse_family(&at, &families, error);
	}
	if (result < 0)
		return result;
	profile->network.families = families;
	profile->stated |= SHIELD_STATED_FAMILIES;
	return 0;
}

/*
 * What follows from the rules where it is not stated: where addresses are judged, the families whose addresses nobody
 * judges are a way around, and so are raw sockets, which forge addresses.
 */
static int settle(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	const struct shield_net_rules *egress = &profile->network.rules[SHIELD_EGRESS];
	const struct shield_net_rules *bind = &profile->network.rules[SHIELD_BIND];
	bool judged = egress->default_deny || bind->default_deny;
	uint8_t action = egress->default_deny ? egress->action : bind->action;
	struct shield_json at;

	if (!(profile->stated & SHIELD_STATED_RAW))
		profile->network.raw = egress->default_deny ? SHIELD_DENY : SHIELD_ALLOW;
	if (profile->stated & SHIELD_STATED_FAMILIES) {
		action = SHIELD_DENY;
	} else if (judged) {
		profile->network.families = JUDGED_FAMILIES;
	} else {
		if (shield_json_member(group, "families_action", &at))
			return shield_json_fail(&at, EINVAL, error,
						"there is no rule on families that it could belong to: add "
						"\"families\"");
		profile->network.families = 0;
		action = SHIELD_ALLOW;
		profile->stated &= ~SHIELD_STATED_FAMILIES_ACTION;
	}
	if (!(profile->stated & SHIELD_STATED_FAMILIES_ACTION))
		profile->network.families_action = action;
	return 0;
}

int shield_parse_network(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error)
{
	static const char *const keys[] = { "egress", "bind", "unix", "families", "families_action", "raw", NULL };
	struct shield_json at;
	int result = shield_json_known_keys(group, keys, error);

	if (result == 0 && shield_json_member(group, "egress", &at))
		result = parse_rules(&at, &profile->network.rules[SHIELD_EGRESS], error);
	if (result == 0 && shield_json_member(group, "bind", &at))
		result = parse_rules(&at, &profile->network.rules[SHIELD_BIND], error);
	if (result == 0 && shield_json_member(group, "unix", &at))
		result = parse_unix(&at, profile, error);
	if (result == 0 && shield_json_member(group, "families", &at))
		result = parse_families(&at, profile, error);
	if (result == 0 && shield_json_member(group, "families_action", &at)) {
		result = shield_parse_action(group, "families_action", &profile->network.families_action, error);
		profile->stated |= SHIELD_STATED_FAMILIES_ACTION;
	}
	if (result == 0)
		result = shield_parse_switch(group, "raw", &profile->network.raw, error);
	if (result < 0)
		return result;
	if (result == 1)
		profile->stated |= SHIELD_STATED_RAW;
	return settle(group, profile, error);
}
