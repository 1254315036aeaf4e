/* SPDX-License-Identifier: Apache-2.0 */
#include "record/seccomp.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <seccomp.h>
#include <string.h>

#include "base/json.h"
#include "observed.h"

void suite_record_seccomp(void);

static void call(struct shield_recording *recording, const char *name)
{
	int number = seccomp_syscall_resolve_name(name);

	CU_ASSERT_FATAL(number >= 0 && number < SHIELD_SYSCALLS);
	recording->has_syscalls = true;
	recording->syscalls.native[number / 64] |= 1ull << number % 64;
}

static void allows_what_was_called(void)
{
	struct shield_recording recordings[2] = { recorded("a"), recorded("b") };
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root, groups, first, second, names, name;
	_cleanup_free_ char *text = NULL;
	const char *word;

	call(&recordings[0], "write");
	call(&recordings[1], "accept4");
	CU_ASSERT_EQUAL_FATAL(shield_seccomp_profile(recordings, 2, &text, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_json_parse(text, strlen(text), &document, NULL), 0);
	root = shield_json_root(&document);
	CU_ASSERT_FATAL(shield_json_member(&root, "syscalls", &groups));
	CU_ASSERT_EQUAL_FATAL(shield_json_length(&groups), 2);
	first = shield_json_element(&groups, 0);
	CU_ASSERT_FATAL(shield_json_member(&first, "names", &names));
	CU_ASSERT_EQUAL_FATAL(shield_json_length(&names), 2);
	name = shield_json_element(&names, 0);
	CU_ASSERT_EQUAL(shield_json_string(&name, &word, NULL), 0);
	CU_ASSERT_STRING_EQUAL(word, "accept4");
	second = shield_json_element(&groups, 1);
	CU_ASSERT_FATAL(shield_json_member(&second, "names", &names));
	for (size_t i = 0; i < shield_json_length(&names); i++) {
		name = shield_json_element(&names, i);
		CU_ASSERT_EQUAL_FATAL(shield_json_string(&name, &word, NULL), 0);
		CU_ASSERT_STRING_NOT_EQUAL(word, "write"); /* once is enough */
		CU_ASSERT(seccomp_syscall_resolve_name(word) != __NR_SCMP_ERROR);
	}
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"defaultAction\": \"SCMP_ACT_ERRNO\""));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "\"execve\""));
}

static void other_table_only_where_used(void)
{
	struct shield_recording recording = recorded("a");
	_cleanup_free_ char *without = NULL, *with = NULL;

	call(&recording, "write");
	CU_ASSERT_EQUAL_FATAL(shield_seccomp_profile(&recording, 1, &without, NULL), 0);
	recording.syscalls.compat[0] = 1u << 4;
	CU_ASSERT_EQUAL_FATAL(shield_seccomp_profile(&recording, 1, &with, NULL), 0);
	CU_ASSERT_PTR_NULL(strstr(strstr(without, "SCMP_ARCH_") + 1, "SCMP_ARCH_"));
	CU_ASSERT_PTR_NOT_NULL(strstr(strstr(with, "SCMP_ARCH_") + 1, "SCMP_ARCH_"));
}

static void no_name(void)
{
	struct shield_recording recording = recorded("a");
	_cleanup_free_ char *text = NULL;

	call(&recording, "write");
	recording.syscalls.native[7] = 1ull << 63;
	CU_ASSERT_EQUAL_FATAL(shield_seccomp_profile(&recording, 1, &text, NULL), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "1 more, newer than this build of libseccomp"));
}

static void nothing(void)
{
	struct shield_recording recording = recorded("a");
	struct shield_error error = {};
	char *text = NULL;

	CU_ASSERT_EQUAL(shield_seccomp_profile(&recording, 1, &text, &error), -ENODATA);
	CU_ASSERT_PTR_NULL(text);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "no system calls were recorded"));
}

void suite_record_seccomp(void)
{
	CU_pSuite suite = CU_add_suite("record/seccomp", NULL, NULL);

	CU_add_test(suite, "allows what was called", allows_what_was_called);
	CU_add_test(suite, "the 32-bit table only where it was used", other_table_only_where_used);
	CU_add_test(suite, "calls that have no name", no_name);
	CU_add_test(suite, "no system calls", nothing);
}
