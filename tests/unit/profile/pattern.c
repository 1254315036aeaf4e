/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/pattern.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>

#include "bpf/abi.h"

void suite_profile_pattern(void);

static void good(void)
{
	static const char *const patterns[] = { "/a",	      "/usr/bin/nginx",	    "/usr/lib/**", "/**", "/*",
						"/*/bin/a*b", "/usr/**/x",	    "/...",	   "/.a", "/..a/b..",
						"/a b/\"c\\", "/\xc3\xa9t\xc3\xa9", "/**/**" };

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		CU_ASSERT_EQUAL(shield_pattern_check(patterns[i], NULL), 0);
}

static void bad(void)
{
	static const struct {
		const char *pattern, *message;
	} cases[] = {
		{ "", "\"\" is not absolute: a path starts with \"/\"" },
		{ "bin/sh", "\"bin/sh\" is not absolute: a path starts with \"/\"" },
		{ "/", "\"/\" names the root directory; for everything below it use \"/**\"" },
		{ "/a/", "\"/a/\" ends in \"/\": it would name a directory; for what is below it end in \"/**\"" },
		{ "//a", "\"//a\" has an empty component" },
		{ "/a//b", "\"/a//b\" has an empty component" },
		{ "/a/../b", "\"/a/../b\" has a component that is \".\" or \"..\": write the path as it is" },
		{ "/a/.", "\"/a/.\" has a component that is \".\" or \"..\": write the path as it is" },
		{ "/a**", "\"/a**\" has \"**\" beside other bytes: it must be a component of its own; for one level "
			  "use \"*\"" },
		{ "/***/a", "\"/***/a\" has \"**\" beside other bytes: it must be a component of its own; for one "
			    "level use \"*\"" },
		{ "/a\nb", "\"/a?b\" has control characters" },
		{ "/a\x7f", "\"/a?\" has control characters" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct shield_error error = {};

		CU_ASSERT_EQUAL(shield_pattern_check(cases[i].pattern, &error), -EINVAL);
		CU_ASSERT_STRING_EQUAL(error.message, cases[i].message);
	}
}

static void limits(void)
{
	char pattern[SHIELD_PATH_MAX + 1] = "";
	struct shield_error error = {};

	memset(pattern, 'a', SHIELD_PATH_MAX);
	pattern[0] = '/';
	CU_ASSERT_EQUAL(shield_pattern_check(pattern, &error), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "is longer than 1023 bytes"));
	pattern[SHIELD_PATH_MAX - 1] = '\0';
	CU_ASSERT_EQUAL(shield_pattern_check(pattern, &error), 0);

	for (size_t i = 0; i <= SHIELD_DEPTH_MAX; i++)
		memcpy(pattern + 2 * i, "/a", 3);
	CU_ASSERT_EQUAL(shield_pattern_check(pattern, &error), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "has more than 64 components"));
	pattern[2 * SHIELD_DEPTH_MAX] = '\0';
	CU_ASSERT_EQUAL(shield_pattern_check(pattern, &error), 0);
}

static void sockets(void)
{
	static const char *const patterns[] = { "/run/x.sock",	     "@x",	  "@*", "@*/**",
						"@/tmp/.X11-unix/*", "@a*b/./..", "@ ", "@@" };
	static const struct {
		const char *pattern, *message;
	} cases[] = {
		{ "x", "\"x\" is not absolute: a path starts with \"/\"" },
		{ "@", "\"@\" lacks the name behind the \"@\"; for any name without a \"/\" use \"@*\"" },
		{ "@**", "\"@**\" has \"**\" beside other bytes: it must be a component of its own; for one level use "
			 "\"*\"" },
		{ "@a/b**", "\"@a/b**\" has \"**\" beside other bytes: it must be a component of its own" },
		{ "@a//b", "\"@a//b\" has an empty component, which no pattern can name" },
		{ "@a/", "\"@a/\" has an empty component, which no pattern can name" },
		{ "@a\tb", "\"@a?b\" has control characters" },
	};
	char longest[110] = "@";
	struct shield_error error = {};

	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		CU_ASSERT_EQUAL(shield_socket_pattern_check(patterns[i], NULL), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CU_ASSERT_EQUAL(shield_socket_pattern_check(cases[i].pattern, &error), -EINVAL);
		CU_ASSERT_STRING_EQUAL(error.message, cases[i].message);
	}
	memset(longest + 1, 'a', 107);
	CU_ASSERT_EQUAL(shield_socket_pattern_check(longest, NULL), 0);
	longest[108] = 'a';
	CU_ASSERT_EQUAL(shield_socket_pattern_check(longest, &error), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "is longer than the 107 bytes of an abstract name"));
	CU_ASSERT_EQUAL(shield_pattern_check("@x", NULL), -EINVAL);
}

void suite_profile_pattern(void)
{
	CU_pSuite suite = CU_add_suite("profile/pattern", NULL, NULL);

	CU_add_test(suite, "good", good);
	CU_add_test(suite, "bad", bad);
	CU_add_test(suite, "limits", limits);
	CU_add_test(suite, "names of sockets", sockets);
}
