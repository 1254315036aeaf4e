/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of operations. Each draws one near the edges of the profile's rules, as text for the actor (actor.c), and
 * counts the rules that it violates by the reference. What a call means beyond its arguments is said here, as plainly:
 * that 0.0.0.0 is the loopback address, that an id which is not mapped gets nowhere.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "profile/generate.h"
#include "profile/generate_rules.h"
#include "profile/reference.h"
#include "random.h"

/* --- exec: a file of the tree, which may execute another one */

static const char *any_pattern(const struct shield_exec_entries *entries)
{
	const struct shield_exec_entry *entry;

	if (!entries->count)
		return NULL;
	entry = &entries->item[random_below((uint32_t)entries->count)];
	return entry->from.count && random_one_in(3) ? entry->from.item[random_below((uint32_t)entry->from.count)]
						     : entry->path;
}

static void draw_exec(const struct scene *scene, struct operation *operation)
{
	enum shield_verdict action = action_of(scene->profile, SHIELD_KIND_EXEC);
	char path[2][RANDOM_PATH], caller[RANDOM_PATH] = RANDOM_ACTOR, *from[] = { caller };
	uint32_t count = 1 + random_one_in(2);

	strcpy(operation->text, "exec");
	for (uint32_t i = 0; i < count; i++) {
		const struct shield_profile *profile = scene->profile;

		draw_path(any_pattern(random_one_in(3) ? &profile->exec.deny : &profile->exec.allow), path[i]);
		strcat(operation->text, " ");
		strcat(operation->text, path[i]);
	}
	for (uint32_t i = 0; i < count; i++) {
		operation->refusals += reference_exec(scene->profile, path[i], from, 1).refused;
		if (operation->refusals && action != SHIELD_AUDIT)
			return;
		strcpy(caller, path[i]);
	}
}

/* --- network */

static uint16_t draw_port(const struct shield_net_rules *rules)
{
	const struct shield_net_entries *list = random_one_in(3) ? &rules->deny : &rules->allow;
	const struct shield_net_entry *entry = list->count ? &list->item[random_below((uint32_t)list->count)] : NULL;
	const struct shield_port_span *span;

	if (!entry || !entry->port_count || random_one_in(4))
		return (uint16_t)random_next();
	span = &entry->ports[random_below((uint32_t)entry->port_count)];
	return (uint16_t)((random_one_in(2) ? span->low : span->high) + random_below(3) - 1);
}

/* Where an operation goes to, or binds. */
struct endpoint {
	int family;
	uint8_t address[16];
	uint16_t port;
	uint8_t proto; /* enum shield_proto */
};

static bool refuses(const struct scene *scene, enum shield_direction direction, const struct endpoint *at, int family,
		    const uint8_t *address)
{
	return reference_net(scene->profile, direction, family, address, at->proto, at->port).refused;
}

/* To no address at all is to this machine: of IPv4, and for an IPv6 socket also of IPv6. */
static bool refuses_egress(const struct scene *scene, const struct endpoint *to)
{
	static const uint8_t none[16], loopback4[16] = { 127, 0, 0, 1 }, loopback6[16] = { [15] = 1 };

	if (memcmp(to->address, none, to->family == AF_INET ? 4 : 16))
		return refuses(scene, SHIELD_EGRESS, to, to->family, to->address);
	return refuses(scene, SHIELD_EGRESS, to, AF_INET, loopback4) ||
	       (to->family == AF_INET6 && refuses(scene, SHIELD_EGRESS, to, AF_INET6, loopback6));
}

/* Root of a user namespace opens no raw sockets in a network that is not its own, nor does it pass ping_group_range. */
static uint8_t draw_proto(const struct scene *scene)
{
	static const uint8_t usual[] = { SHIELD_PROTO_TCP, SHIELD_PROTO_UDP };

	return scene->ids == UINT32_MAX && random_one_in(3) ? (uint8_t)random_below(4) : RANDOM_PICK(usual);
}

/* "ROAD PROTOCOL ADDRESS PORT"; an IPv4 address may go as IPv6. */
static void print_endpoint(const struct endpoint *at, const char *road, struct operation *operation)
{
	static const char *const names[] = { "raw", "tcp", "udp", "icmp" };
	bool mapped = at->family == AF_INET && random_one_in(4);
	char address[INET6_ADDRSTRLEN];

	inet_ntop(at->family, at->address, address, sizeof(address));
	snprintf(operation->text, sizeof(operation->text), "%s %s %s%s %u", road, names[at->proto],
		 mapped ? "::ffff:" : "", address, at->port);
}

static void draw_endpoint(const struct scene *scene, enum shield_direction direction, struct endpoint *ret)
{
	const struct shield_net_rules *rules = &scene->profile->network.rules[direction];

	ret->family = generate_address(rules, ret->address);
	ret->port = draw_port(rules);
	ret->proto = draw_proto(scene);
}

static void draw_egress(const struct scene *scene, struct operation *operation)
{
	struct endpoint to;
	const char *road = "connect";

	draw_endpoint(scene, SHIELD_EGRESS, &to);
	if (random_one_in(3))
		road = to.proto == SHIELD_PROTO_TCP ? "fastopen" : "send";
	print_endpoint(&to, road, operation);
	operation->refusals = refuses_egress(scene, &to);
}

/* ::, where a socket takes IPv4, too; not one for ping (net/ipv4/ping.c, ping_init_sock) */
static bool takes_both(const struct endpoint *at)
{
	static const uint8_t any[16];

	return at->family == AF_INET6 && at->proto != SHIELD_PROTO_ICMP && !memcmp(at->address, any, sizeof(any));
}

static void draw_bind(const struct scene *scene, struct operation *operation)
{
	struct endpoint at;

	draw_endpoint(scene, SHIELD_BIND, &at);
	print_endpoint(&at, "bind", operation);
	operation->refusals = refuses(scene, SHIELD_BIND, &at, at.family, at.address) ||
			      (takes_both(&at) && refuses(scene, SHIELD_BIND, &at, AF_INET, at.address));
}

/* --- setuid: the actor is root, without supplementary groups */

static uint32_t draw_id(const struct shield_id_spans *spans)
{
	const struct shield_id_span *span = spans->count ? &spans->item[random_below((uint32_t)spans->count)] : NULL;

	if (!span || random_one_in(8))
		return random_below(70000);
	return (random_one_in(2) ? span->low : span->high) + random_below(3) - 1;
}

static bool is_mapped(const struct scene *scene, uint32_t id)
{
	return id < scene->ids;
}

static void print_ids(struct operation *operation, const char *call, const uint32_t *ids, uint32_t count)
{
	int length = snprintf(operation->text, sizeof(operation->text), "%s", call);

	for (uint32_t i = 0; i < count; i++)
		length += snprintf(operation->text + length, sizeof(operation->text) - (size_t)length, " %u", ids[i]);
}

/* setresuid or setresgid; -1 leaves an id as it is. */
static void draw_three(const struct scene *scene, const struct shield_id_spans *spans, const char *call,
		       struct operation *operation)
{
	uint32_t ids[3];

	ids[0] = draw_id(spans);
	for (uint32_t i = 1; i < 3; i++)
		ids[i] = random_one_in(4) ? UINT32_MAX : random_one_in(3) ? draw_id(spans) : ids[0];
	print_ids(operation, call, ids, 3);
	for (uint32_t i = 0; i < 3; i++)
		if (ids[i] != UINT32_MAX && !is_mapped(scene, ids[i]))
			return;
	for (uint32_t i = 0; i < 3 && !operation->refusals; i++)
		if (ids[i] != UINT32_MAX && ids[i] != 0)
			operation->refusals = reference_id(scene->profile, spans, ids[i]).refused;
}

/* All groups of the list must be allowed; leaving all is leaving none. */
static void draw_groups(const struct scene *scene, struct operation *operation)
{
	const struct shield_id_spans *spans = &scene->profile->setuid.gids;
	uint32_t count = random_below(5), ids[4];

	for (uint32_t i = 0; i < count; i++)
		ids[i] = draw_id(spans);
	print_ids(operation, "setgroups", ids, count);
	for (uint32_t i = 0; i < count; i++)
		if (!is_mapped(scene, ids[i]))
			return;
	for (uint32_t i = 0; i < count && !operation->refusals; i++)
		operation->refusals = reference_id(scene->profile, spans, ids[i]).refused;
}

static void draw_setuid(const struct scene *scene, struct operation *operation)
{
	switch (random_below(3)) {
	case 0:
		draw_three(scene, &scene->profile->setuid.uids, "setresuid", operation);
		break;
	case 1:
		draw_three(scene, &scene->profile->setuid.gids, "setresgid", operation);
		break;
	default:
		draw_groups(scene, operation);
	}
}

const struct operation_kind operation_kinds[] = {
	{ "exec", SHIELD_KIND_EXEC, EACCES, 20, draw_exec },
	{ "egress", SHIELD_KIND_EGRESS, EPERM, 35, draw_egress },
	{ "bind", SHIELD_KIND_BIND, EPERM, 20, draw_bind },
	{ "setuid", SHIELD_KIND_SETUID, EPERM, 25, draw_setuid },
};
const unsigned int operation_kind_count = sizeof(operation_kinds) / sizeof(operation_kinds[0]);

void draw_operation(const struct scene *scene, struct operation *ret)
{
	uint32_t shares = 0, at;

	for (unsigned int i = 0; i < operation_kind_count; i++)
		shares += operation_kinds[i].share;
	memset(ret, 0, sizeof(*ret));
	ret->kind = operation_kinds;
	for (at = random_below(shares); at >= ret->kind->share; ret->kind++)
		at -= ret->kind->share;
	ret->kind->draw(scene, ret);
}
