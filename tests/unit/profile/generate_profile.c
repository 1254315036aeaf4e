/* SPDX-License-Identifier: Apache-2.0 */
#include "generate_profile.h"

#include <string.h>

#include "build.h"
#include "generate.h"

const char *generate_any_of(const struct shield_strings *list)
{
	return list->item[random_below((uint32_t)list->count)];
}

void generate_path(const struct shield_profile *profile, char *buffer)
{
	uint32_t which = random_below(10);

	random_pattern(buffer, 0);
	if (which < 3 && profile->exec.allow.count)
		random_match(profile->exec.allow.item[random_below((uint32_t)profile->exec.allow.count)].path, buffer);
	if (which == 3 && profile->exec.deny.count)
		random_match(profile->exec.deny.item[random_below((uint32_t)profile->exec.deny.count)].path, buffer);
	if (which == 4 && profile->ptrace.tracers.count)
		random_match(generate_any_of(&profile->ptrace.tracers), buffer);
	if (which == 5 && profile->exec.library.count)
		random_match(generate_any_of(&profile->exec.library), buffer);
	if (which == 6 && profile->exec.allow.count) {
		const struct shield_strings *from =
			&profile->exec.allow.item[random_below((uint32_t)profile->exec.allow.count)].from;

		if (from->count)
			random_match(generate_any_of(from), buffer);
	}
	if (which == 7 && profile->files.deny.count)
		random_match(generate_any_of(&profile->files.deny), buffer);
	if (which == 8 && profile->files.read_only.count)
		random_match(generate_any_of(&profile->files.read_only), buffer);
}

static void generate_exec(struct shield_profile *profile)
{
	uint32_t wildcards = random_below(5), allows = random_below(12), denies = random_below(4),
		 libraries = random_one_in(3) ? random_below(5) : 0;
	char pattern[RANDOM_PATH_SIZE];

	profile->exec.present = true;
	profile->exec.default_deny = !random_one_in(4);
	profile->exec.action = SHIELD_DENY;
	profile->exec.libraries = random_below(2);
	while (allows--) {
		random_pattern(pattern, wildcards);
		build_allow(profile, pattern, NULL);
		for (uint32_t from = random_one_in(3) ? 1 + random_below(3) : 0; from; from--) {
			random_pattern(pattern, random_one_in(4) ? wildcards : 0);
			build_from(profile, pattern);
		}
	}
	while (denies--) {
		random_pattern(pattern, wildcards);
		build_deny(profile, pattern);
	}
	while (libraries--) {
		random_pattern(pattern, wildcards);
		build_library(profile, pattern);
	}
	profile->ptrace.default_deny = !random_one_in(4);
	for (uint32_t tracers = random_below(3); tracers; tracers--) {
		random_pattern(pattern, wildcards);
		build_tracer(profile, pattern);
	}
	profile->ptrace.present = profile->ptrace.default_deny || profile->ptrace.tracers.count;
}

static void generate_files(struct shield_profile *profile)
{
	uint32_t wildcards = random_below(4);
	char pattern[RANDOM_PATH_SIZE];

	profile->files.action = SHIELD_DENY;
	for (uint32_t denies = random_below(3); denies; denies--) {
		random_pattern(pattern, wildcards);
		build_file_deny(profile, pattern);
	}
	for (uint32_t read_only = random_below(4); read_only; read_only--) {
		random_pattern(pattern, wildcards);
		build_read_only(profile, pattern);
	}
}

/* "/a/b", "@/a/b" or "@a/b" */
static void make_socket_pattern(char buffer[RANDOM_PATH_SIZE])
{
	bool abstract = random_one_in(2);

	buffer[0] = '@';
	random_pattern(buffer + abstract, random_below(4));
	/* not "@**": no such pattern is valid */
	if (!abstract && random_one_in(2) && strncmp(buffer, "/**", 3) != 0)
		buffer[0] = '@';
}

static void generate_sockets(struct shield_profile *profile)
{
	char pattern[RANDOM_PATH_SIZE];

	profile->network.unix_sockets.present = true;
	profile->network.unix_sockets.default_deny = !random_one_in(3);
	for (uint32_t sockets = random_below(6); sockets; sockets--) {
		make_socket_pattern(pattern);
		build_socket(profile, random_one_in(3), pattern);
	}
}

static void generate_capabilities(struct shield_profile *profile)
{
	profile->capabilities.present = true;
	profile->capabilities.default_deny = random_one_in(2);
	for (uint32_t capabilities = random_below(8); capabilities; capabilities--)
		build_capability(profile, random_one_in(3), (uint8_t)random_below(12));
}

void generate_rules(struct shield_profile *profile)
{
	generate_exec(profile);
	if (!random_one_in(5))
		generate_net(profile, SHIELD_EGRESS);
	if (!random_one_in(5))
		generate_net(profile, SHIELD_BIND);
	generate_ids(profile);
	generate_files(profile);
	generate_sockets(profile);
	generate_capabilities(profile);
}
