/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <CUnit/CUnit.h>
#include <string.h>

static void test_decodes(void)
{
	static const struct {
		const char *bytes;
		uint32_t point;
		size_t length;
	} cases[] = {
		{ "a", 'a', 1 },
		{ "\xc3\xa9", 0xe9, 2 },
		{ "\xe2\x82\xac", 0x20ac, 3 },
		{ "\xf0\x9f\x90\xb3", 0x1f433, 4 },
		{ "\xf4\x8f\xbf\xbf", 0x10ffff, 4 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t length;

		CU_ASSERT_EQUAL(
			shield_utf8_decode((const unsigned char *)cases[i].bytes, strlen(cases[i].bytes), &length),
			cases[i].point);
		CU_ASSERT_EQUAL(length, cases[i].length);
	}
}

/* Overlong, surrogate, beyond the last plane, cut short, a continuation alone. */
static void test_refuses(void)
{
	static const char *const cases[] = { "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
					     "\xe2\x82", "\x80",	 "\xff" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_FALSE(shield_utf8_is_valid(cases[i], strlen(cases[i]), NULL));
}

static void test_says_where(void)
{
	size_t at = 0;

	CU_ASSERT_TRUE(shield_utf8_is_valid("", 0, &at));
	CU_ASSERT_FALSE(shield_utf8_is_valid("abc\xff", 4, &at));
	CU_ASSERT_EQUAL(at, 3);
}

void suite_base_utf8(void)
{
	CU_pSuite suite = CU_add_suite("base/utf8", NULL, NULL);

	CU_add_test(suite, "decodes", test_decodes);
	CU_add_test(suite, "refuses", test_refuses);
	CU_add_test(suite, "says where", test_says_where);
}
