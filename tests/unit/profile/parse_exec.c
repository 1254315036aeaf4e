/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

void suite_profile_parse_exec(void);

static void entries(void)
{
	_cleanup_profile_ struct shield_profile *profile = parsed(
		"{'version':1,'exec':{'action':'kill','allow':['/usr/sbin/nginx','/opt/app/bin/*','/usr/lib/pg/**',"
		"{'path':'/bin/sh','from':['/a.sh','/b/*.sh']},{'path':'/c'}],'deny':[{'path':'/d'},'/e']}}");
	const struct shield_exec_entries *allow = &profile->exec.allow;

	CU_ASSERT_TRUE(profile->exec.present);
	CU_ASSERT_EQUAL(profile->exec.action, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(allow->count, 5);
	CU_ASSERT_STRING_EQUAL(allow->item[2].path, "/usr/lib/pg/**");
	CU_ASSERT_EQUAL_FATAL(allow->item[3].from.count, 2);
	CU_ASSERT_STRING_EQUAL(allow->item[3].from.item[1], "/b/*.sh");
	CU_ASSERT_EQUAL(allow->item[4].from.count, 0);
	CU_ASSERT_EQUAL_FATAL(profile->exec.deny.count, 2);
	CU_ASSERT_STRING_EQUAL(profile->exec.deny.item[0].path, "/d");
}

static void defaults(void)
{
	_cleanup_profile_ struct shield_profile *empty = parsed("{'version':1,'exec':{}}");
	_cleanup_profile_ struct shield_profile *allow = parsed("{'version':1,'exec':{'allow':[]}}");
	_cleanup_profile_ struct shield_profile *stated =
		parsed("{'version':1,'exec':{'allow':['/a'],'default':'allow'}}");
	_cleanup_profile_ struct shield_profile *drift = parsed("{'version':1,'exec':{'drift':'audit'}}");
	_cleanup_profile_ struct shield_profile *deny = parsed("{'version':1,'exec':{'deny':['/a']}}");

	CU_ASSERT_FALSE(empty->exec.default_deny);
	CU_ASSERT_EQUAL(empty->exec.action, SHIELD_DENY);
	CU_ASSERT_EQUAL(empty->exec.libraries, SHIELD_LIBRARIES_ANY);
	CU_ASSERT_EQUAL(empty->exec.drift, SHIELD_ALLOW);
	CU_ASSERT_TRUE(allow->exec.default_deny); /* an empty list allows nothing */
	CU_ASSERT_EQUAL(allow->exec.libraries, SHIELD_LIBRARIES_IMAGE);
	CU_ASSERT_FALSE(stated->exec.default_deny);
	CU_ASSERT_EQUAL(drift->exec.libraries, SHIELD_LIBRARIES_ANY); /* drift itself judges mappings */
	CU_ASSERT_FALSE(deny->exec.default_deny);
}

static void libraries(void)
{
	_cleanup_profile_ struct shield_profile *any = parsed("{'version':1,'exec':{'drift':'deny','libraries':'any'}"
							      "}");
	_cleanup_profile_ struct shield_profile *list =
		parsed("{'version':1,'exec':{'libraries':['/usr/lib/**','/x']}}");
	_cleanup_profile_ struct shield_profile *replaced =
		parsed_on(parsed("{'version':1,'exec':{'libraries':['/usr/lib/**','/x']}}"),
			  "{'version':1,'exec':{'libraries':['/y']}}");
	_cleanup_profile_ struct shield_profile *opened =
		parsed_on(parsed("{'version':1,'exec':{'libraries':['/usr/lib/**']}}"),
			  "{'version':1,'exec':{'libraries':'image'}}");

	CU_ASSERT_EQUAL(any->exec.libraries, SHIELD_LIBRARIES_ANY);
	CU_ASSERT_EQUAL(list->exec.libraries, SHIELD_LIBRARIES_LIST);
	CU_ASSERT_EQUAL(list->exec.library.count, 2);
	CU_ASSERT_EQUAL_FATAL(replaced->exec.library.count, 1);
	CU_ASSERT_STRING_EQUAL(replaced->exec.library.item[0], "/y");
	CU_ASSERT_EQUAL(opened->exec.libraries, SHIELD_LIBRARIES_IMAGE);
	CU_ASSERT_EQUAL(opened->exec.library.count, 0);
	refused("{'version':1,'exec':{'libraries':'all'}}", "exec.libraries: 'all' is not one of any, image");
	refused("{'version':1,'exec':{'libraries':true}}",
		"exec.libraries: expected 'image', 'any' or an array of paths");
	refused("{'version':1,'exec':{'libraries':['/a','lib']}}",
		"exec.libraries[1]: 'lib' is not absolute: a path starts with '/'");
}

static void refusals(void)
{
	refused("{'version':1,'exec':{'alow':[]}}", "exec.alow: unknown key; did you mean 'allow'?");
	refused("{'version':1,'exec':{'allow':'/a'}}", "exec.allow: expected an array, found a string");
	refused("{'version':1,'exec':{'allow':[7]}}", "exec.allow[0]: expected a path or an object with 'path'");
	refused("{'version':1,'exec':{'allow':[null]}}", "exec.allow[0]: expected a path or an object with 'path'");
	refused("{'version':1,'exec':{'allow':['/a',{'from':['/a']}]}}", "exec.allow[1]: 'path' is missing");
	refused("{'version':1,'exec':{'allow':[{'path':'/a','form':['/a']}]}}",
		"exec.allow[0].form: unknown key; did you mean 'from'?");
	refused("{'version':1,'exec':{'allow':[{'path':'/a','from':[]}]}}",
		"exec.allow[0].from: empty: name at least one program, or leave it out to allow the path to all");
	refused("{'version':1,'exec':{'allow':[{'path':'/a','from':'/b'}]}}",
		"exec.allow[0].from: expected an array, found a string");
	refused("{'version':1,'exec':{'allow':[{'path':'/a','from':['/b','/../c']}]}}",
		"exec.allow[0].from[1]: '/../c' has a component that is '.' or '..': write the path as it is");
	refused("{'version':1,'exec':{'deny':[{'path':'/a','from':['/b']}]}}",
		"exec.deny[0].from: only an allow entry can have 'from'; what is denied is denied to all");
	refused("{'version':1,'exec':{'action':'allow'}}", "exec.action: 'allow' is not one of audit, deny, kill");
	refused("{'version':1,'exec':{'default':'kill'}}", "exec.default: 'kill' is not one of allow, deny");
	refused("{'version':1,'exec':{'drift':'maybe'}}", "exec.drift: 'maybe' is not one of allow, audit, deny, kill");
	refused("{'version':1,'exec':{'fileless':1}}", "exec.fileless: expected a string, found an integer");
}

/* Rule indexes have 12 bits. */
static void too_many(void)
{
	char *text = malloc(8 * 4200), *at = text;

	at += sprintf(at, "{'version':1,'exec':{'deny':['/a'");
	for (int i = 1; i < 4096; i++)
		at += sprintf(at, ",'/a'");
	strcpy(at, "]}}");
	shield_profile_free(parsed(text));
	strcpy(at, ",'/a']}}");
	refused_as(E2BIG, text, "exec.deny: 4097 entries, with those of what it extends; the most is 4096");
	free(text);
}

void suite_profile_parse_exec(void)
{
	CU_pSuite suite = CU_add_suite("profile/parse_exec", NULL, NULL);

	CU_add_test(suite, "entries", entries);
	CU_add_test(suite, "defaults", defaults);
	CU_add_test(suite, "libraries", libraries);
	CU_add_test(suite, "refusals", refusals);
	CU_add_test(suite, "too many", too_many);
}
