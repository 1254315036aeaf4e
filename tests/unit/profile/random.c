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
#include "profile/compile.h"
#include "profile/cover.h"
#include "reference.h"

#define DEFAULT_SEED 20240607
#define DEFAULT_CASES 20000
#define CASES_PER_PROFILE 60
#define PATH_SIZE 256

static const char *const words[] = {
	"a",
	"b",
	"aa",
	"ab",
	"ba",
	"aab",
	"x",
	"bin",
	"lib",
	"\xc3\xa9",
	"0123456789012345678901234567890123456789012345678901234567890", /* 61, 62 and 63 bytes */
	"01234567890123456789012345678901234567890123456789012345678901",
	"012345678901234567890123456789012345678901234567890123456789012"
};
static const char *const wild[] = { "*", "*", "**", "**", "a*", "*a", "a*b", "*b*", "*a*b", "b*a*" };

static void make_pattern(char *buffer, uint32_t wildcards)
{
	uint32_t components = 1 + below(4);

	*buffer = '\0';
	for (uint32_t i = 0; i < components; i++) {
		strcat(buffer, "/");
		strcat(buffer, below(10) < wildcards ? PICK(wild) : words[below(one_in(20) ? 13 : 9)]);
	}
}

/* Puts bytes where a pattern's `*` stands; none only where that matches. */
static char *fill_run(char *out, bool empty_too)
{
	uint32_t count = empty_too ? below(3) : 1 + below(2);

	while (count--)
		*out++ = "abx"[below(3)];
	return out;
}

/* A path that a pattern matches, or, now and then, nearly so. */
static void make_match(const char *pattern, char *buffer)
{
	char *out = buffer;

	for (const char *at = pattern; *at; at++) {
		if (*at != '*') {
			*out++ = *at;
			continue;
		}
		if (at[1] == '*') {
			at++;
			for (uint32_t levels = below(3); levels; levels--) {
				out = fill_run(out, false);
				*out++ = '/';
			}
			out = fill_run(out, false);
		} else {
			out = fill_run(out, at[-1] != '/' || (at[1] != '/' && at[1]));
		}
	}
	*out = '\0';
	if (one_in(6))
		strcpy(out, PICK(words));
	else if (one_in(6) && out > buffer + 2)
		out[-1] = '\0';
	else if (one_in(6))
		strcpy(out, "/a");
}

/* A path near one of the profile's patterns. */
static void make_path(const struct shield_profile *profile, char *buffer)
{
	uint32_t which = below(8);

	make_pattern(buffer, 0);
	if (which < 3 && profile->exec.allow.count)
		make_match(profile->exec.allow.item[below((uint32_t)profile->exec.allow.count)].path, buffer);
	if (which == 3 && profile->exec.deny.count)
		make_match(profile->exec.deny.item[below((uint32_t)profile->exec.deny.count)].path, buffer);
	if (which == 4 && profile->ptrace.tracers.count)
		make_match(profile->ptrace.tracers.item[below((uint32_t)profile->ptrace.tracers.count)], buffer);
	if (which == 5 && profile->exec.library.count)
		make_match(profile->exec.library.item[below((uint32_t)profile->exec.library.count)], buffer);
	if (which == 6 && profile->exec.allow.count) {
		const struct shield_strings *from =
			&profile->exec.allow.item[below((uint32_t)profile->exec.allow.count)].from;

		if (from->count)
			make_match(from->item[below((uint32_t)from->count)], buffer);
	}
}

static void make_exec(struct shield_profile *profile)
{
	uint32_t wildcards = below(5), allows = below(12), denies = below(4), libraries = one_in(3) ? below(5) : 0;
	char pattern[PATH_SIZE];

	profile->exec.present = true;
	profile->exec.default_deny = !one_in(4);
	profile->exec.action = SHIELD_DENY;
	profile->exec.libraries = below(2);
	while (allows--) {
		make_pattern(pattern, wildcards);
		build_allow(profile, pattern, NULL);
		for (uint32_t from = one_in(3) ? 1 + below(3) : 0; from; from--) {
			make_pattern(pattern, one_in(4) ? wildcards : 0);
			build_from(profile, pattern);
		}
	}
	while (denies--) {
		make_pattern(pattern, wildcards);
		build_deny(profile, pattern);
	}
	while (libraries--) {
		make_pattern(pattern, wildcards);
		build_library(profile, pattern);
	}
	profile->ptrace.default_deny = !one_in(4);
	for (uint32_t tracers = below(3); tracers; tracers--) {
		make_pattern(pattern, wildcards);
		build_tracer(profile, pattern);
	}
	profile->ptrace.present = profile->ptrace.default_deny || profile->ptrace.tracers.count;
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
	char path[PATH_SIZE], callers[2][PATH_SIZE];
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
	bool in_image = one_in(2);
	char path[PATH_SIZE];

	make_path(profile, path);
	return agrees(shield_decide_library(policy, &policy->classes[class_of(policy, path)], in_image),
		      reference_library(profile, path, in_image));
}

static bool try_trace(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[PATH_SIZE];

	make_path(profile, path);
	return agrees(shield_decide_trace(policy, policy->classes[class_of(policy, path)].names),
		      reference_trace(profile, path));
}

/* deny_lengths may let the kernel skip a path only if no deny entry matches it. */
static bool try_deny_lengths(const struct shield_profile *profile, const struct shield_policy *policy)
{
	char path[PATH_SIZE];
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
	char wide[PATH_SIZE], narrow[PATH_SIZE], path[2 * PATH_SIZE];

	(void)profile;
	(void)policy;
	make_pattern(wide, 6);
	make_pattern(narrow, below(6));
	make_match(narrow, path);
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
	enum shield_direction direction = one_in(2) ? SHIELD_EGRESS : SHIELD_BIND;
	uint16_t port = PICK(ports);
	uint8_t proto = (uint8_t)below(4), address[16];
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
	bool group = one_in(2);
	uint32_t id = PICK(ids);

	return agrees(shield_decide_id(policy, group ? &policy->gids : &policy->uids, id),
		      reference_id(profile, group ? &profile->setuid.gids : &profile->setuid.uids, id));
}

static const struct {
	const char *name;
	bool (*try)(const struct shield_profile *, const struct shield_policy *);
} acts[] = {
	{ "exec", try_exec },	{ "exec", try_exec }, { "library", try_library }, { "trace", try_trace },
	{ "net", try_net },	{ "net", try_net },   { "id", try_id },		  { "deny_lengths", try_deny_lengths },
	{ "cover", try_cover },
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
		uint64_t before = random_state;
		uint32_t act = below(sizeof(acts) / sizeof(acts[0]));

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
	random_state = seed;
	for (uint64_t done = 0; done < cases && !wrong; done += CASES_PER_PROFILE) {
		_cleanup_profile_ struct shield_profile *profile = build_profile();
		_cleanup_free_ struct shield_policy *policy = build_policy();
		struct shield_error error = {};
		int result;

		make_exec(profile);
		if (!one_in(5))
			generate_net(profile, SHIELD_EGRESS);
		if (!one_in(5))
			generate_net(profile, SHIELD_BIND);
		generate_ids(profile);
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
