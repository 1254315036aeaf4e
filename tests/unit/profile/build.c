/* SPDX-License-Identifier: Apache-2.0 */
#include "build.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/compile.h"

static void *must(void *pointer)
{
	if (!pointer)
		abort();
	return pointer;
}

/* Appends a zeroed element; evaluates to its address. */
#define APPEND(list)                                                                                       \
	({                                                                                                 \
		(list)->item = must(reallocarray((list)->item, (list)->count + 1, sizeof(*(list)->item))); \
		memset(&(list)->item[(list)->count], 0, sizeof(*(list)->item));                            \
		&(list)->item[(list)->count++];                                                            \
	})

struct shield_profile *build_profile(void)
{
	return must(calloc(1, sizeof(struct shield_profile)));
}

void build_allow(struct shield_profile *profile, const char *path, ...)
{
	struct shield_exec_entry *entry = APPEND(&profile->exec.allow);
	const char *from;
	va_list args;

	profile->exec.present = true;
	entry->path = must(strdup(path));
	va_start(args, path);
	while ((from = va_arg(args, const char *)))
		build_from(profile, from);
	va_end(args);
}

void build_from(struct shield_profile *profile, const char *path)
{
	struct shield_exec_entries *allow = &profile->exec.allow;

	*APPEND(&allow->item[allow->count - 1].from) = must(strdup(path));
}

void build_deny(struct shield_profile *profile, const char *path)
{
	profile->exec.present = true;
	APPEND(&profile->exec.deny)->path = must(strdup(path));
}

void build_library(struct shield_profile *profile, const char *path)
{
	profile->exec.present = true;
	profile->exec.libraries = SHIELD_LIBRARIES_LIST;
	*APPEND(&profile->exec.library) = must(strdup(path));
}

void build_tracer(struct shield_profile *profile, const char *path)
{
	profile->ptrace.present = true;
	*APPEND(&profile->ptrace.tracers) = must(strdup(path));
}

void build_file_deny(struct shield_profile *profile, const char *path)
{
	profile->files.present = true;
	*APPEND(&profile->files.deny) = must(strdup(path));
}

void build_read_only(struct shield_profile *profile, const char *path)
{
	profile->files.present = true;
	*APPEND(&profile->files.read_only) = must(strdup(path));
}

void build_socket(struct shield_profile *profile, bool deny, const char *name)
{
	profile->network.unix_sockets.present = true;
	*APPEND(deny ? &profile->network.unix_sockets.deny : &profile->network.unix_sockets.allow) = must(strdup(name));
}

void build_capability(struct shield_profile *profile, bool deny, uint8_t capability)
{
	profile->capabilities.present = true;
	*APPEND(deny ? &profile->capabilities.deny : &profile->capabilities.allow) = capability;
}

static struct shield_net_entries *net_list(struct shield_profile *profile, enum shield_direction direction, bool deny)
{
	struct shield_net_rules *rules = &profile->network.rules[direction];

	rules->present = true;
	return deny ? &rules->deny : &rules->allow;
}

size_t build_net(struct shield_profile *profile, enum shield_direction direction, bool deny, const char *to,
		 uint8_t proto)
{
	struct shield_net_entries *list = net_list(profile, direction, deny);
	struct shield_net_entry *entry = APPEND(list);
	char address[INET6_ADDRSTRLEN] = "";
	unsigned int prefix;

	entry->proto = proto;
	if (!to)
		return list->count - 1;
	if (sscanf(to, "%45[^/]/%u", address, &prefix) != 2)
		abort();
	entry->family = strchr(address, ':') ? AF_INET6 : AF_INET;
	entry->prefix = (uint8_t)prefix;
	if (inet_pton(entry->family, address, entry->address) != 1)
		abort();
	return list->count - 1;
}

void build_ports(struct shield_profile *profile, enum shield_direction direction, bool deny, uint16_t low,
		 uint16_t high)
{
	struct shield_net_entries *list = net_list(profile, direction, deny);
	struct shield_net_entry *entry = &list->item[list->count - 1];

	entry->ports = must(reallocarray(entry->ports, entry->port_count + 1, sizeof(*entry->ports)));
	entry->ports[entry->port_count++] = (struct shield_port_span){ low, high };
}

void build_uids(struct shield_profile *profile, uint16_t entry, uint32_t low, uint32_t high)
{
	profile->setuid.present = true;
	*APPEND(&profile->setuid.uids) = (struct shield_id_span){ low, high, entry };
}

void build_gids(struct shield_profile *profile, uint16_t entry, uint32_t low, uint32_t high)
{
	profile->setuid.present = true;
	*APPEND(&profile->setuid.gids) = (struct shield_id_span){ low, high, entry };
}

struct shield_policy *build_policy(void)
{
	return must(calloc(1, sizeof(struct shield_policy)));
}

struct shield_policy *build_compiled(const struct shield_profile *profile)
{
	struct shield_policy *policy = build_policy();
	struct shield_error error;

	if (shield_compile(profile, policy, &error) < 0) {
		fprintf(stderr, "%s\n", error.message);
		abort();
	}
	return policy;
}
