/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

void suite_profile_parse(void);

static void least(void)
{
	_cleanup_profile_ struct shield_profile *profile = parsed("{'version':1}");

	CU_ASSERT_STRING_EQUAL(profile->name, "");
	CU_ASSERT_FALSE(profile->audit);
	CU_ASSERT_FALSE(profile->exec.present);
	CU_ASSERT_FALSE(profile->ptrace.present);
	CU_ASSERT_FALSE(profile->setuid.present);
	CU_ASSERT_FALSE(profile->network.rules[SHIELD_EGRESS].present);
	CU_ASSERT_FALSE(profile->network.rules[SHIELD_BIND].present);
	CU_ASSERT_EQUAL(profile->network.families_action, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(profile->network.raw, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(profile->reverse_shell, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(profile->exec.libraries, SHIELD_LIBRARIES_ANY);
}

static void scalars(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'name':'web','mode':'audit','reverse_shell':'kill'}");

	CU_ASSERT_STRING_EQUAL(profile->name, "web");
	CU_ASSERT_TRUE(profile->audit);
	CU_ASSERT_EQUAL(profile->reverse_shell, SHIELD_KILL);
}

static void versions(void)
{
	refused("{}", "document: 'version' is missing; add 'version': 1");
	refused("{'version':null}", "document: 'version' is missing; add 'version': 1");
	refused("{'version':2,'colour':1}", "version: 2 is not known; this build reads version 1");
	refused("{'version':'1'}", "version: expected an integer, found a string");
	refused("[]", "document: expected an object, found an array");
}

static void unknown_keys(void)
{
	refused("{'version':1,'netwrok':{}}", "netwrok: unknown key; did you mean 'network'?");
	refused("{'version':1,'zzzzzz':{}}", "zzzzzz: unknown key");
	refused("{'version':1,'exec':{},'exec':{}}", "an object has the same key twice");
}

static void bad_scalars(void)
{
	refused("{'version':1,'name':'../x'}", "name: '../x' is not a profile's name: 1 to 63 letters, digits, '.', "
					       "'_' or '-', a letter or digit first; a name, never a path");
	refused("{'version':1,'mode':'off'}", "mode: 'off' is not one of enforce, audit");
	refused("{'version':1,'reverse_shell':true}", "reverse_shell: expected a string, found a boolean");
	refused("{'version':1,'reverse_shell':'no'}", "reverse_shell: 'no' is not one of allow, audit, deny, kill");
	refused("{'version':1,'exec':[]}", "exec: expected an object, found an array");
}

static void extends_needs_its_base(void)
{
	refused("{'version':1,'extends':'baseline'}", "extends: the profile it extends is not at hand here");
}

static void extends_name(void)
{
	static const char with[] = "{\"version\":1,\"extends\":\"baseline\"}", without[] = "{\"version\":1}",
			  bad[] = "{\"extends\":\"a/b\"}";
	_cleanup_json_ struct shield_json_document first = {}, second = {}, third = {};
	struct shield_error error = {};
	const char *name = "";

	CU_ASSERT_EQUAL_FATAL(shield_json_parse(with, strlen(with), &first, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_json_parse(without, strlen(without), &second, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_json_parse(bad, strlen(bad), &third, NULL), 0);
	CU_ASSERT_EQUAL(shield_profile_extends(&first, &name, &error), 0);
	CU_ASSERT_STRING_EQUAL(name, "baseline");
	CU_ASSERT_EQUAL(shield_profile_extends(&second, &name, &error), 0);
	CU_ASSERT_PTR_NULL(name);
	CU_ASSERT_EQUAL(shield_profile_extends(&third, &name, &error), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "extends: \"a/b\" is not a profile's name"));
}

/* Lists grow, parent first; scalars are replaced; what is not said stays; the name is the child's own. */
static void inheritance(void)
{
	struct shield_profile *base = parsed("{'version':1,'name':'base','mode':'audit','reverse_shell':'kill',"
					     "'exec':{'allow':['/a'],'deny':['/x'],'action':'kill','drift':'deny'},"
					     "'setuid':{'allow':[{'uids':[1]},{'gids':[2]}]}}");
	_cleanup_profile_ struct shield_profile *child =
		parsed_on(base, "{'version':1,'extends':'base','mode':'enforce','reverse_shell':'audit',"
				"'exec':{'allow':['/b'],'deny':['/y'],'fileless':'deny'},"
				"'setuid':{'allow':[{'uids':[3]}]}}");

	CU_ASSERT_STRING_EQUAL(child->name, "");
	CU_ASSERT_FALSE(child->audit);
	CU_ASSERT_EQUAL(child->reverse_shell, SHIELD_AUDIT);
	CU_ASSERT_EQUAL_FATAL(child->exec.allow.count, 2);
	CU_ASSERT_STRING_EQUAL(child->exec.allow.item[0].path, "/a");
	CU_ASSERT_STRING_EQUAL(child->exec.allow.item[1].path, "/b");
	CU_ASSERT_EQUAL_FATAL(child->exec.deny.count, 2);
	CU_ASSERT_STRING_EQUAL(child->exec.deny.item[1].path, "/y");
	CU_ASSERT_EQUAL(child->exec.action, SHIELD_KILL);
	CU_ASSERT_EQUAL(child->exec.drift, SHIELD_DENY);
	CU_ASSERT_EQUAL(child->exec.fileless, SHIELD_DENY);
	CU_ASSERT_EQUAL_FATAL(child->setuid.uids.count, 2);
	CU_ASSERT_EQUAL(child->setuid.uids.item[1].entry, 2);
	CU_ASSERT_EQUAL(child->setuid.gids.item[0].entry, 1);
}

/* Notes are the profile's own. */
static void notes(void)
{
	_cleanup_profile_ struct shield_profile *child =
		parsed_on(parsed("{'version':1,'notes':['of the base']}"), "{'version':1,'notes':['one','two']}");
	_cleanup_profile_ struct shield_profile *silent =
		parsed_on(parsed("{'version':1,'notes':['of the base']}"), "{'version':1}");

	CU_ASSERT_EQUAL_FATAL(child->notes.count, 2);
	CU_ASSERT_STRING_EQUAL(child->notes.item[0], "one");
	CU_ASSERT_STRING_EQUAL(child->notes.item[1], "two");
	CU_ASSERT_EQUAL(silent->notes.count, 0);
	refused("{'version':1,'notes':'one'}", "notes: expected an array, found a string");
	refused("{'version':1,'notes':[1]}", "notes[0]: expected a string, found an integer");
}

/* A default that follows from a group follows the child's group; a stated one stays. */
static void derived_defaults_follow(void)
{
	_cleanup_profile_ struct shield_profile *follows = parsed_on(
		parsed("{'version':1,'exec':{'deny':['/x']},'network':{'bind':{'default':'allow'}"
		       "},'setuid':{'default':'allow'}}"),
		"{'version':1,'exec':{'allow':['/a']},'network':{'egress':{'default':'deny','action':'kill'}},"
		"'setuid':{'default':'deny','action':'audit'}}");
	_cleanup_profile_ struct shield_profile *stays = parsed_on(
		parsed("{'version':1,'exec':{'libraries':'any'},'network':{'raw':'allow','families':['unix']}"
		       ",'setuid':{'setuid_exec':'allow'}}"),
		"{'version':1,'exec':{'default':'deny'},'network':{'egress':{'default':'deny','action':'kill'}},"
		"'setuid':{'default':'deny'}}");

	CU_ASSERT_TRUE(follows->exec.default_deny);
	CU_ASSERT_EQUAL(follows->exec.libraries, SHIELD_LIBRARIES_IMAGE);
	CU_ASSERT_EQUAL(follows->network.raw, SHIELD_DENY);
	CU_ASSERT_EQUAL(follows->network.families_action, SHIELD_KILL);
	CU_ASSERT_EQUAL(follows->setuid.setuid_exec, SHIELD_AUDIT);
	CU_ASSERT_EQUAL(stays->exec.libraries, SHIELD_LIBRARIES_ANY);
	CU_ASSERT_EQUAL(stays->network.raw, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(stays->network.families, 1u << 1);
	CU_ASSERT_EQUAL(stays->network.families_action, SHIELD_DENY);
	CU_ASSERT_EQUAL(stays->setuid.setuid_exec, SHIELD_ALLOW);
}

static void a_failure_releases_the_base(void)
{
	struct shield_profile *profile = NULL;
	struct shield_error error = {};

	/* the sanitizer sees a leak or a double free */
	CU_ASSERT_EQUAL(shield_profile_parse("{", 1, parsed("{'version':1,'exec':{'allow':['/a']}}"), &profile, &error),
			-EINVAL);
	CU_ASSERT_EQUAL(
		shield_profile_parse("{}", 2, parsed("{'version':1,'exec':{'allow':['/a']}}"), &profile, &error),
		-EINVAL);
	CU_ASSERT_PTR_NULL(profile);
}

void suite_profile_parse(void)
{
	CU_pSuite suite = CU_add_suite("profile/parse", NULL, NULL);

	CU_add_test(suite, "the least profile", least);
	CU_add_test(suite, "scalars", scalars);
	CU_add_test(suite, "versions", versions);
	CU_add_test(suite, "unknown keys", unknown_keys);
	CU_add_test(suite, "bad scalars", bad_scalars);
	CU_add_test(suite, "extends needs its base", extends_needs_its_base);
	CU_add_test(suite, "name after extends", extends_name);
	CU_add_test(suite, "inheritance", inheritance);
	CU_add_test(suite, "notes", notes);
	CU_add_test(suite, "derived defaults", derived_defaults_follow);
	CU_add_test(suite, "a failure releases the base", a_failure_releases_the_base);
}
