/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

void suite_profile_profile(void);

static void nothing(void)
{
	shield_profile_free(NULL);
}

/* Every list has something in it: the leak checker sees what is forgotten. */
static void everything(void)
{
	shield_profile_free(parsed(
		"{'version':1,'exec':{'allow':[{'path':'/a','from':['/b','/c']}],'deny':['/d'],"
		"'libraries':['/e','/f']},'network':{'egress':{'allow':[{'ports':[1]}],"
		"'deny':[{'ports':[2]}]},'unix':{'allow':['/j'],'deny':['/k']},'bind':{'allow':[{'ports':[1]}],'deny':[{'ports':[2]}]}},"
		"'ptrace':{'allow':[{'tracer':'/g'}]},'setuid':{'allow':[{'uids':[1],'gids':[2]}]},"
		"'files':{'deny':['/h'],'read_only':['/i']},'capabilities':{'allow':['CAP_KILL'],"
		"'deny':['CAP_BPF']}}"));
}

static void strings(void)
{
	struct shield_strings list = { .item = malloc(sizeof(char *)), .count = 1 };

	list.item[0] = strdup("a");
	shield_strings_free(&list);
	CU_ASSERT_EQUAL(list.count, 0);
	CU_ASSERT_PTR_NULL(list.item);
	shield_strings_free(&list);
}

static void adding(void)
{
	struct shield_strings list = {};

	CU_ASSERT_EQUAL(shield_strings_add(&list, strdup("a")), 0);
	CU_ASSERT_EQUAL(shield_strings_add(&list, strdup("b")), 0);
	CU_ASSERT_EQUAL(shield_strings_add(&list, strdup("a")), 0);
	CU_ASSERT_EQUAL(shield_strings_add(&list, NULL), -ENOMEM);
	CU_ASSERT_EQUAL_FATAL(list.count, 2);
	CU_ASSERT_STRING_EQUAL(list.item[1], "b");
	shield_strings_free(&list);
}

void suite_profile_profile(void)
{
	CU_pSuite suite = CU_add_suite("profile/profile", NULL, NULL);

	CU_add_test(suite, "free nothing", nothing);
	CU_add_test(suite, "free everything", everything);
	CU_add_test(suite, "free strings", strings);
	CU_add_test(suite, "add strings", adding);
}
