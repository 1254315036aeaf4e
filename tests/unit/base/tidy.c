/* SPDX-License-Identifier: Apache-2.0 */
#include "base/tidy.h"

#include <CUnit/CUnit.h>
#include <string.h>

void suite_base_tidy(void);

static void tidies_to(const char *json, const char *expected)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *tidy = NULL;

	shield_text_add_tidy(&text, json);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &tidy, NULL), 0);
	if (strcmp(tidy, expected) != 0)
		fprintf(stderr, "tidied:\n%sexpected:\n%s", tidy, expected);
	CU_ASSERT_STRING_EQUAL(tidy, expected);
}

static void small(void)
{
	tidies_to("{}", "{}\n");
	tidies_to("[]", "[]\n");
	tidies_to("\"a\"", "\"a\"\n");
	tidies_to("{\"a\":1}", "{\n  \"a\": 1\n}\n");
	tidies_to("{\"a\":[1,2],\"b\":{\"c\":[],\"d\":{}}}",
		  "{\n  \"a\": [1, 2],\n  \"b\": {\"c\": [], \"d\": {}}\n}\n");
	tidies_to("[\"a,b:{[\\\"]}\",\"\\\\\"]", "[\n  \"a,b:{[\\\"]}\",\n  \"\\\\\"\n]\n");
}

#define TEN "\"12345678\""

/* 100 columns, the comma behind it included. */
static void widths(void)
{
	tidies_to("{\"a\":[" TEN "," TEN "," TEN "," TEN "," TEN "," TEN "," TEN ",123456]}",
		  "{\n  \"a\": [" TEN ", " TEN ", " TEN ", " TEN ", " TEN ", " TEN ", " TEN ", 123456]\n}\n");
	tidies_to("{\"a\":[" TEN "," TEN "," TEN "," TEN "," TEN "," TEN "," TEN ",1234567]}",
		  "{\n  \"a\": [\n    " TEN ",\n    " TEN ",\n    " TEN ",\n    " TEN ",\n    " TEN ",\n    " TEN
		  ",\n    " TEN ",\n    1234567\n  ]\n}\n");
}

void suite_base_tidy(void)
{
	CU_pSuite suite = CU_add_suite("base/tidy", NULL, NULL);

	CU_add_test(suite, "what fits stays on its line", small);
	CU_add_test(suite, "the width", widths);
}
