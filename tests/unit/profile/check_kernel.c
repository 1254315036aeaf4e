/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <linux/capability.h>
#include <string.h>

#include "build.h"
#include "findings.h"

static void test_capabilities(void)
{
	struct shield_profile *profile = build_profile();
	struct findings found;

	profile->capabilities.default_deny = true;
	build_capability(profile, false, CAP_CHOWN);
	build_capability(profile, false, CAP_KILL);
	build_capability(profile, false, CAP_CHOWN);
	build_capability(profile, true, CAP_KILL);
	build_capability(profile, true, CAP_BPF);
	build_capability(profile, true, CAP_BPF);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 3);
	CU_ASSERT(
		has_finding(&found, "warning capabilities.allow[1]: CAP_KILL is never allowed: capabilities.deny[0]"));
	CU_ASSERT(has_finding(&found, "note capabilities.allow[2]: CAP_CHOWN stands in capabilities.allow[0] already"));
	CU_ASSERT(has_finding(&found, "note capabilities.deny[2]: CAP_BPF stands in capabilities.deny[1] already"));
	profile = build_profile();
	build_capability(profile, false, CAP_CHOWN);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning capabilities.allow: has no effect: capabilities.default is allow"));
}

static struct shield_profile *protecting(void)
{
	struct shield_profile *profile = build_profile();

	profile->files.action = profile->capabilities.action = SHIELD_DENY;
	build_read_only(profile, "/etc/**");
	return profile;
}

static void test_mounts(void)
{
	struct shield_profile *profile = protecting();
	struct findings found = find_in(profile);

	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning kernel.mount: mounts are not refused: with CAP_SYS_ADMIN a fresh mount "
				      "of a file system is a way around files; set it to \"deny\""));
	profile = protecting();
	profile->kernel.mount = SHIELD_AUDIT;
	profile->exec.present = true;
	profile->exec.drift = SHIELD_DENY;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(found.text[0], "around exec.drift and files;"));
	profile = build_profile();
	profile->exec.present = true;
	profile->exec.drift = SHIELD_DENY;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(found.text[0], "around exec.drift;"));
}

/* Without CAP_SYS_ADMIN nobody mounts; what only reports has no way around. */
static void test_refused_mounts(void)
{
	struct shield_profile *profile = protecting();
	struct findings found;

	profile->kernel.mount = SHIELD_KILL;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
	profile = protecting();
	build_capability(profile, true, CAP_SYS_ADMIN);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
	profile = protecting();
	build_capability(profile, false, CAP_CHOWN);
	profile->capabilities.default_deny = true;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
	profile = protecting();
	build_capability(profile, false, CAP_SYS_ADMIN);
	profile->capabilities.default_deny = true;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	profile = protecting();
	build_capability(profile, true, CAP_SYS_ADMIN);
	profile->capabilities.action = SHIELD_AUDIT;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	profile = protecting();
	profile->files.action = SHIELD_AUDIT;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
}

void suite_profile_check_kernel(void);

void suite_profile_check_kernel(void)
{
	CU_pSuite suite = CU_add_suite("profile/check_kernel", NULL, NULL);

	CU_add_test(suite, "capabilities", test_capabilities);
	CU_add_test(suite, "mounts that are not refused", test_mounts);
	CU_add_test(suite, "mounts that are", test_refused_mounts);
}
