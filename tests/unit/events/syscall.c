/* SPDX-License-Identifier: Apache-2.0 */
#include "events/syscall.h"

#include "literal.h"

void suite_events_syscall(void);

static void is_called(uint32_t number, uint16_t flags, const char *expected)
{
	struct shield_event event = { .syscall = number, .flags = flags };
	char name[SHIELD_SYSCALL_NAME_MAX];

	CU_ASSERT_PTR_EQUAL(shield_syscall_name(&event, name), name);
	CU_ASSERT_STRING_EQUAL(name, expected);
}

static void names(void)
{
	is_called(__NR_openat, 0, "openat");
	is_called(__NR_renameat2, SHIELD_EVENT_OPERAND_CUT, "renameat2");
	is_called(100000, 0, "100000");
	is_called(0xfffffffe, 0, "4294967294");
}

static void other_tables(void)
{
#ifdef __x86_64__
	is_called(5, SHIELD_EVENT_COMPAT, "open");
	is_called(11, SHIELD_EVENT_COMPAT, "execve");
	is_called(0x40000000 + 257, 0, "openat");
	is_called(0x40000000 + 520, 0, "execve");
#elif defined(__aarch64__)
	is_called(5, SHIELD_EVENT_COMPAT, "open");
#endif
	is_called(100000, SHIELD_EVENT_COMPAT, "100000");
}

static void none(void)
{
	struct shield_event event = { .syscall = SHIELD_NO_SYSCALL };
	char name[SHIELD_SYSCALL_NAME_MAX];

	CU_ASSERT_PTR_NULL(shield_syscall_name(&event, name));
}

void suite_events_syscall(void)
{
	CU_pSuite suite = CU_add_suite("events/syscall", NULL, NULL);

	CU_add_test(suite, "names", names);
	CU_add_test(suite, "other tables", other_tables);
	CU_add_test(suite, "none", none);
}
