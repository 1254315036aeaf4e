/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/everything.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "profile/compile.h"
#include "profile/print.h"

/* Of a recording's profile: every rule that there is, in audit mode. */
static void every_rule(void)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_policy *policy = calloc(1, sizeof(*policy));
	struct shield_error error = {};

	CU_ASSERT_EQUAL_FATAL(shield_profile_everything("x", true, &profile, &error), 0);
	CU_ASSERT_TRUE(profile->audit);
	CU_ASSERT_EQUAL_FATAL(shield_compile(profile, policy, &error), 0);
	for (unsigned int kind = SHIELD_KIND_EXEC; kind < SHIELD_KIND_GUARD; kind++)
		CU_ASSERT_EQUAL(policy->action[kind], SHIELD_AUDIT);
	free(policy);
}

static void files_when_asked(void)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_policy *policy = calloc(1, sizeof(*policy));
	struct shield_error error = {};

	CU_ASSERT_EQUAL_FATAL(shield_profile_everything("x", false, &profile, &error), 0);
	CU_ASSERT_EQUAL_FATAL(shield_compile(profile, policy, &error), 0);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_FILES], SHIELD_ALLOW);
	free(policy);
}

void suite_profile_everything(void)
{
	CU_pSuite suite = CU_add_suite("profile/everything", NULL, NULL);

	CU_add_test(suite, "every rule", every_rule);
	CU_add_test(suite, "files when asked", files_when_asked);
}
