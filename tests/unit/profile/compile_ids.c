/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <errno.h>

#include "base/cleanup.h"
#include "bpf/decide.h"
#include "build.h"
#include "profile/compile.h"

static void test_ranges(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	profile->setuid.default_deny = true;
	build_uids(profile, 0, 1000, 1999);
	build_uids(profile, 0, 2000, 2000);
	build_uids(profile, 1, 33, 33);
	build_uids(profile, 1, 1500, 2500);
	build_gids(profile, 2, 0, UINT32_MAX - 1);
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL_FATAL(policy->uids.count, 3);
	CU_ASSERT_EQUAL(policy->uids.range[0].low, 33);
	CU_ASSERT_EQUAL(policy->uids.range[0].high, 33);
	CU_ASSERT_EQUAL(policy->uids.range[0].rule, SHIELD_RULE(SHIELD_LIST_ALLOW, 1));
	CU_ASSERT_EQUAL(policy->uids.range[1].low, 1000);
	CU_ASSERT_EQUAL(policy->uids.range[1].high, 2000);
	CU_ASSERT_EQUAL(policy->uids.range[1].rule, SHIELD_RULE(SHIELD_LIST_ALLOW, 0));
	CU_ASSERT_EQUAL(policy->uids.range[2].low, 2001);
	CU_ASSERT_EQUAL(policy->uids.range[2].high, 2500);
	CU_ASSERT_EQUAL(policy->gids.count, 1);
	CU_ASSERT(!SHIELD_REFUSED(shield_decide_id(policy, &policy->gids, UINT32_MAX - 1)));
	CU_ASSERT(SHIELD_REFUSED(shield_decide_id(policy, &policy->gids, UINT32_MAX)));
	CU_ASSERT(SHIELD_REFUSED(shield_decide_id(policy, &policy->uids, 34)));
}

static void test_too_many(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL, *refused = build_policy();
	struct shield_error error = {};

	for (uint32_t i = 0; i < SHIELD_ID_RANGES; i++)
		build_gids(profile, 0, 2 * i, 2 * i);
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(policy->gids.count, SHIELD_ID_RANGES);
	build_gids(profile, 0, 100, 100);
	CU_ASSERT_EQUAL(shield_compile(profile, refused, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message, "setuid.allow: 33 separate gid ranges, a policy holds 32");
}

static void test_too_many_entries(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = build_policy();
	struct shield_error error = {};

	build_uids(profile, SHIELD_RULE_INDEX_MAX + 1, 1, 1);
	CU_ASSERT_EQUAL(shield_compile(profile, policy, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message, "setuid.allow: 4097 entries, a policy holds 4096");
}

void suite_profile_compile_ids(void);

void suite_profile_compile_ids(void)
{
	CU_pSuite suite = CU_add_suite("profile/compile_ids", NULL, NULL);

	CU_add_test(suite, "ranges are merged and name their entry", test_ranges);
	CU_add_test(suite, "too many ranges", test_too_many);
	CU_add_test(suite, "more entries than a rule can name", test_too_many_entries);
}
