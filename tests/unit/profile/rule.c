/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "profile/rule.h"

static void expect(uint8_t kind, enum shield_list list, unsigned int index, const char *wanted)
{
	char path[SHIELD_RULE_PATH_MAX];

	shield_rule_path(kind, SHIELD_RULE(list, index), path, sizeof(path));
	CU_ASSERT_STRING_EQUAL(path, wanted);
}

static void test_paths(void)
{
	expect(SHIELD_KIND_EXEC, SHIELD_LIST_ALLOW, 3, "exec.allow[3]");
	expect(SHIELD_KIND_EXEC, SHIELD_LIST_DENY, SHIELD_RULE_INDEX_MAX, "exec.deny[4095]");
	expect(SHIELD_KIND_EXEC, SHIELD_LIST_DEFAULT, 0, "exec.default");
	expect(SHIELD_KIND_EXEC, SHIELD_LIST_NONE, 0, "exec");
	expect(SHIELD_KIND_LIBRARY, SHIELD_LIST_LIBRARIES, 0, "exec.libraries");
	expect(SHIELD_KIND_LIBRARY, SHIELD_LIST_LIBRARIES, 1, "exec.libraries[0]");
	expect(SHIELD_KIND_LIBRARY, SHIELD_LIST_DENY, 2, "exec.deny[2]");
	expect(SHIELD_KIND_DRIFT, SHIELD_LIST_SWITCH, 0, "exec.drift");
	expect(SHIELD_KIND_FILELESS, SHIELD_LIST_NONE, 0, "exec.fileless");
	expect(SHIELD_KIND_REVERSE_SHELL, SHIELD_LIST_SWITCH, 0, "reverse_shell");
	expect(SHIELD_KIND_EGRESS, SHIELD_LIST_DENY, 0, "network.egress.deny[0]");
	expect(SHIELD_KIND_BIND, SHIELD_LIST_DEFAULT, 0, "network.bind.default");
	expect(SHIELD_KIND_FAMILY, SHIELD_LIST_SWITCH, 0, "network.families");
	expect(SHIELD_KIND_RAW, SHIELD_LIST_SWITCH, 0, "network.raw");
	expect(SHIELD_KIND_PTRACE, SHIELD_LIST_DEFAULT, 0, "ptrace.default");
	expect(SHIELD_KIND_PTRACE, SHIELD_LIST_ALLOW, 0, "ptrace.allow");
	expect(SHIELD_KIND_SETUID, SHIELD_LIST_ALLOW, 1, "setuid.allow[1]");
	expect(SHIELD_KIND_SETUID_EXEC, SHIELD_LIST_SWITCH, 0, "setuid.setuid_exec");
	expect(SHIELD_KIND_UNIX, SHIELD_LIST_ALLOW, 0, "network.unix.allow[0]");
	expect(SHIELD_KIND_UNIX, SHIELD_LIST_DEFAULT, 0, "network.unix.default");
	expect(SHIELD_KIND_CAPABILITY, SHIELD_LIST_DENY, 0, "capabilities.deny[0]");
	expect(SHIELD_KIND_CAPABILITY, SHIELD_LIST_DEFAULT, 0, "capabilities.default");
	expect(SHIELD_KIND_MOUNT, SHIELD_LIST_SWITCH, 0, "kernel.mount");
	expect(SHIELD_KIND_BPF, SHIELD_LIST_SWITCH, 0, "kernel.bpf");
	expect(SHIELD_KIND_MODULES, SHIELD_LIST_SWITCH, 0, "kernel.modules");
	expect(SHIELD_KIND_USERNS, SHIELD_LIST_SWITCH, 0, "kernel.userns");
	expect(SHIELD_KIND_FILES, SHIELD_LIST_DENY, 2, "files.deny[2]");
	expect(SHIELD_KIND_FILES, SHIELD_LIST_READ_ONLY, 0, "files.read_only[0]");
	expect(SHIELD_KIND_FILES, SHIELD_LIST_NONE, 0, "files");
	expect(SHIELD_KIND_GUARD, SHIELD_LIST_SWITCH, 0, "");
	expect(SHIELD_KIND_TAG, SHIELD_LIST_NONE, 0, "");
	expect(SHIELD_KIND_CONTROL, SHIELD_LIST_NONE, 0, "");
	expect(200, SHIELD_LIST_ALLOW, 1, "");
}

static void test_cut(void)
{
	char path[8];

	shield_rule_path(SHIELD_KIND_EGRESS, SHIELD_RULE(SHIELD_LIST_ALLOW, 1), path, sizeof(path));
	CU_ASSERT_STRING_EQUAL(path, "network");
}

static void test_names(void)
{
	for (uint8_t kind = 0; kind <= SHIELD_KIND_CONTROL; kind++)
		CU_ASSERT_STRING_NOT_EQUAL(shield_kind_name(kind), "unknown");
	CU_ASSERT_STRING_EQUAL(shield_kind_name(SHIELD_KIND_SETUID_EXEC), "setuid_exec");
	CU_ASSERT_STRING_EQUAL(shield_kind_name(SHIELD_KIND_CONTROL), "control");
	CU_ASSERT_STRING_EQUAL(shield_kind_name(255), "unknown");
	CU_ASSERT_STRING_EQUAL(shield_verdict_name(SHIELD_ALLOW), "allow");
	CU_ASSERT_STRING_EQUAL(shield_verdict_name(SHIELD_KILL), "kill");
	CU_ASSERT_STRING_EQUAL(shield_verdict_name(SHIELD_VERDICTS), "unknown");
	for (uint8_t reason = 1; reason < SHIELD_REASONS; reason++)
		CU_ASSERT_PTR_NOT_NULL(strchr(shield_reason_text(reason), ' '));
	CU_ASSERT_STRING_EQUAL(shield_reason_text(SHIELD_REASON_NONE), "");
	CU_ASSERT_STRING_EQUAL(shield_reason_text(SHIELD_REASONS), "unknown");
}

void suite_profile_rule(void);

void suite_profile_rule(void)
{
	CU_pSuite suite = CU_add_suite("profile/rule", NULL, NULL);

	CU_add_test(suite, "JSON paths of all kinds", test_paths);
	CU_add_test(suite, "a small buffer is not overrun", test_cut);
	CU_add_test(suite, "names and phrases", test_names);
}
