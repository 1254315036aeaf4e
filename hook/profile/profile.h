/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as its author wrote it, checked and with `extends` resolved. profiles/schema.json describes the JSON. */
#ifndef SHIELD_PROFILE_PROFILE_H
#define SHIELD_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "bpf/abi.h"

/* Strings owned by the list. */
struct shield_strings {
	char **item;
	size_t count;
};

/* What an entry of files leads to, or a link on the way there, found by shield_profile_resolve(). */
struct shield_derived_file {
	char *path;	       /* pattern */
	enum shield_list list; /* what is said of it: SHIELD_LIST_DENY or SHIELD_LIST_READ_ONLY */
	uint16_t rule;	       /* SHIELD_RULE() of the entry */
};

struct shield_derived_files {
	struct shield_derived_file *item;
	size_t count;
};

/* One exec.allow or exec.deny entry. */
struct shield_exec_entry {
	char *path;		    /* pattern: absolute, `*` within one level, `**` a subtree */
	struct shield_strings from; /* patterns; empty = unconditional; always empty in deny */
};

struct shield_exec_entries {
	struct shield_exec_entry *item;
	size_t count;
};

/* One egress or bind entry. Absent parts mean any. */
struct shield_net_entry {
	uint8_t family;	     /* AF_INET, AF_INET6, 0 = both: no `to` */
	uint8_t prefix;	     /* bits */
	uint8_t address[16]; /* network byte order; v4 in the first 4 bytes */
	uint8_t proto;	     /* enum shield_proto; 0 = any */
	struct shield_port_span {
		uint16_t low, high;
	} * ports; /* inclusive; none = any */
	size_t port_count;
};

struct shield_net_entries {
	struct shield_net_entry *item;
	size_t count;
};

struct shield_net_rules {
	bool present;
	bool default_deny;
	uint8_t action; /* enum shield_verdict */
	struct shield_net_entries allow, deny;
};

/* Inclusive, the container's own ids; rule is the index of the setuid.allow entry. */
struct shield_id_span {
	uint32_t low, high;
	uint16_t entry;
};

struct shield_id_spans {
	struct shield_id_span *item;
	size_t count;
};

/* One capabilities.allow or .deny list: numbers of capabilities(7). */
struct shield_capabilities {
	uint8_t *item;
	size_t count;
};

/*
 * Settings that a profile, or one it extends, states itself; the others hold the default that follows from their
 * group, and follow it again when a profile that extends this one changes the group.
 */
#define SHIELD_STATED_LIBRARIES (1u << 0)
#define SHIELD_STATED_RAW (1u << 1)
#define SHIELD_STATED_FAMILIES (1u << 2)
#define SHIELD_STATED_FAMILIES_ACTION (1u << 3)
#define SHIELD_STATED_SETUID_EXEC (1u << 4)

struct shield_profile {
	uint32_t stated; /* SHIELD_STATED_*: for `extends` only, no part of what the profile means */
	char name[SHIELD_NAME_MAX];
	bool audit; /* mode: audit */
	struct {
		bool present;
		bool default_deny;
		uint8_t action, drift, fileless; /* enum shield_verdict; ALLOW = off */
		struct shield_exec_entries allow, deny;
		enum shield_libraries libraries;
		struct shield_strings library; /* patterns, for SHIELD_LIBRARIES_LIST */
	} exec;
	struct {
		struct shield_net_rules rules[SHIELD_DIRECTIONS]; /* by enum shield_direction */
		uint8_t families_action;			  /* ALLOW = no such rule */
		uint64_t families;				  /* bit n = family n is allowed */
		uint8_t raw;					  /* enum shield_verdict */
		struct {
			bool present;
			bool default_deny;
			uint8_t action;
			struct shield_strings allow, deny; /* path patterns, or '@' and a pattern of abstract names */
		} unix_sockets;
	} network;
	struct {
		bool present;
		bool default_deny;
		uint8_t action;
		struct shield_strings tracers; /* patterns */
	} ptrace;
	struct {
		bool present;
		bool default_deny;
		uint8_t action, setuid_exec;
		struct shield_id_spans uids, gids;
	} setuid;
	struct {
		bool present;
		bool default_deny;
		uint8_t action;
		struct shield_capabilities allow, deny;
	} capabilities;
	struct {
		uint8_t mount, bpf, modules, userns; /* enum shield_verdict; ALLOW = no such rule */
	} kernel;
	struct {
		bool present;
		uint8_t action;
		struct shield_strings deny, read_only; /* patterns */
		struct shield_derived_files derived;
	} files;
	uint8_t reverse_shell;
	struct shield_strings notes; /* for people: no part of what the profile means, nor of its canonical text */
};

/* Does the list have this string? */
bool shield_strings_have(const struct shield_strings *list, const char *string);

/*
 * Adds a string that the list does not have yet.
 * @string: taken over whether the call succeeds or not; NULL is a lack of memory of the caller's
 * Returns 0 or -ENOMEM.
 */
int shield_strings_add(struct shield_strings *list, char *string);

/* Releases the strings and the list, which is empty afterwards. */
void shield_strings_free(struct shield_strings *list);

/* Releases what the profile owns and the profile. NULL is fine. */
void shield_profile_free(struct shield_profile *profile);

static inline void shield_profile_freep(struct shield_profile **profile)
{
	shield_profile_free(*profile);
}
#define _cleanup_profile_ _cleanup_(shield_profile_freep)

#endif
