/* SPDX-License-Identifier: Apache-2.0 */
#include "base/program.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"

void suite_base_program(void);

static struct shield_error error;

#define ASK(max, ret, ...) shield_program_ask((const char *const[]){ __VA_ARGS__, NULL }, max, ret, NULL, &error)

static void answers(void)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;

	CU_ASSERT_EQUAL_FATAL(
		shield_program_ask((const char *const[]){ "printf", "%s", "a b", NULL }, 100, &text, &length, &error),
		0);
	CU_ASSERT_STRING_EQUAL(text, "a b");
	CU_ASSERT_EQUAL(length, 3);
}

static void fails(void)
{
	char *text = NULL;

	CU_ASSERT_EQUAL(ASK(100, &text, "shield-no-such-program"), -ENOENT);
	CU_ASSERT_STRING_EQUAL(error.message, "shield-no-such-program is not on PATH");
	CU_ASSERT_EQUAL(ASK(100, &text, "sh", "-c", "echo half; exit 3"), -EIO);
	CU_ASSERT_EQUAL(ASK(100, &text, "sh", "-c", "kill $$"), -EIO);
	CU_ASSERT_PTR_NULL(text);
}

/* One that does not stop talking is not waited for. */
static void is_bounded(void)
{
	char *text = NULL;

	CU_ASSERT_EQUAL(ASK(100, &text, "yes"), -EFBIG);
	CU_ASSERT_PTR_NULL(text);
}

void suite_base_program(void)
{
	CU_pSuite suite = CU_add_suite("base/program", NULL, NULL);

	CU_add_test(suite, "an answer", answers);
	CU_add_test(suite, "no program, a failing one", fails);
	CU_add_test(suite, "too much", is_bounded);
}
