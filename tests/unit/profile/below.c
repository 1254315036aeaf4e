/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "bpf/decide.h"
#include "build.h"

static bool is_below(const struct shield_policy *policy, const char *folder)
{
	return policy->states[shield_walk(policy, folder, (uint32_t)strlen(folder))].below;
}

static void test_literal(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_file_deny(profile, "/etc/ssl/key");
	build_allow(profile, "/usr/bin/x", NULL);
	build_deny(profile, "/opt/**");
	build_socket(profile, true, "/run/x/y");
	policy = build_compiled(profile);
	CU_ASSERT(is_below(policy, "/"));
	CU_ASSERT(is_below(policy, "/etc"));
	CU_ASSERT(is_below(policy, "/etc/ssl"));
	CU_ASSERT_FALSE(is_below(policy, "/etc/ssl/key"));
	CU_ASSERT_FALSE(is_below(policy, "/et"));
	CU_ASSERT_FALSE(is_below(policy, "/etc/s"));
	CU_ASSERT_FALSE(is_below(policy, "/etc/sslx"));
	CU_ASSERT_FALSE(is_below(policy, "/usr"));
	CU_ASSERT_FALSE(is_below(policy, "/opt"));
	CU_ASSERT_FALSE(is_below(policy, "/run/x"));
}

static void test_wildcards(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_read_only(profile, "/etc/**");
	build_read_only(profile, "/srv/*/k*/key");
	build_read_only(profile, "/a/**/b");
	policy = build_compiled(profile);
	CU_ASSERT(is_below(policy, "/etc"));
	CU_ASSERT(is_below(policy, "/etc/x"));
	CU_ASSERT(is_below(policy, "/etc/x/y"));
	CU_ASSERT(is_below(policy, "/srv"));
	CU_ASSERT(is_below(policy, "/srv/any"));
	CU_ASSERT(is_below(policy, "/srv/any/k"));
	CU_ASSERT(is_below(policy, "/srv/any/keys"));
	CU_ASSERT_FALSE(is_below(policy, "/srv/any/x"));
	CU_ASSERT_FALSE(is_below(policy, "/srv/any/k/key"));
	CU_ASSERT(is_below(policy, "/a"));
	CU_ASSERT(is_below(policy, "/a/b"));
	CU_ASSERT(is_below(policy, "/a/x/b"));
	CU_ASSERT_FALSE(is_below(policy, "/x"));
}

/* Other groups protect no folder; an abstract name is none. */
static void test_others(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *without = NULL, *policy = NULL;

	build_deny(profile, "/**");
	build_socket(profile, false, "@/etc/**");
	without = build_compiled(profile);
	for (uint32_t i = 0; i < SHIELD_DFA_STATES; i++)
		CU_ASSERT_EQUAL_FATAL(without->states[i].below, 0);
	build_read_only(profile, "/etc/**");
	policy = build_compiled(profile);
	CU_ASSERT(is_below(policy, "/etc"));
	CU_ASSERT_FALSE(is_below(policy, "@/etc"));
	CU_ASSERT_FALSE(is_below(policy, "@"));
}

void suite_profile_below(void);

void suite_profile_below(void)
{
	CU_pSuite suite = CU_add_suite("profile/below", NULL, NULL);

	CU_add_test(suite, "folders on the way", test_literal);
	CU_add_test(suite, "wildcards", test_wildcards);
	CU_add_test(suite, "other groups", test_others);
}
