/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "bpf/decide.h"
#include "build.h"
#include "profile/compile.h"

static const struct shield_class *class_of(const struct shield_policy *policy, const char *path)
{
	return &policy->classes[shield_match(policy, path, (uint32_t)strlen(path))];
}

static void test_classes(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	const struct shield_class *class;

	build_allow(profile, "/bin/*", NULL);
	build_allow(profile, "/bin/sh", "/entry", NULL);
	build_allow(profile, "/bin/sh", "/other", "/entry", NULL);
	build_deny(profile, "/bin/apt*");
	build_deny(profile, "/bin/apt");
	build_library(profile, "/lib/**");
	build_tracer(profile, "/bin/gdb");
	policy = build_compiled(profile);
	class = class_of(policy, "/bin/sh");
	CU_ASSERT_EQUAL(class->allow, SHIELD_RULE(SHIELD_LIST_ALLOW, 0));
	CU_ASSERT_EQUAL(class->allow_from, SHIELD_RULE(SHIELD_LIST_ALLOW, 1));
	CU_ASSERT_EQUAL(class->from, 3);
	CU_ASSERT_EQUAL(class->names, 0);
	CU_ASSERT_EQUAL(class_of(policy, "/entry")->names, 1);
	CU_ASSERT_EQUAL(class_of(policy, "/other")->names, 2);
	CU_ASSERT_EQUAL(class_of(policy, "/bin/gdb")->names, 4);
	CU_ASSERT_EQUAL(class_of(policy, "/bin/gdb")->allow, SHIELD_RULE(SHIELD_LIST_ALLOW, 0));
	CU_ASSERT_EQUAL(policy->tracers, 4);
	CU_ASSERT_EQUAL(class_of(policy, "/bin/apt")->deny, SHIELD_RULE(SHIELD_LIST_DENY, 0));
	CU_ASSERT_EQUAL(class_of(policy, "/lib/x/y")->library, SHIELD_RULE(SHIELD_LIST_LIBRARIES, 1));
	CU_ASSERT_EQUAL(class_of(policy, "/nothing"), &policy->classes[0]);
	CU_ASSERT(policy->flags & SHIELD_POLICY_NAMES);
}

static void test_files_and_sockets(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;
	const struct shield_class *class;

	build_file_deny(profile, "/etc/shadow");
	build_file_deny(profile, "/etc/s*");
	build_read_only(profile, "/x");
	build_read_only(profile, "/etc/**");
	build_socket(profile, false, "@*");
	build_socket(profile, false, "/run/*");
	build_socket(profile, true, "/run/docker.sock");
	policy = build_compiled(profile);
	class = class_of(policy, "/etc/shadow");
	CU_ASSERT_EQUAL(class->file_deny, SHIELD_RULE(SHIELD_LIST_DENY, 0));
	CU_ASSERT_EQUAL(class->file_read_only, SHIELD_RULE(SHIELD_LIST_READ_ONLY, 1));
	CU_ASSERT_EQUAL(class->deny, 0);
	CU_ASSERT_EQUAL(class_of(policy, "/etc/sudoers")->file_deny, SHIELD_RULE(SHIELD_LIST_DENY, 1));
	CU_ASSERT_EQUAL(class_of(policy, "/etc/hosts")->file_deny, 0);
	class = class_of(policy, "/run/docker.sock");
	CU_ASSERT_EQUAL(class->unix_allow, SHIELD_RULE(SHIELD_LIST_ALLOW, 1));
	CU_ASSERT_EQUAL(class->unix_deny, SHIELD_RULE(SHIELD_LIST_DENY, 0));
	CU_ASSERT_EQUAL(class_of(policy, "@any name")->unix_allow, SHIELD_RULE(SHIELD_LIST_ALLOW, 0));
	CU_ASSERT_EQUAL(class_of(policy, "@a/b"), &policy->classes[0]);
	CU_ASSERT_EQUAL(class_of(policy, "/any name"), &policy->classes[0]);
	CU_ASSERT_EQUAL(policy->deny_lengths, 0);
}

/* A class is what is said, not which patterns say it: many paths under one conditional rule share theirs. */
static void test_classes_are_shared(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_allow(profile, "/a/**", NULL);
	build_allow(profile, "/a/b", NULL);
	build_allow(profile, "/a/c*", NULL);
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(class_of(policy, "/a/b"), class_of(policy, "/a/cc"));
	CU_ASSERT_EQUAL(class_of(policy, "/a/b"), &policy->classes[1]);
}

static uint64_t lengths_of(const char *pattern)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_deny(profile, pattern);
	policy = build_compiled(profile);
	return policy->deny_lengths;
}

static void test_deny_lengths(void)
{
	char pattern[] = "/usr/0123456789012345678901234567890123456789012345678901234567890123456789";

	CU_ASSERT_EQUAL(lengths_of("/usr/bin/apt"), 1ull << 3);
	CU_ASSERT_EQUAL(lengths_of("/usr/bin/apt*"), ~0ull << 3);
	CU_ASSERT_EQUAL(lengths_of("/usr/*/a*b*c"), ~0ull << 3);
	CU_ASSERT_EQUAL(lengths_of("/usr/*"), ~0ull << 1);
	CU_ASSERT_EQUAL(lengths_of("/usr/**"), ~0ull << 1);
	CU_ASSERT_EQUAL(lengths_of("/**/x"), 1ull << 1);
	CU_ASSERT_EQUAL(lengths_of(pattern), 1ull << 63);
	pattern[5 + 64] = '*';
	CU_ASSERT_EQUAL(lengths_of(pattern), 1ull << 63);
	pattern[5 + 63] = '\0';
	CU_ASSERT_EQUAL(lengths_of(pattern), 1ull << 63);
	pattern[5 + 62] = '\0';
	CU_ASSERT_EQUAL(lengths_of(pattern), 1ull << 62);
}

static int compile(const struct shield_profile *profile, struct shield_error *error)
{
	_cleanup_free_ struct shield_policy *policy = build_policy();

	return shield_compile(profile, policy, error);
}

static void test_too_many_names(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	struct shield_error error = {};
	char name[16];

	for (int i = 0; i < SHIELD_NAMES; i++) {
		snprintf(name, sizeof(name), "/n/%d", i);
		build_allow(profile, "/x", name, "/n/0", NULL);
	}
	build_tracer(profile, "/n/63");
	CU_ASSERT_EQUAL(compile(profile, &error), 0);
	build_tracer(profile, "/n/64");
	CU_ASSERT_EQUAL(compile(profile, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message, "ptrace.allow: \"/n/64\" is one `from` or `tracer` path more than the 64 "
					      "different ones a policy holds");
	build_allow(profile, "/y", "/n/65", NULL);
	CU_ASSERT_EQUAL(compile(profile, &error), -E2BIG);
	CU_ASSERT_EQUAL(strncmp(error.message, "exec.allow[64]: \"/n/65\" is one", 30), 0);
}

static void test_bad_patterns(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	struct shield_error error = {};

	build_library(profile, "/ok");
	build_library(profile, "lib");
	CU_ASSERT_EQUAL(compile(profile, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "exec.libraries[1]: \"lib\" is not an absolute path");
	build_deny(profile, "bin");
	CU_ASSERT_EQUAL(compile(profile, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "exec.deny[0]: \"bin\" is not an absolute path");
	profile->exec.present = false;
	build_read_only(profile, "@x");
	CU_ASSERT_EQUAL(compile(profile, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "files.read_only[0]: \"@x\" is not an absolute path");
}

static void test_too_many_entries(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	struct shield_error error = {};

	for (int i = 0; i < SHIELD_RULE_INDEX_MAX + 1; i++)
		build_deny(profile, "/x");
	CU_ASSERT_EQUAL(compile(profile, &error), 0);
	build_deny(profile, "/x");
	CU_ASSERT_EQUAL(compile(profile, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message, "exec.deny: 4097 entries, a policy holds 4096");
	profile->exec.present = false;
	for (int i = 0; i < SHIELD_RULE_INDEX_MAX + 2; i++)
		build_read_only(profile, "/x");
	CU_ASSERT_EQUAL(compile(profile, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message, "files.read_only: 4097 entries, a policy holds 4096");
}

void suite_profile_compile_paths(void);

void suite_profile_compile_paths(void)
{
	CU_pSuite suite = CU_add_suite("profile/compile_paths", NULL, NULL);

	CU_add_test(suite, "classes", test_classes);
	CU_add_test(suite, "files and sockets", test_files_and_sockets);
	CU_add_test(suite, "equal classes are one", test_classes_are_shared);
	CU_add_test(suite, "deny_lengths", test_deny_lengths);
	CU_add_test(suite, "more names than bits", test_too_many_names);
	CU_add_test(suite, "bad patterns are named", test_bad_patterns);
	CU_add_test(suite, "more entries than a rule can name", test_too_many_entries);
}
