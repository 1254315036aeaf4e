/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/name_bits.h"

#include <string.h>

#include <CUnit/CUnit.h>

#include "bpf/decide.h"
#include "build.h"
#include "parsing.h"
#include "profile/print.h"

void suite_profile_name_bits(void);

static const char text[] =
	"{'version':1,'exec':{'allow':['/a',{'path':'/b','from':['/x','/y*']},{'path':'/c','from':['/y*','/z']}]},"
	"'ptrace':{'allow':[{'tracer':'/z'},{'tracer':'/t'}]}, 'files':{'deny':['/x']}}";

static uint64_t names_of(const struct shield_policy *policy, const char *path)
{
	return policy->classes[policy->states[shield_walk(policy, path, (__u32)strlen(path))].class].names;
}

static void as_compiled(void)
{
	static const char *const paths[] = { "/x", "/yy", "/z", "/t" };
	_cleanup_profile_ struct shield_profile *profile = parsed(text);
	_cleanup_(shield_strings_free) struct shield_strings names = {};
	_cleanup_free_ struct shield_policy *policy = build_compiled(profile);

	CU_ASSERT_EQUAL_FATAL(shield_name_bits(profile, &names, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(names.count, 4);
	for (size_t i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(names_of(policy, paths[i]), 1ull << i);
}

static void from_text(void)
{
	_cleanup_profile_ struct shield_profile *profile = parsed(text);
	_cleanup_(shield_strings_free) struct shield_strings names = {}, again = {};
	_cleanup_free_ char *canonical = NULL;
	size_t length;

	profile->files.derived.item = calloc(1, sizeof(*profile->files.derived.item));
	profile->files.derived.item[0] =
		(struct shield_derived_file){ strdup("/d"), SHIELD_LIST_DENY, SHIELD_RULE(SHIELD_LIST_DENY, 0) };
	profile->files.derived.count = 1;
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(profile, &canonical, &length, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_name_bits(profile, &names, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_name_bits_of_text(canonical, length, &again, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(again.count, names.count);
	for (size_t i = 0; i < names.count; i++)
		CU_ASSERT_STRING_EQUAL(again.item[i], names.item[i]);
	CU_ASSERT_TRUE(shield_name_bits_of_text("{", 1, &again, NULL) < 0);
}

static void translates(void)
{
	char *before[] = { "/x", "/y", "/z" }, *after[] = { "/n", "/z", "/x" };
	struct shield_strings from = { before, 3 }, to = { after, 3 };
	__u64 names[SHIELD_NAMES];

	memset(names, 0xff, sizeof(names));
	shield_name_bits_translate(&from, &to, names);
	CU_ASSERT_EQUAL(names[0], 1 << 2);
	CU_ASSERT_EQUAL(names[1], 0);
	CU_ASSERT_EQUAL(names[2], 1 << 1);
	CU_ASSERT_EQUAL(names[63], 0);
}

void suite_profile_name_bits(void)
{
	CU_pSuite suite = CU_add_suite("profile/name_bits", NULL, NULL);

	CU_add_test(suite, "as shield_compile() has them", as_compiled);
	CU_add_test(suite, "from the canonical text", from_text);
	CU_add_test(suite, "from one policy to another", translates);
}
