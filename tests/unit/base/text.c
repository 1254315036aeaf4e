/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <CUnit/CUnit.h>
#include <string.h>

#include "base/cleanup.h"

void suite_base_text(void);

static void appends(void)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *result = NULL;
	size_t length = 0;

	shield_text_add(&text, "a");
	shield_text_add_bytes(&text, "bcd", 2);
	shield_text_add_number(&text, 0);
	shield_text_add_number(&text, UINT64_MAX);
	CU_ASSERT_EQUAL(shield_text_take(&text, &result, &length), 0);
	CU_ASSERT_STRING_EQUAL(result, "abc018446744073709551615");
	CU_ASSERT_EQUAL(length, strlen(result));
	CU_ASSERT_PTR_NULL(text.data);
}

static void json(void)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *result = NULL;

	shield_text_add_json(&text, "a\"b\\c\n\x1f\x7f/\xc3\xa9");
	shield_text_add_json(&text, "");
	CU_ASSERT_EQUAL(shield_text_take(&text, &result, NULL), 0);
	CU_ASSERT_STRING_EQUAL(result, "\"a\\\"b\\\\c\\u000a\\u001f\x7f/\xc3\xa9\"\"\"");
}

static void grows(void)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *result = NULL;
	size_t length = 0;

	for (size_t i = 0; i < 10000; i++)
		shield_text_add(&text, "0123456789");
	CU_ASSERT_EQUAL(shield_text_take(&text, &result, &length), 0);
	CU_ASSERT_EQUAL(length, 100000);
	CU_ASSERT_EQUAL(result[99999], '9');
}

static void empty(void)
{
	struct shield_text text = {};
	_cleanup_free_ char *result = NULL;

	CU_ASSERT_EQUAL(shield_text_take(&text, &result, NULL), 0);
	CU_ASSERT_STRING_EQUAL(result, "");
}

static void failure_is_remembered(void)
{
	struct shield_text text = { .failed = true };
	char *result = NULL;

	shield_text_add(&text, "a");
	CU_ASSERT_TRUE(shield_text_take(&text, &result, NULL) < 0);
	CU_ASSERT_PTR_NULL(result);
}

void suite_base_text(void)
{
	CU_pSuite suite = CU_add_suite("base/text", NULL, NULL);

	CU_add_test(suite, "appends", appends);
	CU_add_test(suite, "JSON strings", json);
	CU_add_test(suite, "grows", grows);
	CU_add_test(suite, "empty", empty);
	CU_add_test(suite, "a failure is remembered", failure_is_remembered);
}
