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
#include "generate_profile.h"
#include "profile/compile.h"
#include "profile/cover.h"
#include "reference.h"

#define DEFAULT_SEED 20240607
#define DEFAULT_CASES 20000
#define CASES_PER_PROFILE 60

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
		generate_path(profile, from[i]);
		names |= policy->classes[class_of(policy, from[i])].names;
	}
	generate_path(profile, path);
	return agrees(shield_decide_exec(policy, &policy->classes[class_of(policy, path)], names),
		      reference_exec(profile, path, from, 2));
}

static bool try_library(const struct shield_profile *profile, const struct shield_policy *policy)
{
	bool in_image = random_one_in(2);
	char path[RANDOM_PATH_SIZE];

	generate_path(profile, path);
	return agrees(shield_decide_library(policy, &policy->classes[class_of(policy, path)], in_image),
		      reference_library(profile, path, in_image));
}

static bool try_trace(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[RANDOM_PATH_SIZE];

	generate_path(profile, path);
	return agrees(shield_decide_trace(policy, policy->classes[class_of(policy, path)].names),
		      reference_trace(profile, path));
}

static bool try_file(const struct shield_profile *profile, const struct shield_policy *policy)
{
	bool write = random_one_in(2);
	char path[RANDOM_PATH_SIZE];

	generate_path(profile, path);
	return agrees(shield_decide_file(&policy->classes[class_of(policy, path)], write),
		      reference_file(profile, path, write));
}

/* A folder on the way to what a pattern matches, or any. */
static bool try_below(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[RANDOM_PATH_SIZE];
	uint32_t length;

	generate_path(profile, path);
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
		random_match(generate_any_of(list), name);
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

	generate_path(profile, path);
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

		generate_rules(profile);
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
