/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random profiles and random acts: bpf/decide.h on the compiled policy must say what the plain reference says.
 * SHIELD_RANDOM_SEED and SHIELD_RANDOM_CASES choose other and more cases.
 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "bpf/decide.h"
#include "build.h"
#include "generate.h"
#include "generate_rules.h"
#include "profile/compile.h"
#include "profile/cover.h"
#include "reference.h"

#define DEFAULT_SEED 20240607
#define DEFAULT_CASES 20000
#define CASES_PER_PROFILE 60
static const char *any_of(const struct shield_strings *list)
{
	return list->item[random_below((uint32_t)list->count)];
}

/* A path near one of the profile's patterns. */
static void make_path(const struct shield_profile *profile, char *buffer)
{
	uint32_t which = random_below(10);

	random_pattern(buffer, 0);
	if (which < 3 && profile->exec.allow.count)
		random_match(profile->exec.allow.item[random_below((uint32_t)profile->exec.allow.count)].path, buffer);
	if (which == 3 && profile->exec.deny.count)
		random_match(profile->exec.deny.item[random_below((uint32_t)profile->exec.deny.count)].path, buffer);
	if (which == 4 && profile->ptrace.tracers.count)
		random_match(any_of(&profile->ptrace.tracers), buffer);
	if (which == 5 && profile->exec.library.count)
		random_match(any_of(&profile->exec.library), buffer);
	if (which == 6 && profile->exec.allow.count) {
		const struct shield_strings *from =
			&profile->exec.allow.item[random_below((uint32_t)profile->exec.allow.count)].from;

		if (from->count)
			random_match(any_of(from), buffer);
	}
	if (which == 7 && profile->files.deny.count)
		random_match(any_of(&profile->files.deny), buffer);
	if (which == 8 && profile->files.read_only.count)
		random_match(any_of(&profile->files.read_only), buffer);
}

static void make_exec(struct shield_profile *profile)
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

static void make_files(struct shield_profile *profile)
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

static void make_sockets(struct shield_profile *profile)
{
	char pattern[RANDOM_PATH_SIZE];

	profile->network.unix_sockets.present = true;
	profile->network.unix_sockets.default_deny = !random_one_in(3);
	for (uint32_t sockets = random_below(6); sockets; sockets--) {
		make_socket_pattern(pattern);
		build_socket(profile, random_one_in(3), pattern);
	}
}

static void make_capabilities(struct shield_profile *profile)
{
	profile->capabilities.present = true;
	profile->capabilities.default_deny = random_one_in(2);
	for (uint32_t capabilities = random_below(8); capabilities; capabilities--)
		build_capability(profile, random_one_in(3), (uint8_t)random_below(12));
}

static bool agrees(shield_decision decision, struct reference reference)
{
	return decision == SHIELD_DECISION(reference.refused, reference.reason, reference.rule);
}

static uint32_t class_of(const struct shield_policy *policy, const char *path)
{
	return shield_match(policy, path, (uint32_t)strlen(path));
}

static bool try_exec(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[RANDOM_PATH_SIZE], callers[2][RANDOM_PATH_SIZE];
	char *from[] = { callers[0], callers[1] };
	uint64_t names = 0;

	for (size_t i = 0; i < 2; i++) {
		make_path(profile, from[i]);
		names |= policy->classes[class_of(policy, from[i])].names;
	}
	make_path(profile, path);
	return agrees(shield_decide_exec(policy, &policy->classes[class_of(policy, path)], names),
		      reference_exec(profile, path, from, 2));
}

static bool try_library(const struct shield_profile *profile, const struct shield_policy *policy)
{
	bool in_image = random_one_in(2);
	char path[RANDOM_PATH_SIZE];

	make_path(profile, path);
	return agrees(shield_decide_library(policy, &policy->classes[class_of(policy, path)], in_image),
		      reference_library(profile, path, in_image));
}

static bool try_trace(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[RANDOM_PATH_SIZE];

	make_path(profile, path);
	return agrees(shield_decide_trace(policy, policy->classes[class_of(policy, path)].names),
		      reference_trace(profile, path));
}

static bool try_file(const struct shield_profile *profile, const struct shield_policy *policy)
{
	bool write = random_one_in(2);
	char path[RANDOM_PATH_SIZE];

	make_path(profile, path);
	return agrees(shield_decide_file(&policy->classes[class_of(policy, path)], write),
		      reference_file(profile, path, write));
}

/* A folder on the way to what a pattern matches, or any. */
static bool try_below(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[RANDOM_PATH_SIZE];
	uint32_t length;

	make_path(profile, path);
	while (!random_one_in(2) && strrchr(path, '/') != path)
		*strrchr(path, '/') = '\0';
	if (random_one_in(20))
		strcpy(path, "/");
	length = (uint32_t)strlen(path);
	return policy->states[shield_walk(policy, path, length)].below == reference_below(profile, path);
}

static bool try_socket(const struct shield_profile *profile, const struct shield_policy *policy)
{
	const struct shield_strings *list =
		random_one_in(3) ? &profile->network.unix_sockets.deny : &profile->network.unix_sockets.allow;
	char name[RANDOM_PATH_SIZE] = "@";

	if (list->count && !random_one_in(4))
		random_match(any_of(list), name);
	else
		random_pattern(name + 1, 0);
	if (random_one_in(8))
		name[0] = name[0] == '@' ? '/' : '@';
	return agrees(shield_decide_unix(policy, &policy->classes[class_of(policy, name)]),
		      reference_unix(profile, name));
}

static bool try_capability(const struct shield_profile *profile, const struct shield_policy *policy)
{
	uint8_t capability = (uint8_t)(random_one_in(5) ? random_below(SHIELD_CAPABILITIES) : random_below(12));

	return agrees(shield_decide_capability(policy, capability), reference_capability(profile, capability));
}

/* deny_lengths may let the kernel skip a path only if no deny entry matches it. */
static bool try_deny_lengths(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[RANDOM_PATH_SIZE];
	size_t length;

	make_path(profile, path);
	length = strlen(strrchr(path, '/') + 1);
	if (policy->deny_lengths >> (length < 63 ? length : 63) & 1)
		return true;
	for (size_t i = 0; i < profile->exec.deny.count; i++)
		if (reference_matches(profile->exec.deny.item[i].path, path))
			return false;
	return true;
}

/* What cover.h says of two patterns must hold for a path. */
static bool try_cover(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char wide[RANDOM_PATH_SIZE], narrow[RANDOM_PATH_SIZE], path[2 * RANDOM_PATH_SIZE];

	(void)profile;
	(void)policy;
	random_pattern(wide, 6);
	random_pattern(narrow, random_below(6));
	random_match(narrow, path);
	if (!strchr(narrow, '*') && shield_pattern_covers(wide, narrow) != reference_matches(wide, narrow))
		return false;
	return !shield_pattern_covers(wide, narrow) || !reference_matches(narrow, path) ||
	       reference_matches(wide, path);
}

static uint64_t number(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | *bytes++;
	return value;
}

static bool try_net(const struct shield_profile *profile, const struct shield_policy *policy)
{
	static const uint16_t ports[] = { 0,	1,    2,    79,	  80,	81,    443,   444,
					  7999, 8000, 8050, 8080, 8081, 65533, 65534, 65535 };
	enum shield_direction direction = random_one_in(2) ? SHIELD_EGRESS : SHIELD_BIND;
	uint16_t port = RANDOM_PICK(ports);
	uint8_t proto = (uint8_t)random_below(4), address[16];
	int family = generate_address(&profile->network.rules[direction], address);
	struct reference wanted = reference_net(profile, direction, family, address, proto, port);

	if (family == AF_INET)
		return agrees(shield_decide_net4(policy, direction, (uint32_t)number(address, 4), proto, port), wanted);
	return agrees(shield_decide_net6(policy, direction, number(address, 8), number(address + 8, 8), proto, port),
		      wanted);
}

static bool try_id(const struct shield_profile *profile, const struct shield_policy *policy)
{
	static const uint32_t ids[] = { 0,
					1,
					2,
					32,
					33,
					34,
					998,
					999,
					1000,
					1001,
					1002,
					65532,
					65533,
					65534,
					65535,
					UINT32_MAX - 3,
					UINT32_MAX - 2,
					UINT32_MAX - 1,
					UINT32_MAX };
	bool group = random_one_in(2);
	uint32_t id = RANDOM_PICK(ids);

	return agrees(shield_decide_id(policy, group ? &policy->gids : &policy->uids, id),
		      reference_id(profile, group ? &profile->setuid.gids : &profile->setuid.uids, id));
}

static const struct {
	const char *name;
	bool (*try)(const struct shield_profile *, const struct shield_policy *);
} acts[] = {
	{ "exec", try_exec },
	{ "exec", try_exec },
	{ "library", try_library },
	{ "trace", try_trace },
	{ "net", try_net },
	{ "net", try_net },
	{ "id", try_id },
	{ "deny_lengths", try_deny_lengths },
	{ "cover", try_cover },
	{ "file", try_file },
	{ "below", try_below },
	{ "socket", try_socket },
	{ "capability", try_capability },
};

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : otherwise;
}

/* Cases on one profile. Returns how many disagreed. */
static uint32_t try_profile(const struct shield_profile *profile, const struct shield_policy *policy)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < CASES_PER_PROFILE; i++) {
		uint64_t before = random_state();
		uint32_t act = random_below(sizeof(acts) / sizeof(acts[0]));

		if (acts[act].try(profile, policy))
			continue;
		wrong++;
		fprintf(stderr, "profile/random: %s disagrees at generator state %" PRIu64 "\n", acts[act].name,
			before);
	}
	return wrong;
}

static void test_agrees_with_reference(void)
{
	uint64_t seed = from_environment("SHIELD_RANDOM_SEED", DEFAULT_SEED);
	uint64_t cases = from_environment("SHIELD_RANDOM_CASES", DEFAULT_CASES), wrong = 0, profiles = 0, too_large = 0;

	printf("(seed %" PRIu64 ", %" PRIu64 " cases) ", seed, cases);
	random_seed(seed);
	for (uint64_t done = 0; done < cases && !wrong; done += CASES_PER_PROFILE) {
		_cleanup_profile_ struct shield_profile *profile = build_profile();
		_cleanup_free_ struct shield_policy *policy = build_policy();
		struct shield_error error = {};
		int result;

		make_exec(profile);
		if (!random_one_in(5))
			generate_net(profile, SHIELD_EGRESS);
		if (!random_one_in(5))
			generate_net(profile, SHIELD_BIND);
		generate_ids(profile);
		make_files(profile);
		make_sockets(profile);
		make_capabilities(profile);
		profiles++;
		result = shield_compile(profile, policy, &error);
		too_large += result == -E2BIG;
		if (result < 0 && result != -E2BIG)
			CU_FAIL("a valid profile does not compile");
		if (result == 0)
			wrong += try_profile(profile, policy);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(too_large * 100 <= profiles);
}

void suite_profile_random(void);

void suite_profile_random(void)
{
	CU_pSuite suite = CU_add_suite("profile/random", NULL, NULL);

	CU_add_test(suite, "the compiled policy decides as the profile says", test_agrees_with_reference);
}
