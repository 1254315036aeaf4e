/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>

#include "build.h"
#include "findings.h"

static struct shield_profile *denying(void)
{
	struct shield_profile *profile = build_profile();

	profile->files.action = profile->kernel.mount = SHIELD_DENY;
	return profile;
}

static void test_clean(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_file_deny(profile, "/etc/shadow");
	build_read_only(profile, "/etc/**");
	build_read_only(profile, "/*/x/**");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
}

static void test_superfluous(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_file_deny(profile, "/etc/ssl/**");
	build_file_deny(profile, "/etc/ssl/private/*");
	build_read_only(profile, "/etc/*");
	build_read_only(profile, "/etc/passwd");
	build_read_only(profile, "/etc/ssl/x");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 3);
	CU_ASSERT(has_finding(&found, "note files.deny[1]: \"/etc/ssl/private/*\" is refused by files.deny[0]"));
	CU_ASSERT(has_finding(&found, "note files.read_only[1]: \"/etc/passwd\" is protected by files.read_only[0]"));
	CU_ASSERT(has_finding(&found, "note files.read_only[2]: \"/etc/ssl/x\" is refused by files.deny[0]"));
}

static void test_reach(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_file_deny(profile, "/**/.git");
	build_read_only(profile, "/**");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "warning files.deny[0]: \"/**/.git\" matches below every folder: none can be"));
	CU_ASSERT(has_finding(&found, "warning files.read_only[0]: \"/**\" matches below every folder"));
}

void suite_profile_check_files(void);

void suite_profile_check_files(void)
{
	CU_pSuite suite = CU_add_suite("profile/check_files", NULL, NULL);

	CU_add_test(suite, "nothing to find", test_clean);
	CU_add_test(suite, "entries that others cover", test_superfluous);
	CU_add_test(suite, "patterns below every folder", test_reach);
}
