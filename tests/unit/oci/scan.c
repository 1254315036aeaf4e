/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/scan.h"

#include <errno.h>
#include <string.h>

#include <CUnit/CUnit.h>

void suite_oci_scan(void);

static char text[4096];
static struct shield_error error;

static struct shield_scan start(const char *json)
{
	CU_ASSERT_FATAL(strlen(json) < sizeof(text));
	strcpy(text, json);
	return shield_scan_start(text, strlen(json));
}

static void test_object(void)
{
	struct shield_scan scan = start(" { \"a\" : 12 , \"b\":[true , false,null],\"c\":{\"d\":\"x\"},\"e\":-3 } \n");
	const char *key, *string;
	int64_t number;
	bool value;

	CU_ASSERT_EQUAL(shield_scan_enter(&scan, '{', &error), 0);
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 1);
	CU_ASSERT_STRING_EQUAL(key, "a");
	CU_ASSERT_EQUAL(shield_scan_integer(&scan, &number, &error), 0);
	CU_ASSERT_EQUAL(number, 12);
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 1);
	CU_ASSERT_FALSE(shield_scan_null(&scan));
	CU_ASSERT_EQUAL(shield_scan_enter(&scan, '[', &error), 0);
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 1);
	CU_ASSERT_EQUAL(shield_scan_bool(&scan, &value, &error), 0);
	CU_ASSERT_TRUE(value);
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 1);
	CU_ASSERT_EQUAL(shield_scan_bool(&scan, &value, &error), 0);
	CU_ASSERT_FALSE(value);
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 1);
	CU_ASSERT_TRUE(shield_scan_null(&scan));
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 0);
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 1);
	CU_ASSERT_EQUAL(shield_scan_enter(&scan, '{', &error), 0);
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 1);
	CU_ASSERT_EQUAL(shield_scan_string(&scan, &string, &error), 0);
	CU_ASSERT_STRING_EQUAL(string, "x");
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 0);
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 1);
	CU_ASSERT_STRING_EQUAL(key, "e");
	CU_ASSERT_EQUAL(shield_scan_integer(&scan, &number, &error), 0);
	CU_ASSERT_EQUAL(number, -3);
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 0);
	CU_ASSERT_EQUAL(shield_scan_finish(&scan, &error), 0);
}

static void test_empty(void)
{
	struct shield_scan scan = start("[{},[]]");
	const char *key;

	CU_ASSERT_EQUAL(shield_scan_enter(&scan, '[', &error), 0);
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 1);
	CU_ASSERT_EQUAL(shield_scan_enter(&scan, '{', &error), 0);
	CU_ASSERT_EQUAL(shield_scan_member(&scan, &key, &error), 0);
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 1);
	CU_ASSERT_EQUAL(shield_scan_enter(&scan, '[', &error), 0);
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 0);
	CU_ASSERT_EQUAL(shield_scan_element(&scan, &error), 0);
	CU_ASSERT_EQUAL(shield_scan_finish(&scan, &error), 0);
}

static void decodes(const char *json, const char *wanted)
{
	struct shield_scan scan = start(json);
	const char *string = NULL;

	CU_ASSERT_EQUAL(shield_scan_string(&scan, &string, &error), 0);
	CU_ASSERT_PTR_NOT_NULL_FATAL(string);
	CU_ASSERT_STRING_EQUAL(string, wanted);
	CU_ASSERT_EQUAL(shield_scan_finish(&scan, &error), 0);
}

static void test_strings(void)
{
	decodes("\"\"", "");
	decodes("\"a b\"", "a b");
	decodes("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
	decodes("\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac");
	decodes("\"\\u003cweb\\u003e\"", "<web>");
	decodes("\"\\ud83d\\ude00\"", "\xf0\x9f\x98\x80");
	decodes("\"\\ud83dx\"", "\xef\xbf\xbdx");
	decodes("\"\\ude00\"", "\xef\xbf\xbd");
	decodes("\"\\ud83d\\u0041\"", "\xef\xbf\xbd"
				      "A");
	decodes("\"\xc3\xa9\"", "\xc3\xa9");
}

static void refuses_string(const char *json)
{
	struct shield_scan scan = start(json);
	const char *string = "untouched";

	CU_ASSERT_EQUAL(shield_scan_string(&scan, &string, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(string, "untouched");
}

static void test_bad_strings(void)
{
	refuses_string("");
	refuses_string("12");
	refuses_string("\"");
	refuses_string("\"abc");
	refuses_string("\"abc\\");
	refuses_string("\"abc\\\"");
	refuses_string("\"a\nb\"");
	refuses_string("\"\\x41\"");
	refuses_string("\"\\u00\"");
	refuses_string("\"\\u00g0\"");
	refuses_string("\"\\u0000\"");
	refuses_string("\"web\\u0000x\"");
}

static void skips(const char *json, bool whole)
{
	struct shield_scan scan = start(json);
	int result = shield_scan_skip(&scan, &error);

	if (result == 0)
		result = shield_scan_finish(&scan, &error);
	CU_ASSERT_EQUAL(result, whole ? 0 : -EINVAL);
}

static void test_skip(void)
{
	char deep[140] = "";

	skips("12", true);
	skips("true", true);
	skips("\"a\\\"b\\\\\"", true);
	skips("{\"a\":[1,{\"b\":\"}]\"},\"\\\\\"],\"c\":{}}", true);
	skips(" [ ] ", true);
	skips("", false);
	skips(",", false);
	skips("]", false);
	skips("[}", false);
	skips("{\"a\":[}", false);
	skips("[1", false);
	skips("[\"a", false);
	skips("\"a\\\"", false);
	skips("[] []", false);

	memset(deep, '[', 64);
	memset(deep + 64, ']', 64);
	skips(deep, true);
	memset(deep, '[', 65);
	memset(deep + 65, ']', 65);
	skips(deep, false);
}

/* Numbers that are none, or do not fit. */
static void test_integers(void)
{
	static const char *const bad[] = { "", "x", "1.5", "1e3", "\"1\"", "9223372036854775808", "-", "+1" };
	struct shield_scan scan;
	int64_t number = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		scan = start(bad[i]);
		CU_ASSERT_EQUAL(shield_scan_integer(&scan, &number, &error), -EINVAL);
		CU_ASSERT_EQUAL(number, 7);
	}
	scan = start("9223372036854775807");
	CU_ASSERT_EQUAL(shield_scan_integer(&scan, &number, &error), 0);
	CU_ASSERT_EQUAL(number, INT64_MAX);
}

/* Reads all members of an object and skips their values. */
static int walk(const char *json)
{
	struct shield_scan scan = start(json);
	const char *key;
	int result = shield_scan_enter(&scan, '{', &error);

	while (result >= 0) {
		result = shield_scan_member(&scan, &key, &error);
		if (result <= 0)
			return result;
		result = shield_scan_skip(&scan, &error);
	}
	return result;
}

static void test_commas(void)
{
	CU_ASSERT_EQUAL(walk("{\"a\":1,\"b\":2}"), 0);
	CU_ASSERT_EQUAL(walk("{\"a\":1,}"), -EINVAL);
	CU_ASSERT_EQUAL(walk("{,\"a\":1}"), -EINVAL);
	CU_ASSERT_EQUAL(walk("{\"a\":1 \"b\":2}"), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "byte 7: expected ',' or '}'"));
	CU_ASSERT_EQUAL(walk("{\"a\" 1}"), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "expected ':'"));
	CU_ASSERT_EQUAL(walk("{\"a\":}"), -EINVAL);
	CU_ASSERT_EQUAL(walk("{a:1}"), -EINVAL);
	CU_ASSERT_EQUAL(walk("{\"a\":1"), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "ends where"));
	CU_ASSERT_EQUAL(walk("[1]"), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "expected an object"));
}

/* A NUL in the middle of the text is no end of it. */
static void test_nul_byte(void)
{
	char nul[] = "[1]\0[2]";
	struct shield_scan scan = shield_scan_start(nul, sizeof(nul) - 1);

	CU_ASSERT_EQUAL(shield_scan_skip(&scan, &error), 0);
	CU_ASSERT_EQUAL(shield_scan_finish(&scan, &error), -EINVAL);
}

void suite_oci_scan(void)
{
	CU_pSuite suite = CU_add_suite("oci/scan", NULL, NULL);

	CU_add_test(suite, "objects and arrays", test_object);
	CU_add_test(suite, "empty ones", test_empty);
	CU_add_test(suite, "strings", test_strings);
	CU_add_test(suite, "malformed strings", test_bad_strings);
	CU_add_test(suite, "skipping", test_skip);
	CU_add_test(suite, "integers", test_integers);
	CU_add_test(suite, "commas and colons", test_commas);
	CU_add_test(suite, "NUL byte", test_nul_byte);
}
