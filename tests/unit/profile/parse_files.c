/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

void suite_profile_parse_files(void);

static void lists(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed_on(parsed("{'version':1,'files':{'deny':['/a'],'read_only':['/b'],'action':'audit'}}"),
			  "{'version':1,'files':{'read_only':['/etc/**'],'deny':[],'action':'kill'}}");
	_cleanup_profile_ struct shield_profile *empty = parsed("{'version':1,'files':{}}");

	CU_ASSERT_TRUE(profile->files.present);
	CU_ASSERT_EQUAL(profile->files.action, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(profile->files.deny.count, 1);
	CU_ASSERT_STRING_EQUAL(profile->files.deny.item[0], "/a");
	CU_ASSERT_EQUAL_FATAL(profile->files.read_only.count, 2);
	CU_ASSERT_STRING_EQUAL(profile->files.read_only.item[0], "/b");
	CU_ASSERT_STRING_EQUAL(profile->files.read_only.item[1], "/etc/**");
	CU_ASSERT_TRUE(empty->files.present);
	CU_ASSERT_EQUAL(empty->files.action, SHIELD_DENY);
}

static void bad(void)
{
	refused("{'version':1,'files':{'deny':['/a','etc']}}",
		"files.deny[1]: 'etc' is not absolute: a path starts with '/'");
	refused("{'version':1,'files':{'read_only':['/etc/']}}",
		"files.read_only[0]: '/etc/' ends in '/': it would name a directory; for what is below it end in "
		"'/**'");
	refused("{'version':1,'files':{'readonly':[]}}", "files.readonly: unknown key; did you mean 'read_only'?");
	refused("{'version':1,'files':{'allow':[]}}", "files.allow: unknown key");
	refused("{'version':1,'files':{'action':'allow'}}", "files.action: 'allow' is not one of audit, deny, kill");
	refused("{'version':1,'files':{'deny':[{'path':'/a'}]}}", "files.deny[0]: expected a string, found an object");
}

void suite_profile_parse_files(void)
{
	CU_pSuite suite = CU_add_suite("profile/parse_files", NULL, NULL);

	CU_add_test(suite, "lists", lists);
	CU_add_test(suite, "bad", bad);
}
