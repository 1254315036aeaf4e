/* SPDX-License-Identifier: Apache-2.0 */
/* Learning: the group network. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "record/learn_parts.h"

static int compare_net_entries(const void *left, const void *right)
{
	const struct shield_net_entry *a = left, *b = right;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->address, b->address, sizeof(a->address)) ?: (a->proto > b->proto) - (a->proto < b->proto);
}

/* The entry for an address and protocol, a new one where there is none. */
static struct shield_net_entry *net_entry(struct shield_learner *learner, enum shield_direction direction,
					  const struct shield_net_entry *like)
{
	struct shield_net_entries *list = &learner->profile->network.rules[direction].allow;
	struct shield_net_entry *larger;

	for (size_t i = 0; i < list->count; i++)
		if (compare_net_entries(&list->item[i], like) == 0)
			return &list->item[i];
	larger = reallocarray(list->item, list->count + 1, sizeof(*larger));
	if (!larger) {
		learner->failed = true;
		return NULL;
	}
	list->item = larger;
	larger[list->count] = *like;
	return &larger[list->count++];
}

static void add_port(struct shield_learner *learner, struct shield_net_entry *entry, uint16_t port)
{
	struct shield_port_span *larger;
	size_t at = 0;

	while (at < entry->port_count && entry->ports[at].low < port)
		at++;
	if (at < entry->port_count && entry->ports[at].low == port)
		return;
	larger = reallocarray(entry->ports, entry->port_count + 1, sizeof(*larger));
	if (!larger) {
		learner->failed = true;
		return;
	}
	entry->ports = larger;
	memmove(larger + at + 1, larger + at, (entry->port_count++ - at) * sizeof(*larger));
	larger[at] = (struct shield_port_span){ port, port };
}

static void allow_address(struct shield_learner *learner, enum shield_direction direction, int family,
			  const uint8_t *address, const struct shield_event_address *from)
{
	struct shield_net_entry like = {
		.family = (uint8_t)family,
		.prefix = family == AF_INET ? 32 : 128,
		.proto = from->proto,
	}, *entry;

	memcpy(like.address, address, family == AF_INET ? 4 : 16);
	entry = net_entry(learner, direction, &like);
	if (entry && (from->proto == SHIELD_PROTO_TCP || from->proto == SHIELD_PROTO_UDP))
		add_port(learner, entry, from->port);
}

static bool is_any(const struct shield_event_address *address)
{
	static const uint8_t any[16];

	return memcmp(address->address, any, address->family == AF_INET ? 4 : 16) == 0;
}

/*
 * "Any" is several addresses to the rules (bpf/endpoint.h): as a destination the loopback ones, and who binds :: takes
 * what comes to 0.0.0.0, too.
 */
static void learn_any(struct shield_learner *learner, enum shield_direction direction,
		      const struct shield_event_address *address)
{
	static const uint8_t any[16], loopback4[4] = { 127, 0, 0, 1 }, loopback6[16] = { [15] = 1 };
	bool egress = direction == SHIELD_EGRESS;

	allow_address(learner, direction, AF_INET, egress ? loopback4 : any, address);
	if (address->family == AF_INET6)
		allow_address(learner, direction, AF_INET6, egress ? loopback6 : any, address);
}

static void learn_address(struct shield_learner *learner, const struct shield_act *act)
{
	const struct shield_event_address *address = &act->item->address;
	enum shield_direction direction = act->item->kind == SHIELD_KIND_EGRESS ? SHIELD_EGRESS : SHIELD_BIND;

	if (act->item->operand != SHIELD_OPERAND_ADDRESS ||
	    (address->family != AF_INET && address->family != AF_INET6) || address->proto > SHIELD_PROTO_ICMP) {
		shield_learn_cannot(learner, act, "a socket whose addresses are not judged; it is not allowed");
		return;
	}
	if (is_any(address))
		learn_any(learner, direction, address);
	else
		allow_address(learner, direction, (int)address->family, address->address, address);
}

static void learn_family(struct shield_learner *learner, const struct shield_act *act)
{
	if (act->item->operand == SHIELD_OPERAND_SOCKET && act->item->socket.family < 64)
		learner->profile->network.families |= 1ull << act->item->socket.family;
	else
		shield_learn_cannot(learner, act, "an address family that no profile can name; it is not allowed");
}

static void learn_unix(struct shield_learner *learner, const struct shield_act *act)
{
	if (shield_learn_is_literal(act->item->path, true))
		shield_learn_string(learner, &learner->profile->network.unix_sockets.allow, act->item->path);
	else
		shield_learn_cannot(learner, act, "no pattern can name the socket; it is not allowed");
}

void shield_learn_network(struct shield_learner *learner, const struct shield_act *act)
{
	if (act->item->kind == SHIELD_KIND_FAMILY)
		learn_family(learner, act);
	else if (act->item->kind == SHIELD_KIND_UNIX)
		learn_unix(learner, act);
	else
		learn_address(learner, act);
}

static void merge_ports(struct shield_net_entry *entry)
{
	size_t kept = 0;

	for (size_t i = 0; i < entry->port_count; i++) {
		if (kept && entry->ports[kept - 1].high + 1 == entry->ports[i].low)
			entry->ports[kept - 1].high = entry->ports[i].high;
		else
			entry->ports[kept++] = entry->ports[i];
	}
	entry->port_count = kept;
}

static void finish_rules(struct shield_learner *learner, enum shield_direction direction, enum shield_kind kind)
{
	struct shield_net_rules *rules = &learner->profile->network.rules[direction];

	rules->present = rules->default_deny = learner->kinds & 1u << kind;
	if (rules->allow.count)
		qsort(rules->allow.item, rules->allow.count, sizeof(*rules->allow.item), compare_net_entries);
	for (size_t i = 0; i < rules->allow.count; i++) {
		struct shield_net_entry *entry = &rules->allow.item[i];

		merge_ports(entry);
		if (!entry->proto)
			shield_learn_note(learner,
					  "network.%s.allow[%zu]: for any protocol: what was used is none that a "
					  "profile can name",
					  direction == SHIELD_EGRESS ? "egress" : "bind", i);
	}
}

void shield_learn_finish_network(struct shield_learner *learner)
{
	struct shield_profile *profile = learner->profile;

	finish_rules(learner, SHIELD_EGRESS, SHIELD_KIND_EGRESS);
	finish_rules(learner, SHIELD_BIND, SHIELD_KIND_BIND);
	if (learner->kinds & 1u << SHIELD_KIND_FAMILY)
		profile->network.families_action = SHIELD_DENY;
	profile->network.unix_sockets.present = profile->network.unix_sockets.default_deny =
		learner->kinds & 1u << SHIELD_KIND_UNIX;
	shield_learn_sort(&profile->network.unix_sockets.allow);
}
