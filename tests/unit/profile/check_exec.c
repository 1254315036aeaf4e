/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>

#include "build.h"
#include "findings.h"

static struct shield_profile *denying(void)
{
	struct shield_profile *profile = build_profile();

	profile->exec.present = true;
	profile->exec.default_deny = true;
	profile->exec.action = profile->exec.drift = SHIELD_DENY;
	profile->exec.libraries = SHIELD_LIBRARIES_IMAGE;
	profile->kernel.mount = SHIELD_DENY;
	return profile;
}

static void test_clean(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_allow(profile, "/usr/sbin/nginx", NULL);
	build_allow(profile, "/entry.sh", NULL);
	build_allow(profile, "/bin/sh", "/entry.sh", NULL);
	build_allow(profile, "/tmp/*", NULL);
	build_allow(profile, "/usr/bin/*", NULL);
	build_deny(profile, "/usr/bin/apt*");
	build_tracer(profile, "/usr/bin/gdb");
	profile->ptrace.default_deny = true;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
	found = find_in(build_profile());
	CU_ASSERT_EQUAL(found.count, 0);
}

static void test_overruled(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_allow(profile, "/usr/bin/apt", NULL);
	build_allow(profile, "/opt/*", NULL);
	build_allow(profile, "/opt/app", NULL);
	build_allow(profile, "/opt/*", NULL);
	build_allow(profile, "/opt/tool", "/opt/app", NULL);
	build_deny(profile, "/usr/**");
	build_deny(profile, "/usr/sbin/*");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 5);
	CU_ASSERT(has_finding(&found, "warning exec.allow[0]: \"/usr/bin/apt\" is never allowed: exec.deny[0] "
				      "(\"/usr/**\") refuses all of it"));
	CU_ASSERT(has_finding(&found, "note exec.allow[2]: \"/opt/app\" is allowed by exec.allow[1] (\"/opt/*\")"));
	CU_ASSERT(has_finding(&found, "note exec.allow[3]: \"/opt/*\" is allowed by exec.allow[1]"));
	CU_ASSERT(has_finding(&found, "warning exec.allow[4]: its \"from\" has no effect: exec.allow[1]"));
	CU_ASSERT(has_finding(&found, "note exec.deny[1]: \"/usr/sbin/*\" is refused by exec.deny[0]"));
}

static void test_defaults(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning exec.default: nothing can be executed"));
	profile = denying();
	profile->exec.default_deny = false;
	build_allow(profile, "/a", NULL);
	build_allow(profile, "/a", NULL);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning exec.allow: has no effect: exec.default is allow"));
	profile = denying();
	build_allow(profile, "/**", NULL);
	build_allow(profile, "/**", "/x", NULL);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "warning exec.allow[0]: \"/**\" allows every file"));
	CU_ASSERT(has_finding(&found, "warning exec.allow[1]: its \"from\" has no effect"));
}

static void test_from(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_allow(profile, "/bin/sh", "/a.sh", "/b.sh", "/c*", NULL);
	build_allow(profile, "/b.sh", NULL);
	build_allow(profile, "/bin/ls", "/usr/bin/apt", NULL);
	build_deny(profile, "/usr/bin/apt");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "warning exec.allow[0].from[0]: \"/a.sh\" cannot run itself: add it"));
	CU_ASSERT(has_finding(&found, "warning exec.allow[2].from[0]: \"/usr/bin/apt\" cannot run itself: exec.deny"));
}

/* Is a wildcard there found without drift, and passed with it? */
static bool is_writable(const char *pattern)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_allow(profile, pattern, NULL);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
	profile = denying();
	profile->exec.drift = SHIELD_ALLOW;
	build_allow(profile, pattern, NULL);
	build_read_only(profile, pattern);
	found = find_in(profile);
	return found.count && has_finding(&found, "warning exec.allow[0]: \"/");
}

static void test_writable_places(void)
{
	CU_ASSERT(is_writable("/tmp/*"));
	CU_ASSERT(is_writable("/var/lib/app/bin/*"));
	CU_ASSERT(is_writable("/home/**"));
	CU_ASSERT(is_writable("/dev/shm/x*"));
	CU_ASSERT(is_writable("/run/*"));
	CU_ASSERT(is_writable("/*/*"));
	CU_ASSERT_FALSE(is_writable("/tmp/tool"));
	CU_ASSERT_FALSE(is_writable("/usr/bin/*"));
	CU_ASSERT_FALSE(is_writable("/variant/*"));
}

static void test_libraries(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_allow(profile, "/a", NULL);
	build_library(profile, "/lib/**");
	build_library(profile, "/lib/*.so");
	build_library(profile, "/opt/x.so");
	build_deny(profile, "/opt/*");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "note exec.libraries[1]: \"/lib/*.so\" is allowed by exec.libraries[0]"));
	CU_ASSERT(has_finding(&found, "warning exec.libraries[2]: \"/opt/x.so\" is never allowed: exec.deny[0]"));
	profile = denying();
	build_allow(profile, "/a", NULL);
	profile->exec.libraries = SHIELD_LIBRARIES_LIST;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning exec.libraries: names none"));
	profile = denying();
	build_allow(profile, "/a", NULL);
	profile->exec.libraries = SHIELD_LIBRARIES_ANY;
	profile->exec.drift = SHIELD_ALLOW;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "warning exec.libraries: \"any\" lets every file"));
}

static void test_overwriting(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	profile->exec.drift = SHIELD_ALLOW;
	build_allow(profile, "/opt/a", NULL);
	build_allow(profile, "/opt/b", NULL);
	build_allow(profile, "/opt/c", NULL);
	build_read_only(profile, "/opt/a");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning exec.allow: an allowed program can be overwritten or replaced, such as "
				      "\"/opt/b\": set exec.drift to \"deny\""));
	profile = denying();
	profile->exec.drift = SHIELD_ALLOW;
	build_allow(profile, "/opt/a", NULL);
	build_allow(profile, "/srv/b", NULL);
	build_read_only(profile, "/opt/*");
	build_file_deny(profile, "/srv/**");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
	/* where exec only reports there is nothing to get around */
	profile = denying();
	profile->exec.drift = SHIELD_ALLOW;
	profile->exec.action = SHIELD_AUDIT;
	build_allow(profile, "/opt/a", NULL);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
}

static void test_tracers(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_allow(profile, "/usr/bin/strace", NULL);
	build_tracer(profile, "/usr/bin/gdb");
	build_tracer(profile, "/usr/bin/strace");
	build_tracer(profile, "/usr/bin/strace");
	build_tracer(profile, "/**");
	profile->ptrace.default_deny = true;
	found = find_in(profile);
	CU_ASSERT(has_finding(&found, "warning ptrace.allow[0]: \"/usr/bin/gdb\" cannot run itself"));
	CU_ASSERT(has_finding(&found, "note ptrace.allow[2]: \"/usr/bin/strace\" is allowed by ptrace.allow[1]"));
	CU_ASSERT(has_finding(&found, "warning ptrace.allow[3]: \"/**\" lets every program trace"));
	profile = build_profile();
	build_tracer(profile, "/usr/bin/gdb");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning ptrace.allow: has no effect: ptrace.default is allow"));
}

void suite_profile_check_exec(void);

void suite_profile_check_exec(void)
{
	CU_pSuite suite = CU_add_suite("profile/check_exec", NULL, NULL);

	CU_add_test(suite, "nothing to find", test_clean);
	CU_add_test(suite, "entries that others overrule", test_overruled);
	CU_add_test(suite, "defaults", test_defaults);
	CU_add_test(suite, "from", test_from);
	CU_add_test(suite, "wildcards in writable places", test_writable_places);
	CU_add_test(suite, "libraries", test_libraries);
	CU_add_test(suite, "allowed programs that can be replaced", test_overwriting);
	CU_add_test(suite, "tracers", test_tracers);
}
