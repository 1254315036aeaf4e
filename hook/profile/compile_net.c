/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Addresses and ports. For each direction and family a sweep over the address space: at every boundary of an entry
 * the entries in force change; between two boundaries they are the same, and so is the port set they make together.
 */
#include "profile/compile_parts.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "bpf/decide.h"
#include "profile/flatten.h"
#include "profile/port_sets.h"
#include "profile/rule.h"

struct address {
	uint64_t high, low; /* v4: low */
};

/* A profile's entry as the sweep sees it. */
struct entry {
	const struct shield_net_entry *entry;
	uint32_t first, count; /* its keys among those of the direction */
};

struct boundary {
	struct address at;
	uint32_t entry;
	uint32_t starts; /* 1 = in force from here on, 0 = no longer */
};

struct net {
	struct shield_policy *policy;
	struct shield_error *error;
	struct shield_port_sets port_sets;

	/* of the direction in work */
	uint32_t direction;
	shield_decision otherwise; /* what holds where no entry does */
	struct entry *entries;	   /* deny, then allow: in order of precedence */
	uint32_t entry_count;
	struct shield_span *keys;
	uint32_t key_count;
	struct shield_span *spans, *flat; /* scratch */

	/* of the sweep */
	struct boundary *boundaries;
	uint32_t boundary_count;
	uint32_t *active; /* entries in force, in order of precedence */
	uint32_t active_count;
	uint32_t range_count; /* may pass the limit: counted on for the error */
	int last_set;
};

static void free_direction(struct net *net)
{
	free(net->entries);
	free(net->keys);
	free(net->spans);
	free(net->flat);
	free(net->boundaries);
	free(net->active);
	net->entries = NULL;
	net->keys = net->spans = net->flat = NULL;
	net->boundaries = NULL;
	net->active = NULL;
}

static uint8_t kind_of(const struct net *net)
{
	return net->direction == SHIELD_EGRESS ? SHIELD_KIND_EGRESS : SHIELD_KIND_BIND;
}

/* An upper bound of the keys of a list: ports of no protocol are those of two. */
static size_t keys_needed(const struct shield_net_entries *list)
{
	size_t needed = 0;

	for (size_t i = 0; i < list->count; i++)
		needed += 2 * list->item[i].port_count + 1;
	return needed;
}

static int make_direction(struct net *net, const struct shield_net_rules *rules)
{
	size_t entries = rules->allow.count + rules->deny.count;
	size_t keys = keys_needed(&rules->allow) + keys_needed(&rules->deny) + 1;

	net->entries = calloc(entries + 1, sizeof(*net->entries));
	net->keys = malloc(keys * sizeof(*net->keys));
	net->spans = malloc(keys * sizeof(*net->spans));
	net->flat = malloc(2 * keys * sizeof(*net->flat));
	net->boundaries = malloc((2 * entries + 1) * sizeof(*net->boundaries));
	net->active = malloc((entries + 1) * sizeof(*net->active));
	if (!net->entries || !net->keys || !net->spans || !net->flat || !net->boundaries || !net->active)
		return shield_fail_errno(net->error, ENOMEM, "compiling addresses");
	net->entry_count = net->key_count = 0;
	return 0;
}

static void add_key(struct net *net, uint32_t low, uint32_t high, shield_decision decision)
{
	net->keys[net->key_count++] = (struct shield_span){ low, high, decision };
}

/* Ports exist in TCP and UDP only: an entry that names some is about these. */
static void add_ports(struct net *net, const struct shield_net_entry *from, uint32_t proto, shield_decision decision)
{
	if (from->proto && from->proto != proto)
		return;
	for (size_t i = 0; i < from->port_count; i++)
		add_key(net, SHIELD_PORT_KEY(proto, from->ports[i].low), SHIELD_PORT_KEY(proto, from->ports[i].high),
			decision);
}

static void add_entry(struct net *net, const struct shield_net_entry *from, shield_decision decision)
{
	struct entry *entry = &net->entries[net->entry_count++];

	entry->entry = from;
	entry->first = net->key_count;
	if (from->port_count) {
		add_ports(net, from, SHIELD_PROTO_TCP, decision);
		add_ports(net, from, SHIELD_PROTO_UDP, decision);
	} else if (from->proto) {
		add_key(net, SHIELD_PORT_KEY(from->proto, 0), SHIELD_PORT_KEY(from->proto, UINT16_MAX), decision);
	} else {
		add_key(net, 0, UINT32_MAX, decision);
	}
	entry->count = net->key_count - entry->first;
}

/* Takes the rules of a direction in. A direction that is absent has none and allows. */
static int begin_direction(struct net *net, const struct shield_net_rules *rules)
{
	static const struct shield_net_rules none;
	int result;

	if (!rules->present)
		rules = &none;
	result = shield_compile_count(kind_of(net), "allow", rules->allow.count, net->error);
	if (result >= 0)
		result = shield_compile_count(kind_of(net), "deny", rules->deny.count, net->error);
	if (result >= 0)
		result = make_direction(net, rules);
	if (result < 0)
		return result;
	for (size_t i = 0; i < rules->deny.count; i++)
		add_entry(net, &rules->deny.item[i],
			  SHIELD_REFUSED_BY(SHIELD_REASON_RULE, SHIELD_RULE(SHIELD_LIST_DENY, i)));
	for (size_t i = 0; i < rules->allow.count; i++)
		add_entry(net, &rules->allow.item[i], SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_ALLOW, i)));
	if (!rules->present)
		net->otherwise = SHIELD_ALLOWED_BY(0);
	else if (rules->default_deny)
		net->otherwise = SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	else
		net->otherwise = SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	return 0;
}

static uint64_t read_bytes(const uint8_t *bytes, size_t count)
{
	uint64_t number = 0;

	for (size_t i = 0; i < count; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* The low `bits` bits, 0 to 64. */
static uint64_t low_bits(unsigned int bits)
{
	return bits ? ~0ull >> (64 - bits) : 0;
}

/* First and last address of an entry in a family. */
static void address_range(const struct shield_net_entry *entry, int family, struct address *first, struct address *last)
{
	unsigned int prefix = entry->family ? entry->prefix : 0;
	struct address host = {}; /* bits below the prefix */

	if (family == AF_INET) {
		host.low = low_bits(32 - prefix);
		*first = (struct address){ 0, read_bytes(entry->address, 4) };
	} else {
		host.high = prefix < 64 ? low_bits(64 - prefix) : 0;
		host.low = prefix < 64 ? ~0ull : low_bits(128 - prefix);
		*first = (struct address){ read_bytes(entry->address, 8), read_bytes(entry->address + 8, 8) };
	}
	*first = (struct address){ first->high & ~host.high, first->low & ~host.low };
	*last = (struct address){ first->high | host.high, first->low | host.low };
}

/* The address after another. Returns 0 when that was the last of its family. */
static int after(struct address *address, int family)
{
	if (family == AF_INET && address->low == UINT32_MAX)
		return 0;
	if (!++address->low)
		address->high++;
	return address->low || address->high;
}

static void add_boundary(struct net *net, struct address at, uint32_t entry, uint32_t starts)
{
	net->boundaries[net->boundary_count++] = (struct boundary){ at, entry, starts };
}

/* Collects where the entries of a family begin and end. */
static void add_boundaries(struct net *net, int family)
{
	for (uint32_t i = 0; i < net->entry_count; i++) {
		const struct shield_net_entry *entry = net->entries[i].entry;
		struct address first, last;

		if (entry->family && entry->family != family)
			continue;
		address_range(entry, family, &first, &last);
		add_boundary(net, first, i, 1);
		if (after(&last, family))
			add_boundary(net, last, i, 0);
	}
}

static int compare_addresses(const struct address *a, const struct address *b)
{
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	return (a->low > b->low) - (a->low < b->low);
}

static int compare_boundaries(const void *a, const void *b)
{
	return compare_addresses(&((const struct boundary *)a)->at, &((const struct boundary *)b)->at);
}

/* An entry comes into force or ceases to be. */
static void switch_entry(struct net *net, const struct boundary *boundary)
{
	uint32_t at = net->active_count;

	while (at && net->active[at - 1] >= boundary->entry)
		at--;
	if (boundary->starts) {
		memmove(&net->active[at + 1], &net->active[at], (net->active_count - at) * sizeof(*net->active));
		net->active[at] = boundary->entry;
		net->active_count++;
	} else {
		net->active_count--;
		memmove(&net->active[at], &net->active[at + 1], (net->active_count - at) * sizeof(*net->active));
	}
}

/* The set that the entries in force make. Returns its index or -E2BIG. */
static int make_port_set(struct net *net)
{
	const char *limit = NULL;
	char group[SHIELD_RULE_PATH_MAX];
	size_t count = 0;
	int set;

	for (uint32_t i = 0; i < net->active_count; i++) {
		const struct entry *entry = &net->entries[net->active[i]];

		memcpy(&net->spans[count], &net->keys[entry->first], entry->count * sizeof(*net->spans));
		count += entry->count;
	}
	net->spans[count++] = (struct shield_span){ 0, UINT32_MAX, net->otherwise };
	count = shield_flatten(net->spans, count, net->flat);
	set = shield_port_sets_add(&net->port_sets, net->policy, net->flat, count, &limit);
	if (set >= 0)
		return set;
	shield_rule_path(kind_of(net), 0, group, sizeof(group));
	return shield_fail(net->error, E2BIG, "%s: %s", group, limit);
}

/* From here on the set holds. */
static void put_range(struct net *net, int family, struct address at, int set)
{
	struct shield_net4 *net4 = &net->policy->net4[net->direction];
	struct shield_net6 *net6 = &net->policy->net6[net->direction];
	uint32_t i = net->range_count;

	if (set == net->last_set)
		return;
	net->last_set = set;
	net->range_count++;
	if (family == AF_INET && i < SHIELD_NET4_RANGES) {
		net4->start[i] = (uint32_t)at.low;
		net4->set[i] = (uint16_t)set;
		net4->count = i + 1;
	}
	if (family == AF_INET6 && i < SHIELD_NET6_RANGES) {
		net6->high[i] = at.high;
		net6->low[i] = at.low;
		net6->set[i] = (uint16_t)set;
		net6->count = i + 1;
	}
}

static int sweep(struct net *net, int family)
{
	uint32_t max = family == AF_INET ? SHIELD_NET4_RANGES : SHIELD_NET6_RANGES;
	struct address at = {};
	char group[SHIELD_RULE_PATH_MAX];

	net->boundary_count = net->active_count = net->range_count = 0;
	net->last_set = -1;
	add_boundaries(net, family);
	qsort(net->boundaries, net->boundary_count, sizeof(*net->boundaries), compare_boundaries);
	for (uint32_t i = 0;;) {
		int set;

		for (; i < net->boundary_count && !compare_addresses(&net->boundaries[i].at, &at); i++)
			switch_entry(net, &net->boundaries[i]);
		set = make_port_set(net);
		if (set < 0)
			return set;
		put_range(net, family, at, set);
		if (i == net->boundary_count)
			break;
		at = net->boundaries[i].at;
	}
	if (net->range_count <= max)
		return 0;
	shield_rule_path(kind_of(net), 0, group, sizeof(group));
	return shield_fail(net->error, E2BIG, "%s: %u separate %s address ranges, a policy holds %u", group,
			   net->range_count, family == AF_INET ? "IPv4" : "IPv6", max);
}

int shield_compile_net(const struct shield_profile *profile, struct shield_policy *policy, struct shield_error *error)
{
	struct net net = { .policy = policy, .error = error };

	for (uint32_t direction = 0; direction < SHIELD_DIRECTIONS; direction++) {
		int result;

		net.direction = direction;
		result = begin_direction(&net, &profile->network.rules[direction]);
		if (result >= 0)
			result = sweep(&net, AF_INET);
		if (result >= 0)
			result = sweep(&net, AF_INET6);
		free_direction(&net);
		if (result < 0)
			return result;
	}
	return 0;
}
