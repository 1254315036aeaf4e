/* SPDX-License-Identifier: Apache-2.0 */
#include "reference.h"

#include <string.h>
#include <sys/socket.h>

static struct reference allowed(uint16_t rule)
{
	return (struct reference){ .rule = rule };
}

static struct reference refused(uint8_t reason, uint16_t rule)
{
	return (struct reference){ true, reason, rule };
}

static const uint16_t by_default = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0);

/* One component each, of these lengths. */
static bool component_matches(const char *pattern, size_t pattern_length, const char *name, size_t name_length)
{
	if (!pattern_length)
		return !name_length;
	if (*pattern == '*') {
		for (size_t taken = 0; taken <= name_length; taken++)
			if (component_matches(pattern + 1, pattern_length - 1, name + taken, name_length - taken))
				return true;
		return false;
	}
	return name_length && *pattern == *name &&
	       component_matches(pattern + 1, pattern_length - 1, name + 1, name_length - 1);
}

/* Both begin with '/' or are at their ends. An abstract name begins with '@' and what stands before its first '/'. */
bool reference_matches(const char *pattern, const char *path)
{
	size_t pattern_length, name_length;

	if (!*pattern || !*path)
		return !*pattern && !*path;
	if (*pattern == '@' || *path == '@') {
		pattern_length = strcspn(pattern, "/");
		name_length = strcspn(path, "/");
		return *pattern == *path && component_matches(pattern, pattern_length, path, name_length) &&
		       reference_matches(pattern + pattern_length, path + name_length);
	}
	pattern_length = strcspn(pattern + 1, "/");
	name_length = strcspn(path + 1, "/");
	if (!name_length)
		return false;
	if (pattern_length == 2 && !memcmp(pattern + 1, "**", 2))
		return reference_matches(pattern + 3, path + 1 + name_length) ||
		       reference_matches(pattern, path + 1 + name_length);
	return component_matches(pattern + 1, pattern_length, path + 1, name_length) &&
	       reference_matches(pattern + 1 + pattern_length, path + 1 + name_length);
}

static bool any_matches(const struct shield_strings *patterns, char *const *paths, size_t count)
{
	for (size_t i = 0; i < patterns->count; i++)
		for (size_t j = 0; j < count; j++)
			if (reference_matches(patterns->item[i], paths[j]))
				return true;
	return false;
}

/* The first entry of a list that matches, as a rule; 0 = none. */
static uint16_t first_match(const struct shield_exec_entries *entries, enum shield_list list, bool conditional,
			    const char *path)
{
	for (size_t i = 0; i < entries->count; i++)
		if ((entries->item[i].from.count != 0) == conditional && reference_matches(entries->item[i].path, path))
			return SHIELD_RULE(list, i);
	return 0;
}

static bool is_allowed_from(const struct shield_profile *profile, const char *path, char *const *from,
			    size_t from_count)
{
	for (size_t i = 0; i < profile->exec.allow.count; i++)
		if (reference_matches(profile->exec.allow.item[i].path, path) &&
		    any_matches(&profile->exec.allow.item[i].from, from, from_count))
			return true;
	return false;
}

struct reference reference_exec(const struct shield_profile *profile, const char *path, char *const *from,
				size_t from_count)
{
	uint16_t deny = first_match(&profile->exec.deny, SHIELD_LIST_DENY, false, path);
	uint16_t allow = first_match(&profile->exec.allow, SHIELD_LIST_ALLOW, false, path);
	uint16_t conditional = first_match(&profile->exec.allow, SHIELD_LIST_ALLOW, true, path);

	if (deny)
		return refused(SHIELD_REASON_RULE, deny);
	if (allow)
		return allowed(allow);
	if (is_allowed_from(profile, path, from, from_count))
		return allowed(conditional);
	if (!profile->exec.default_deny)
		return allowed(by_default);
	if (conditional)
		return refused(SHIELD_REASON_FROM, conditional);
	return refused(SHIELD_REASON_DEFAULT, by_default);
}

struct reference reference_library(const struct shield_profile *profile, const char *path, bool in_image)
{
	uint16_t deny = first_match(&profile->exec.deny, SHIELD_LIST_DENY, false, path);
	uint16_t key = SHIELD_RULE(SHIELD_LIST_LIBRARIES, 0);

	if (deny)
		return refused(SHIELD_REASON_RULE, deny);
	if (profile->exec.libraries == SHIELD_LIBRARIES_ANY)
		return allowed(0);
	if (profile->exec.libraries == SHIELD_LIBRARIES_IMAGE)
		return in_image ? allowed(key) : refused(SHIELD_REASON_NOT_IMAGE, key);
	for (size_t i = 0; i < profile->exec.library.count; i++)
		if (reference_matches(profile->exec.library.item[i], path))
			return allowed(SHIELD_RULE(SHIELD_LIST_LIBRARIES, i + 1));
	return refused(SHIELD_REASON_DEFAULT, key);
}

struct reference reference_trace(const struct shield_profile *profile, const char *path)
{
	char *paths[] = { (char *)path };

	if (profile->ptrace.default_deny && !any_matches(&profile->ptrace.tracers, paths, 1))
		return refused(SHIELD_REASON_DEFAULT, by_default);
	return allowed(SHIELD_RULE(SHIELD_LIST_ALLOW, 0));
}

static bool address_matches(const struct shield_net_entry *entry, int family, const uint8_t *address)
{
	if (!entry->family)
		return true;
	if (entry->family != family)
		return false;
	for (unsigned int bit = 0; bit < entry->prefix; bit++)
		if ((entry->address[bit / 8] ^ address[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static bool port_matches(const struct shield_net_entry *entry, uint8_t proto, uint16_t port)
{
	if (entry->proto && entry->proto != proto)
		return false;
	if (!entry->port_count)
		return true;
	if (proto != SHIELD_PROTO_TCP && proto != SHIELD_PROTO_UDP)
		return false;
	for (size_t i = 0; i < entry->port_count; i++)
		if (port >= entry->ports[i].low && port <= entry->ports[i].high)
			return true;
	return false;
}

struct reference reference_net(const struct shield_profile *profile, enum shield_direction direction, int family,
			       const uint8_t *address, uint8_t proto, uint16_t port)
{
	const struct shield_net_rules *rules = &profile->network.rules[direction];

	if (!rules->present)
		return allowed(0);
	for (size_t i = 0; i < rules->deny.count; i++)
		if (address_matches(&rules->deny.item[i], family, address) &&
		    port_matches(&rules->deny.item[i], proto, port))
			return refused(SHIELD_REASON_RULE, SHIELD_RULE(SHIELD_LIST_DENY, i));
	for (size_t i = 0; i < rules->allow.count; i++)
		if (address_matches(&rules->allow.item[i], family, address) &&
		    port_matches(&rules->allow.item[i], proto, port))
			return allowed(SHIELD_RULE(SHIELD_LIST_ALLOW, i));
	return rules->default_deny ? refused(SHIELD_REASON_DEFAULT, by_default) : allowed(by_default);
}

struct reference reference_id(const struct shield_profile *profile, const struct shield_id_spans *spans, uint32_t id)
{
	const struct shield_id_span *first = NULL;

	if (!profile->setuid.default_deny)
		return allowed(by_default);
	for (size_t i = 0; i < spans->count; i++)
		if (id >= spans->item[i].low && id <= spans->item[i].high && id != UINT32_MAX &&
		    (!first || spans->item[i].entry < first->entry))
			first = &spans->item[i];
	return first ? allowed(SHIELD_RULE(SHIELD_LIST_ALLOW, first->entry))
		     : refused(SHIELD_REASON_DEFAULT, by_default);
}

/* The first pattern of a list that matches, as a rule; 0 = none. */
static uint16_t first_string(const struct shield_strings *patterns, enum shield_list list, const char *name)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (reference_matches(patterns->item[i], name))
			return SHIELD_RULE(list, i);
	return 0;
}

struct reference reference_file(const struct shield_profile *profile, const char *path, bool write)
{
	uint16_t deny = first_string(&profile->files.deny, SHIELD_LIST_DENY, path);
	uint16_t read_only = first_string(&profile->files.read_only, SHIELD_LIST_READ_ONLY, path);

	if (deny)
		return refused(SHIELD_REASON_RULE, deny);
	return write && read_only ? refused(SHIELD_REASON_RULE, read_only) : allowed(0);
}

/* Can a pattern match something below a folder? A pattern that goes on behind the folder can: by one component each. */
static bool reaches_below(const char *pattern, const char *folder)
{
	size_t pattern_length, name_length;

	if (!*pattern || !*folder)
		return *pattern;
	pattern_length = strcspn(pattern + 1, "/");
	name_length = strcspn(folder + 1, "/");
	if (!name_length)
		return false;
	if (pattern_length == 2 && !memcmp(pattern + 1, "**", 2))
		return reaches_below(pattern + 3, folder + 1 + name_length) ||
		       reaches_below(pattern, folder + 1 + name_length);
	return component_matches(pattern + 1, pattern_length, folder + 1, name_length) &&
	       reaches_below(pattern + 1 + pattern_length, folder + 1 + name_length);
}

bool reference_below(const struct shield_profile *profile, const char *folder)
{
	const struct shield_strings *lists[] = { &profile->files.deny, &profile->files.read_only };

	for (size_t list = 0; list < 2; list++)
		for (size_t i = 0; i < lists[list]->count; i++)
			if (!strcmp(folder, "/") || reaches_below(lists[list]->item[i], folder))
				return true;
	return false;
}

struct reference reference_unix(const struct shield_profile *profile, const char *name)
{
	uint16_t deny = first_string(&profile->network.unix_sockets.deny, SHIELD_LIST_DENY, name);
	uint16_t allow = first_string(&profile->network.unix_sockets.allow, SHIELD_LIST_ALLOW, name);

	if (deny)
		return refused(SHIELD_REASON_RULE, deny);
	if (allow)
		return allowed(allow);
	return profile->network.unix_sockets.default_deny ? refused(SHIELD_REASON_DEFAULT, by_default)
							  : allowed(by_default);
}

struct reference reference_capability(const struct shield_profile *profile, uint8_t capability)
{
	const struct shield_capabilities *allow = &profile->capabilities.allow, *deny = &profile->capabilities.deny;

	for (size_t i = 0; i < deny->count; i++)
		if (deny->item[i] == capability)
			return refused(SHIELD_REASON_RULE, SHIELD_RULE(SHIELD_LIST_DENY, i));
	for (size_t i = 0; i < allow->count; i++)
		if (allow->item[i] == capability)
			return allowed(0);
	return profile->capabilities.default_deny ? refused(SHIELD_REASON_DEFAULT, by_default) : allowed(0);
}
