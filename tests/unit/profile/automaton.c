/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/decide.h"
#include "build.h"
#include "profile/automaton.h"

/* Does one pattern, alone in a policy, match the path? */
static bool matches(const char *pattern, const char *path)
{
	_cleanup_automaton_ struct shield_automaton automaton = {};
	_cleanup_free_ struct shield_policy *policy = build_policy();
	struct shield_class *says;
	uint32_t class;

	if (shield_automaton_add(&automaton, pattern, SHIELD_KIND_EXEC, 0, &says, NULL) < 0)
		abort();
	says->allow = 42;
	if (shield_automaton_compile(&automaton, policy, NULL) < 0)
		abort();
	class = shield_match(policy, path, (uint32_t)strlen(path));
	CU_ASSERT_EQUAL(policy->classes[class].allow, class ? 42 : 0);
	return class;
}

static void test_literal(void)
{
	CU_ASSERT(matches("/usr/bin/nginx", "/usr/bin/nginx"));
	CU_ASSERT_FALSE(matches("/usr/bin/nginx", "/usr/bin/ngin"));
	CU_ASSERT_FALSE(matches("/usr/bin/nginx", "/usr/bin/nginxx"));
	CU_ASSERT_FALSE(matches("/usr/bin/nginx", "/usr/bin/nginx/"));
	CU_ASSERT_FALSE(matches("/usr/bin/nginx", "/usr/bin"));
	CU_ASSERT_FALSE(matches("/usr/bin/nginx", ""));
	CU_ASSERT_FALSE(matches("/usr/bin/nginx", "x/usr/bin/nginx"));
	CU_ASSERT(matches("/a[b?c\\d", "/a[b?c\\d"));
	CU_ASSERT(matches("/\xff\xfe", "/\xff\xfe"));
}

static void test_star(void)
{
	CU_ASSERT(matches("/a/*", "/a/b"));
	CU_ASSERT_FALSE(matches("/a/*", "/a/"));
	CU_ASSERT_FALSE(matches("/a/*", "/a"));
	CU_ASSERT_FALSE(matches("/a/*", "/a/b/c"));
	CU_ASSERT(matches("/*/b", "/xyz/b"));
	CU_ASSERT_FALSE(matches("/*/b", "//b"));
	CU_ASSERT(matches("/py*", "/py"));
	CU_ASSERT(matches("/py*", "/python3.11"));
	CU_ASSERT_FALSE(matches("/py*", "/py/x"));
	CU_ASSERT(matches("/*.so", "/.so"));
	CU_ASSERT(matches("/*.so", "/a.so.so"));
	CU_ASSERT_FALSE(matches("/*.so", "/a.so.1"));
	CU_ASSERT(matches("/l*b*so", "/lbso"));
	CU_ASSERT(matches("/l*b*so", "/libx.so"));
	CU_ASSERT_FALSE(matches("/l*b*so", "/lso"));
}

static void test_levels(void)
{
	CU_ASSERT(matches("/usr/lib/**", "/usr/lib/a"));
	CU_ASSERT(matches("/usr/lib/**", "/usr/lib/a/b"));
	CU_ASSERT_FALSE(matches("/usr/lib/**", "/usr/lib"));
	CU_ASSERT_FALSE(matches("/usr/lib/**", "/usr/lib/"));
	CU_ASSERT_FALSE(matches("/usr/lib/**", "/usr/lib64/a"));
	CU_ASSERT_FALSE(matches("/usr/lib/**", "/usr/lib/a/"));
	CU_ASSERT_FALSE(matches("/usr/lib/**", "/usr/lib/a//b"));
	CU_ASSERT(matches("/a/**/b", "/a/x/b"));
	CU_ASSERT(matches("/a/**/b", "/a/x/y/b"));
	CU_ASSERT(matches("/a/**/b", "/a/b/b"));
	CU_ASSERT_FALSE(matches("/a/**/b", "/a/b"));
	CU_ASSERT_FALSE(matches("/a/**/b", "/a/x/yb"));
	CU_ASSERT(matches("/**", "/a"));
	CU_ASSERT_FALSE(matches("/**", "/"));
	CU_ASSERT_FALSE(matches("/**/**", "/a"));
	CU_ASSERT(matches("/**/**", "/a/b"));
}

static void test_equal_patterns_share(void)
{
	_cleanup_automaton_ struct shield_automaton automaton = {};
	struct shield_class *first, *second;

	CU_ASSERT_EQUAL(shield_automaton_add(&automaton, "/a*/**", SHIELD_KIND_EXEC, 0, &first, NULL), 0);
	CU_ASSERT(!first->names && !first->allow && !first->deny);
	first->names = 5;
	CU_ASSERT_EQUAL(shield_automaton_add(&automaton, "/a*/**", SHIELD_KIND_EXEC, 0, &second, NULL), 0);
	CU_ASSERT_EQUAL(second->names, 5);
	CU_ASSERT_EQUAL(shield_automaton_add(&automaton, "/a*/*", SHIELD_KIND_EXEC, 0, &second, NULL), 0);
	CU_ASSERT_EQUAL(second->names, 0);
}

/* Adds a pattern that must be refused with this message. */
static void refuses(const char *pattern, int code, const char *message)
{
	_cleanup_automaton_ struct shield_automaton automaton = {};
	struct shield_class *says = NULL;
	struct shield_error error = {};

	CU_ASSERT_EQUAL(shield_automaton_add(&automaton, pattern, SHIELD_KIND_EXEC, SHIELD_RULE(SHIELD_LIST_DENY, 3),
					     &says, &error),
			-code);
	CU_ASSERT_PTR_NULL(says);
	CU_ASSERT_EQUAL(strncmp(error.message, message, strlen(message)), 0);
}

static void test_refusals(void)
{
	char *longest = malloc(SHIELD_PATH_MAX + 1);

	refuses("usr", EINVAL, "exec.deny[3]: \"usr\" is not an absolute path");
	refuses("", EINVAL, "exec.deny[3]: \"\" is not an absolute path");
	refuses("/a**", EINVAL, "exec.deny[3]: \"/a**\" has a `**` that is not a whole component");
	refuses("/**a", EINVAL, "exec.deny[3]: \"/**a\" has a `**`");
	refuses("/***", EINVAL, "exec.deny[3]: \"/***\" has a `**`");
	memset(longest, 'a', SHIELD_PATH_MAX);
	longest[0] = '/';
	longest[SHIELD_PATH_MAX] = '\0';
	refuses(longest, E2BIG, "exec.deny[3]: \"/aaa");
	longest[SHIELD_PATH_MAX - 1] = '\0';
	CU_ASSERT(matches(longest, longest));
	free(longest);
}

/* Adds `count` patterns of a printf format with one number, then compiles. */
static int compile_many(const char *format, unsigned int count, struct shield_error *error)
{
	_cleanup_automaton_ struct shield_automaton automaton = {};
	_cleanup_free_ struct shield_policy *policy = build_policy();
	_cleanup_free_ char *texts = calloc(count, 32);
	struct shield_class *says;

	for (unsigned int i = 0; i < count; i++) {
		snprintf(&texts[i * 32], 32, format, i);
		if (shield_automaton_add(&automaton, &texts[i * 32], SHIELD_KIND_EXEC,
					 SHIELD_RULE(SHIELD_LIST_ALLOW, i), &says, error) < 0)
			abort();
		says->allow = (uint16_t)SHIELD_RULE(SHIELD_LIST_ALLOW, i);
	}
	return shield_automaton_compile(&automaton, policy, error);
}

static void test_limits(void)
{
	struct shield_error error = {};

	CU_ASSERT_EQUAL(compile_many("/%03u", 1000, &error), 0);
	CU_ASSERT_EQUAL(compile_many("/%04u", 1024, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message,
			       "exec.allow: 1025 different rules, a policy holds 1024: list fewer paths, or use "
			       "wildcards");
	CU_ASSERT_EQUAL(compile_many("/%03u-abcdefghi", 500, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message,
			       "exec.allow: 5558 states, a policy holds 4096: list fewer paths, or use wildcards");
	CU_ASSERT_EQUAL(compile_many("/**/%02u/**", 20, &error), -E2BIG);
	CU_ASSERT_EQUAL(strncmp(error.message, "exec.allow[", 11), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "]: with the wildcards of \"/**/"));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, " the paths need more than the "));
}

/* Every state's moves must stand in cells of its own, whatever the rows look like. */
static void test_dense_rows(void)
{
	_cleanup_automaton_ struct shield_automaton automaton = {};
	_cleanup_free_ struct shield_policy *policy = build_policy();
	char texts[900][8];
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < 900; i++) {
		struct shield_class *says;

		snprintf(texts[i], sizeof(texts[i]), "/%c%c%c", 'A' + i % 50, 1 + i / 30, i % 7 ? 0xff - i % 200 : 'x');
		if (texts[i][2] == '/' || texts[i][3] == '/' || texts[i][2] == '*' || texts[i][3] == '*')
			texts[i][2] = texts[i][3] = 'q';
		if (shield_automaton_add(&automaton, texts[i], SHIELD_KIND_EXEC, 0, &says, NULL) < 0)
			abort();
		says->allow = (uint16_t)(i + 1);
	}
	CU_ASSERT_EQUAL(shield_automaton_compile(&automaton, policy, NULL), 0);
	for (unsigned int i = 0; i < 900; i++) {
		uint16_t allow = policy->classes[shield_match(policy, texts[i], 4)].allow;

		wrong += !allow || strcmp(texts[allow - 1], texts[i]);
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void test_empty(void)
{
	_cleanup_automaton_ struct shield_automaton automaton = {};
	_cleanup_free_ struct shield_policy *policy = build_policy();

	CU_ASSERT_EQUAL(shield_automaton_compile(&automaton, policy, NULL), 0);
	CU_ASSERT_EQUAL(shield_match(policy, "/bin/sh", 7), 0);
}

void suite_profile_automaton(void);

void suite_profile_automaton(void)
{
	CU_pSuite suite = CU_add_suite("profile/automaton", NULL, NULL);

	CU_add_test(suite, "bytes stand for themselves", test_literal);
	CU_add_test(suite, "* is within a level", test_star);
	CU_add_test(suite, "** is one or more levels", test_levels);
	CU_add_test(suite, "equal patterns share what they say", test_equal_patterns_share);
	CU_add_test(suite, "what is no pattern is refused by place", test_refusals);
	CU_add_test(suite, "limits are named", test_limits);
	CU_add_test(suite, "dense rows do not mix", test_dense_rows);
	CU_add_test(suite, "no pattern matches nothing", test_empty);
}
