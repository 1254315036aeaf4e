/* SPDX-License-Identifier: Apache-2.0 */
#include "parsing.h"

void suite_profile_parse_identity(void);

static void ptrace_rules(void)
{
	_cleanup_profile_ struct shield_profile *profile = parsed(
		"{'version':1,'ptrace':{'action':'kill','allow':[{'tracer':'/usr/bin/gdb'},{'tracer':'/opt/*'}]}}");
	_cleanup_profile_ struct shield_profile *open = parsed("{'version':1,'ptrace':{}}");

	CU_ASSERT_TRUE(profile->ptrace.present && profile->ptrace.default_deny);
	CU_ASSERT_EQUAL(profile->ptrace.action, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(profile->ptrace.tracers.count, 2);
	CU_ASSERT_STRING_EQUAL(profile->ptrace.tracers.item[1], "/opt/*");
	CU_ASSERT_TRUE(open->ptrace.present && !open->ptrace.default_deny);
	CU_ASSERT_EQUAL(open->ptrace.action, SHIELD_DENY);
}

static void bad_ptrace(void)
{
	refused("{'version':1,'ptrace':{'allow':['/usr/bin/gdb']}}",
		"ptrace.allow[0]: expected an object, found a string");
	refused("{'version':1,'ptrace':{'allow':[{}]}}", "ptrace.allow[0]: 'tracer' is missing");
	refused("{'version':1,'ptrace':{'allow':[{'tracer':'gdb'}]}}",
		"ptrace.allow[0].tracer: 'gdb' is not absolute: a path starts with '/'");
	refused("{'version':1,'ptrace':{'deny':[]}}", "ptrace.deny: unknown key");
}

static void setuid_rules(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'setuid':{'default':'deny','action':'kill','allow':[{'uids':[33,'1000-1999']},"
		       "{'gids':[4294967294],'uids':[]},{'uids':[0],'gids':['5-5']}]}}");
	const struct shield_id_spans *uids = &profile->setuid.uids, *gids = &profile->setuid.gids;

	CU_ASSERT_TRUE(profile->setuid.present && profile->setuid.default_deny);
	CU_ASSERT_EQUAL(profile->setuid.action, SHIELD_KILL);
	CU_ASSERT_EQUAL(profile->setuid.setuid_exec, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(uids->count, 3);
	CU_ASSERT_TRUE(uids->item[0].low == 33 && uids->item[0].high == 33 && uids->item[0].entry == 0);
	CU_ASSERT_TRUE(uids->item[1].low == 1000 && uids->item[1].high == 1999 && uids->item[1].entry == 0);
	CU_ASSERT_EQUAL(uids->item[2].entry, 2);
	CU_ASSERT_EQUAL_FATAL(gids->count, 2);
	CU_ASSERT_TRUE(gids->item[0].high == 4294967294 && gids->item[0].entry == 1);
	CU_ASSERT_TRUE(gids->item[1].low == 5 && gids->item[1].high == 5 && gids->item[1].entry == 2);
}

static void setuid_exec(void)
{
	_cleanup_profile_ struct shield_profile *open = parsed("{'version':1,'setuid':{'action':'kill'}}");
	_cleanup_profile_ struct shield_profile *alone = parsed("{'version':1,'setuid':{'setuid_exec':'audit'}}");
	_cleanup_profile_ struct shield_profile *stated =
		parsed("{'version':1,'setuid':{'default':'deny','setuid_exec':'allow'}}");

	CU_ASSERT_EQUAL(open->setuid.setuid_exec, SHIELD_ALLOW);
	CU_ASSERT_TRUE(alone->setuid.setuid_exec == SHIELD_AUDIT && !alone->setuid.default_deny);
	CU_ASSERT_EQUAL(stated->setuid.setuid_exec, SHIELD_ALLOW);
}

static void bad_setuid(void)
{
	refused("{'version':1,'setuid':{'allow':[{}]}}", "setuid.allow[0]: allows nothing: name 'uids' or 'gids'");
	refused("{'version':1,'setuid':{'allow':[{'uids':[1]},{'uids':[],'gids':[]}]}}",
		"setuid.allow[1]: allows nothing: name 'uids' or 'gids'");
	refused("{'version':1,'setuid':{'allow':[{'uids':[4294967295]}]}}",
		"setuid.allow[0].uids[0]: expected an integer from 0 to 4294967294, found 4294967295");
	refused("{'version':1,'setuid':{'allow':[{'gids':['7-4294967295']}]}}",
		"setuid.allow[0].gids[0]: expected an id from 0 to 4294967294 or a range such as '1000-1999'");
	refused("{'version':1,'setuid':{'allow':[{'gids':['root']}]}}",
		"setuid.allow[0].gids[0]: expected an id from 0 to 4294967294 or a range such as '1000-1999'");
	refused("{'version':1,'setuid':{'allow':[{'uid':[1]}]}}", "setuid.allow[0].uid: unknown key; did you mean "
								  "'uids'?");
	refused("{'version':1,'setuid':{'allow':{}}}", "setuid.allow: expected an array, found an object");
}

void suite_profile_parse_identity(void)
{
	CU_pSuite suite = CU_add_suite("profile/parse_identity", NULL, NULL);

	CU_add_test(suite, "ptrace", ptrace_rules);
	CU_add_test(suite, "bad ptrace", bad_ptrace);
	CU_add_test(suite, "setuid", setuid_rules);
	CU_add_test(suite, "setuid_exec", setuid_exec);
	CU_add_test(suite, "bad setuid", bad_setuid);
}
