/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "build.h"
#include "findings.h"

static void test_setuid(void)
{
	struct shield_profile *profile = build_profile();
	struct findings found;

	profile->setuid.default_deny = true;
	build_uids(profile, 0, 1000, 1999);
	build_uids(profile, 1, 1500, 1500);
	build_uids(profile, 1, 1999, 2000);
	build_gids(profile, 1, 1500, 1500);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "note setuid.allow[1]: uids 1500-1500: allowed by setuid.allow[0] already"));
	profile = build_profile();
	build_gids(profile, 0, 1, 1);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning setuid.allow: has no effect: setuid.default is allow"));
}

static void test_everything(void)
{
	struct shield_profile *profile = build_profile();
	struct findings found;

	profile->audit = profile->setuid.default_deny = true;
	build_uids(profile, 0, 0, UINT32_MAX - 1);
	build_library(profile, "/**");
	profile->exec.libraries = SHIELD_LIBRARIES_LIST;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 3);
	CU_ASSERT(has_finding(&found, "note mode: audit: nothing is refused"));
	CU_ASSERT(has_finding(&found, "warning setuid.allow[0]: allows every uid"));
	CU_ASSERT(has_finding(&found, "warning exec.libraries[0]: \"/**\" lets every file be mapped as code"));
}

static void test_order(void)
{
	struct shield_profile *profile = build_profile();
	struct findings found;

	build_gids(profile, 0, 1, 1);
	build_tracer(profile, "/a");
	build_net(profile, SHIELD_EGRESS, false, NULL, 0);
	build_allow(profile, "/a", NULL);
	found = find_in(profile);
	CU_ASSERT_EQUAL_FATAL(found.count, 4);
	CU_ASSERT_PTR_NOT_NULL(strstr(found.text[0], " exec.allow:"));
	CU_ASSERT_PTR_NOT_NULL(strstr(found.text[1], " network.egress.allow:"));
	CU_ASSERT_PTR_NOT_NULL(strstr(found.text[2], " ptrace.allow:"));
	CU_ASSERT_PTR_NOT_NULL(strstr(found.text[3], " setuid.allow:"));
}

void suite_profile_check(void);

void suite_profile_check(void)
{
	CU_pSuite suite = CU_add_suite("profile/check", NULL, NULL);

	CU_add_test(suite, "ids", test_setuid);
	CU_add_test(suite, "allowing everything", test_everything);
	CU_add_test(suite, "the order of the groups", test_order);
}
