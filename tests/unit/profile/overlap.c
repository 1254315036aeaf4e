/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/overlap.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "build.h"
#include "generate.h"
#include "reference.h"

void suite_profile_overlap(void);

static void overlap(const char *a, const char *b, bool expected)
{
	if (shield_patterns_overlap(a, b) != expected)
		fprintf(stderr, "%s and %s\n", a, b);
	CU_ASSERT_EQUAL(shield_patterns_overlap(a, b), expected);
	CU_ASSERT_EQUAL(shield_patterns_overlap(b, a), expected);
}

static void patterns(void)
{
	overlap("/a", "/a", true);
	overlap("/a", "/b", false);
	overlap("/a", "/a/b", false);
	overlap("/a*", "/*b", true);
	overlap("/a*c", "/ab*", true);
	overlap("/a*c", "/*b", false);
	overlap("/*a*b*", "/b*a", true);
	overlap("/*", "/a/b", false);
	overlap("/**", "/a/b", true);
	overlap("/a/**", "/a", false);
	overlap("/a/**/b", "/**/c", false);
	overlap("/a/**/b", "/**/c/*", true);
	overlap("/**/b", "/a/**", true);
	overlap("/a/**", "/b/**", false);
	overlap("/a/**/**", "/*/x", false);
	overlap("@a", "/a", false);
	overlap("@a*/*", "@*/b", true);
	overlap("@/a", "@*/a", true);
}

/* A path that both match is one that they overlap in. */
static void random_paths(void)
{
	uint32_t both = 0;

	random_seed(4711);
	for (uint32_t i = 0; i < 20000; i++) {
		char a[RANDOM_PATH_SIZE], b[RANDOM_PATH_SIZE], path[RANDOM_PATH_SIZE];

		random_pattern(a, 6);
		random_pattern(b, 6);
		random_match(a, path);
		if (!reference_matches(a, path) || !reference_matches(b, path))
			continue;
		both++;
		if (!shield_patterns_overlap(a, b) || !shield_patterns_overlap(b, a))
			overlap(a, b, true);
	}
	CU_ASSERT(both > 500);
}

static void nets(void)
{
	static const struct {
		const char *to;
		uint8_t proto;
		uint16_t low, high;
	} entries[] = { { "10.0.0.0/8", 0, 0, 0 },
			{ "10.1.0.0/15", SHIELD_PROTO_TCP, 80, 90 },
			{ "10.2.0.0/16", SHIELD_PROTO_TCP, 90, 90 },
			{ "10.0.0.1/32", SHIELD_PROTO_UDP, 80, 80 },
			{ "fd00::/12", 0, 0, 0 },
			{ "fd10::1/128", 0, 0, 0 },
			{ NULL, 0, 91, 99 } };
	static const bool expected[7][7] = {
		{ true, true, true, true, false, false, true },	   { true, true, false, false, false, false, false },
		{ true, false, true, false, false, false, false }, { true, false, false, true, false, false, false },
		{ false, false, false, false, true, false, true }, { false, false, false, false, false, true, true },
		{ true, false, false, false, true, true, true }
	};
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	const struct shield_net_entry *item;

	for (size_t i = 0; i < 7; i++) {
		build_net(profile, SHIELD_EGRESS, false, entries[i].to, entries[i].proto);
		if (entries[i].high)
			build_ports(profile, SHIELD_EGRESS, false, entries[i].low, entries[i].high);
	}
	item = profile->network.rules[SHIELD_EGRESS].allow.item;
	for (size_t i = 0; i < 7; i++)
		for (size_t j = 0; j < 7; j++)
			CU_ASSERT_EQUAL(shield_net_entries_overlap(&item[i], &item[j]), expected[i][j]);
}

void suite_profile_overlap(void)
{
	CU_pSuite suite = CU_add_suite("profile/overlap", NULL, NULL);

	CU_add_test(suite, "patterns", patterns);
	CU_add_test(suite, "random paths", random_paths);
	CU_add_test(suite, "network entries", nets);
}
