/* SPDX-License-Identifier: Apache-2.0 */
#include "base/names.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>

void suite_base_names(void);

static void distances(void)
{
	CU_ASSERT_EQUAL(shield_edit_distance("", ""), 0);
	CU_ASSERT_EQUAL(shield_edit_distance("", "abc"), 3);
	CU_ASSERT_EQUAL(shield_edit_distance("abc", ""), 3);
	CU_ASSERT_EQUAL(shield_edit_distance("abc", "abc"), 0);
	CU_ASSERT_EQUAL(shield_edit_distance("abc", "abd"), 1);
	CU_ASSERT_EQUAL(shield_edit_distance("abc", "acb"), 1);
	CU_ASSERT_EQUAL(shield_edit_distance("kitten", "sitting"), 3);
	CU_ASSERT_EQUAL(shield_edit_distance("netwrok", "network"), 1);
	CU_ASSERT_EQUAL(shield_edit_distance("ca", "abc"), 3);
}

static void long_words_are_cut(void)
{
	char a[200] = "", b[200] = "";

	memset(a, 'a', 150);
	memset(b, 'b', 199);
	CU_ASSERT_EQUAL(shield_edit_distance(a, b), 63);
}

static void nearest(void)
{
	static const char *const words[] = { "allow", "deny", "default", NULL };

	CU_ASSERT_PTR_EQUAL(shield_nearest("alow", words), words[0]);
	CU_ASSERT_PTR_EQUAL(shield_nearest("defualt", words), words[2]);
	CU_ASSERT_PTR_NULL(shield_nearest("xyzzy", words));
	CU_ASSERT_PTR_NULL(shield_nearest("", words));
	CU_ASSERT_PTR_NULL(shield_nearest("alow", words + 3));
}

static void names(void)
{
	static const char *const bad[] = { "", ".", "..", "../x", "a/b", "-a", "_a", ".a", "a b", "a\n", "\xc3\xa9" };
	char name[65] = "";
	struct shield_error error = {};

	CU_ASSERT_TRUE(shield_name_is_valid("web"));
	CU_ASSERT_TRUE(shield_name_is_valid("0"));
	CU_ASSERT_TRUE(shield_name_is_valid("Web-1.2_x"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_FALSE(shield_name_is_valid(bad[i]));
	memset(name, 'a', 63);
	CU_ASSERT_TRUE(shield_name_is_valid(name));
	name[63] = 'a';
	CU_ASSERT_FALSE(shield_name_is_valid(name));
	CU_ASSERT_EQUAL(shield_name_check("web", &error), 0);
	CU_ASSERT_EQUAL(shield_name_check("../\033x", &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "\"../?x\" is not a profile's name: 1 to 63 letters, digits, '.', '_' or "
					      "'-', a letter or digit first; a name, never a path");
}

static void printable(void)
{
	char buffer[5];

	CU_ASSERT_STRING_EQUAL(shield_printable("a\tb\x7f", buffer, sizeof(buffer)), "a?b?");
	CU_ASSERT_STRING_EQUAL(shield_printable("abcdefgh", buffer, sizeof(buffer)), "abcd");
	CU_ASSERT_STRING_EQUAL(shield_printable("", buffer, 1), "");
}

void suite_base_names(void)
{
	CU_pSuite suite = CU_add_suite("base/names", NULL, NULL);

	CU_add_test(suite, "distances", distances);
	CU_add_test(suite, "long words are cut", long_words_are_cut);
	CU_add_test(suite, "nearest", nearest);
	CU_add_test(suite, "names", names);
	CU_add_test(suite, "printable", printable);
}
