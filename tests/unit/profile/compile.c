/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "base/cleanup.h"
#include "bpf/decide.h"
#include "build.h"
#include "profile/compile.h"

static void test_empty_profile(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = build_compiled(profile);

	CU_ASSERT_EQUAL(policy->abi, SHIELD_ABI);
	CU_ASSERT_EQUAL(policy->flags, 0);
	for (int kind = 0; kind < SHIELD_KINDS; kind++)
		CU_ASSERT_EQUAL(policy->action[kind],
				kind == SHIELD_KIND_TAG || kind == SHIELD_KIND_GUARD ? SHIELD_DENY : SHIELD_ALLOW);
	CU_ASSERT_EQUAL(policy->families, ~0ull);
	CU_ASSERT_EQUAL(policy->libraries, SHIELD_LIBRARIES_ANY);
	CU_ASSERT_EQUAL(policy->source_length, 0);
	for (uint32_t direction = 0; direction < SHIELD_DIRECTIONS; direction++) {
		CU_ASSERT_EQUAL(policy->net4[direction].count, 1);
		CU_ASSERT_EQUAL(policy->net6[direction].count, 1);
		CU_ASSERT_EQUAL(shield_decide_net4(policy, direction, ~0u, SHIELD_PROTO_TCP, 1), SHIELD_ALLOWED_BY(0));
		CU_ASSERT_EQUAL(shield_decide_net6(policy, direction, ~0ull, 0, 3, 65535), SHIELD_ALLOWED_BY(0));
	}
	CU_ASSERT_EQUAL(policy->port_sets[0].count, 1);
	CU_ASSERT_EQUAL(policy->port_sets[1].count, 0);
}

static void test_actions(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	profile->audit = true; /* the slot's business */
	profile->exec.present = profile->ptrace.present = profile->setuid.present = true;
	profile->exec.action = SHIELD_KILL;
	profile->exec.drift = SHIELD_AUDIT;
	profile->exec.fileless = SHIELD_DENY;
	profile->network.rules[SHIELD_EGRESS] = (struct shield_net_rules){ .present = true, .action = SHIELD_DENY };
	profile->network.rules[SHIELD_BIND].action = SHIELD_KILL; /* not present */
	profile->network.families_action = SHIELD_DENY;
	profile->network.families = 1ull << 2;
	profile->network.raw = SHIELD_KILL;
	profile->ptrace.action = SHIELD_AUDIT;
	profile->setuid.action = SHIELD_KILL;
	profile->setuid.setuid_exec = SHIELD_DENY;
	profile->reverse_shell = SHIELD_KILL;
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_EXEC], SHIELD_KILL);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_LIBRARY], SHIELD_ALLOW);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_DRIFT], SHIELD_AUDIT);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_FILELESS], SHIELD_DENY);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_EGRESS], SHIELD_DENY);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_BIND], SHIELD_ALLOW);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_FAMILY], SHIELD_DENY);
	CU_ASSERT_EQUAL(policy->families, 1ull << 2);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_RAW], SHIELD_KILL);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_PTRACE], SHIELD_AUDIT);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_SETUID], SHIELD_KILL);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_SETUID_EXEC], SHIELD_DENY);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_REVERSE_SHELL], SHIELD_KILL);
	CU_ASSERT_EQUAL(policy->flags, 0);
}

static void test_kernel_actions(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	profile->kernel.mount = SHIELD_DENY;
	profile->kernel.bpf = SHIELD_KILL;
	profile->kernel.modules = SHIELD_AUDIT;
	profile->kernel.userns = SHIELD_KILL;
	profile->files.action = SHIELD_AUDIT;
	profile->capabilities.action = SHIELD_KILL;
	profile->network.unix_sockets.action = SHIELD_DENY;
	build_read_only(profile, "/a");
	build_capability(profile, true, 1);
	build_socket(profile, false, "/b");
	profile->network.unix_sockets.default_deny = true;
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_MOUNT], SHIELD_DENY);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_BPF], SHIELD_KILL);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_MODULES], SHIELD_AUDIT);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_USERNS], SHIELD_KILL);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_FILES], SHIELD_AUDIT);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_CAPABILITY], SHIELD_KILL);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_UNIX], SHIELD_DENY);
	CU_ASSERT_EQUAL(policy->flags, SHIELD_POLICY_UNIX_DEFAULT_DENY);
}

/* A group that refuses nothing attaches no hook. */
static void test_groups_without_effect(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	profile->files.present = true;
	profile->files.action = profile->capabilities.action = profile->network.unix_sockets.action = SHIELD_DENY;
	build_capability(profile, false, 1);
	build_socket(profile, false, "/b");
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_FILES], SHIELD_ALLOW);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_CAPABILITY], SHIELD_ALLOW);
	CU_ASSERT_EQUAL(policy->action[SHIELD_KIND_UNIX], SHIELD_ALLOW);
}

/* Executable mappings answer to exec.libraries and to exec.deny. */
static void test_library_action(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *image = NULL, *denied = NULL;

	profile->exec.present = true;
	profile->exec.action = SHIELD_DENY;
	profile->exec.libraries = SHIELD_LIBRARIES_IMAGE;
	image = build_compiled(profile);
	CU_ASSERT_EQUAL(image->action[SHIELD_KIND_LIBRARY], SHIELD_DENY);
	CU_ASSERT_EQUAL(image->libraries, SHIELD_LIBRARIES_IMAGE);
	profile->exec.libraries = SHIELD_LIBRARIES_ANY;
	build_deny(profile, "/a");
	denied = build_compiled(profile);
	CU_ASSERT_EQUAL(denied->action[SHIELD_KIND_LIBRARY], SHIELD_DENY);
}

static void test_flags(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_deny(profile, "/a");
	build_tracer(profile, "/usr/bin/gdb");
	build_uids(profile, 0, 1, 1);
	profile->exec.default_deny = profile->ptrace.default_deny = profile->setuid.default_deny = true;
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(policy->flags, SHIELD_POLICY_EXEC_DEFAULT_DENY | SHIELD_POLICY_EXEC_DENY_LIST |
					       SHIELD_POLICY_NAMES | SHIELD_POLICY_PTRACE_DEFAULT_DENY |
					       SHIELD_POLICY_SETUID_DEFAULT_DENY);
}

/* Rules of groups that are absent are not compiled. */
static void test_absent_groups(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_deny(profile, "/a");
	build_tracer(profile, "/b");
	build_uids(profile, 0, 1, 1);
	build_file_deny(profile, "/c");
	build_socket(profile, true, "/d");
	build_capability(profile, true, 1);
	profile->exec.present = profile->ptrace.present = profile->setuid.present = false;
	profile->files.present = profile->network.unix_sockets.present = profile->capabilities.present = false;
	profile->exec.default_deny = true;
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(policy->flags, 0);
	CU_ASSERT_EQUAL(policy->uids.count, 0);
	CU_ASSERT_EQUAL(shield_match(policy, "/a", 2), 0);
	CU_ASSERT_EQUAL(shield_match(policy, "/b", 2), 0);
	CU_ASSERT_EQUAL(shield_match(policy, "/c", 2), 0);
	CU_ASSERT_EQUAL(shield_match(policy, "/d", 2), 0);
	CU_ASSERT_EQUAL(policy->capability[1], 0);
}

static struct shield_policy *compile_varied(void)
{
	_cleanup_profile_ struct shield_profile *profile = build_profile();

	build_allow(profile, "/usr/**/x*", "/b/*", NULL);
	build_allow(profile, "/usr/*/xy", NULL);
	build_deny(profile, "/usr/bin/*z");
	build_net(profile, SHIELD_EGRESS, false, "10.0.0.0/8", SHIELD_PROTO_TCP);
	build_net(profile, SHIELD_EGRESS, true, "fd00::/8", 0);
	return build_compiled(profile);
}

static void test_same_bytes(void)
{
	_cleanup_free_ struct shield_policy *first = compile_varied(), *second = compile_varied();

	CU_ASSERT_EQUAL(memcmp(first, second, sizeof(*first)), 0);
}

void suite_profile_compile(void);

void suite_profile_compile(void)
{
	CU_pSuite suite = CU_add_suite("profile/compile", NULL, NULL);

	CU_add_test(suite, "an empty profile allows all", test_empty_profile);
	CU_add_test(suite, "actions by kind", test_actions);
	CU_add_test(suite, "actions of files, capabilities, kernel and unix", test_kernel_actions);
	CU_add_test(suite, "groups that refuse nothing", test_groups_without_effect);
	CU_add_test(suite, "the action of libraries", test_library_action);
	CU_add_test(suite, "flags", test_flags);
	CU_add_test(suite, "absent groups", test_absent_groups);
	CU_add_test(suite, "the same profile gives the same bytes", test_same_bytes);
}
