/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>

#include "build.h"
#include "profile/cover.h"

static void test_patterns(void)
{
	static const struct {
		const char *wide, *narrow;
		bool covers;
	} cases[] = {
		{ "/a", "/a", true },
		{ "/a", "/b", false },
		{ "/a", "/a/b", false },
		{ "/a/b", "/a", false },
		{ "/a*", "/a", true },
		{ "/a*", "/a*", true },
		{ "/a*", "/ab*c", true },
		{ "/ab*", "/a*", false },
		{ "/*", "/a*", true },
		{ "/*", "/**", false },
		{ "/**", "/*", true },
		{ "/**", "/**", true },
		{ "/**", "/a/**/b", true },
		{ "/a/**", "/a", false },
		{ "/a/**", "/a/b*/c", true },
		{ "/a/**/b", "/a/x/y/b", true },
		{ "/a/**/b", "/a/b", false },
		{ "/a/**/b", "/a/**/b", true },
		{ "/a/**/b", "/a/**/c/b", true },
		{ "/a/**/b", "/a/**", false },
		{ "/**/b/**", "/a/b/b/c", true },
		{ "/*a*", "/bab", true },
		{ "/*a", "/*ba", true },
		{ "/*ba", "/*a", false },
		{ "/a*b", "/ab", true },
		{ "/a*b*c", "/abxc", true },
		{ "/a*b*c", "/acb", false },
		{ "/**/**", "/a", false },
		{ "/**/**", "/a/b", true },
		{ "/**/**", "/**", false },
		{ "/*/**", "/a/b/c", true },
		{ "/**/x", "/**/y/x", true },
		{ "/x/**", "/**", false },
		{ "@*", "@a", true },
		{ "@*", "/a", false },
		{ "/**", "@/a", false },
		{ "@*/**", "@/a", true },
		{ "@*", "@a/b", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(shield_pattern_covers(cases[i].wide, cases[i].narrow), cases[i].covers);
}

/* Does the first egress.allow entry of a profile cover the second? */
static bool first_covers(struct shield_profile *profile)
{
	const struct shield_net_entry *item = profile->network.rules[SHIELD_EGRESS].allow.item;
	bool covers = shield_net_entry_covers(&item[0], &item[1]);

	shield_profile_free(profile);
	return covers;
}

static struct shield_profile *two(const char *wide, uint8_t wide_proto, const char *narrow, uint8_t narrow_proto)
{
	struct shield_profile *profile = build_profile();

	build_net(profile, SHIELD_EGRESS, false, wide, wide_proto);
	build_net(profile, SHIELD_EGRESS, false, narrow, narrow_proto);
	return profile;
}

static void test_addresses(void)
{
	CU_ASSERT(first_covers(two("10.0.0.0/8", 0, "10.1.0.0/16", SHIELD_PROTO_TCP)));
	CU_ASSERT(first_covers(two("10.0.0.0/8", 0, "10.0.0.0/8", 0)));
	CU_ASSERT_FALSE(first_covers(two("10.1.0.0/16", 0, "10.0.0.0/8", 0)));
	CU_ASSERT_FALSE(first_covers(two("10.0.0.0/8", SHIELD_PROTO_TCP, "10.1.0.0/16", 0)));
	CU_ASSERT(first_covers(two("10.128.0.0/9", 0, "10.129.0.0/32", 0)));
	CU_ASSERT_FALSE(first_covers(two("10.128.0.0/9", 0, "10.127.0.0/32", 0)));
	CU_ASSERT(first_covers(two(NULL, 0, "fd00::/8", 0)));
	CU_ASSERT_FALSE(first_covers(two("0.0.0.0/0", 0, NULL, 0)));
	CU_ASSERT_FALSE(first_covers(two("0.0.0.0/0", 0, "::/0", 0)));
	CU_ASSERT(first_covers(two("fd00::/65", 0, "fd00::1/128", 0)));
	CU_ASSERT_FALSE(first_covers(two("fd00::/65", 0, "fd00::8000:0:0:0/128", 0)));
}

static void test_ports(void)
{
	struct shield_profile *profile = two(NULL, SHIELD_PROTO_TCP, NULL, SHIELD_PROTO_TCP);

	build_ports(profile, SHIELD_EGRESS, false, 80, 80);
	CU_ASSERT(first_covers(profile));
	profile = build_profile();
	build_net(profile, SHIELD_EGRESS, false, NULL, 0);
	build_ports(profile, SHIELD_EGRESS, false, 80, 90);
	build_net(profile, SHIELD_EGRESS, false, NULL, 0);
	build_ports(profile, SHIELD_EGRESS, false, 85, 90);
	CU_ASSERT(first_covers(profile));
	profile = build_profile();
	build_net(profile, SHIELD_EGRESS, false, NULL, 0);
	build_ports(profile, SHIELD_EGRESS, false, 80, 90);
	build_net(profile, SHIELD_EGRESS, false, NULL, 0);
	build_ports(profile, SHIELD_EGRESS, false, 80, 80);
	build_ports(profile, SHIELD_EGRESS, false, 85, 91);
	CU_ASSERT_FALSE(first_covers(profile));
	profile = build_profile();
	build_net(profile, SHIELD_EGRESS, false, NULL, 0);
	build_ports(profile, SHIELD_EGRESS, false, 0, 65535);
	build_net(profile, SHIELD_EGRESS, false, NULL, 0);
	CU_ASSERT_FALSE(first_covers(profile));
}

void suite_profile_cover(void);

void suite_profile_cover(void)
{
	CU_pSuite suite = CU_add_suite("profile/cover", NULL, NULL);

	CU_add_test(suite, "patterns", test_patterns);
	CU_add_test(suite, "addresses", test_addresses);
	CU_add_test(suite, "ports", test_ports);
}
