/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <linux/capability.h>

#include "bpf/decide.h"
#include "build.h"
#include "profile/compile.h"

static void test_denied(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_capability(profile, true, CAP_SYS_ADMIN);
	build_capability(profile, true, CAP_CHOWN);
	build_capability(profile, true, CAP_SYS_ADMIN);
	build_capability(profile, false, CAP_CHOWN); /* deny beats allow */
	policy = build_compiled(profile);
	for (uint32_t i = 0; i < SHIELD_CAPABILITIES; i++)
		CU_ASSERT_EQUAL(policy->capability[i], i == CAP_SYS_ADMIN ? SHIELD_RULE(SHIELD_LIST_DENY, 0)
						       : i == CAP_CHOWN	  ? SHIELD_RULE(SHIELD_LIST_DENY, 1)
									  : 0);
}

/* A capability that no header knows yet is refused, too. */
static void test_default(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	profile->capabilities.default_deny = true;
	build_capability(profile, false, CAP_CHOWN);
	build_capability(profile, false, CAP_KILL);
	build_capability(profile, true, CAP_KILL);
	policy = build_compiled(profile);
	for (uint32_t i = 0; i < SHIELD_CAPABILITIES; i++)
		CU_ASSERT_EQUAL(policy->capability[i], i == CAP_CHOWN  ? 0
						       : i == CAP_KILL ? SHIELD_RULE(SHIELD_LIST_DENY, 0)
								       : SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	CU_ASSERT_EQUAL(shield_decide_capability(policy, 63),
			SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0)));
}

static void test_too_many(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = build_policy();
	struct shield_error error = {};

	for (int i = 0; i < SHIELD_RULE_INDEX_MAX + 2; i++)
		build_capability(profile, true, CAP_KILL);
	CU_ASSERT_EQUAL(shield_compile(profile, policy, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message, "capabilities.deny: 4097 entries, a policy holds 4096");
}

void suite_profile_compile_capabilities(void);

void suite_profile_compile_capabilities(void)
{
	CU_pSuite suite = CU_add_suite("profile/compile_capabilities", NULL, NULL);

	CU_add_test(suite, "deny", test_denied);
	CU_add_test(suite, "default", test_default);
	CU_add_test(suite, "more entries than a rule can name", test_too_many);
}
