/* SPDX-License-Identifier: Apache-2.0 */
#include <linux/capability.h>

#include "parsing.h"

void suite_profile_parse_kernel(void);

static void capabilities(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed_on(parsed("{'version':1,'capabilities':{'deny':['CAP_SYS_ADMIN'],'action':'kill'}}"),
			  "{'version':1,'capabilities':{'allow':['CAP_CHOWN','CAP_CHECKPOINT_RESTORE'],"
			  "'deny':['CAP_BPF']}}");
	_cleanup_profile_ struct shield_profile *open =
		parsed("{'version':1,'capabilities':{'default':'allow','allow':['CAP_KILL']}}");

	CU_ASSERT_TRUE(profile->capabilities.present && profile->capabilities.default_deny);
	CU_ASSERT_EQUAL(profile->capabilities.action, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(profile->capabilities.allow.count, 2);
	CU_ASSERT_EQUAL(profile->capabilities.allow.item[0], CAP_CHOWN);
	CU_ASSERT_EQUAL(profile->capabilities.allow.item[1], 40);
	CU_ASSERT_EQUAL_FATAL(profile->capabilities.deny.count, 2);
	CU_ASSERT_EQUAL(profile->capabilities.deny.item[0], CAP_SYS_ADMIN);
	CU_ASSERT_EQUAL(profile->capabilities.deny.item[1], 39);
	CU_ASSERT_TRUE(open->capabilities.present && !open->capabilities.default_deny);
	CU_ASSERT_EQUAL(open->capabilities.action, SHIELD_DENY);
}

static void bad_capabilities(void)
{
	refused("{'version':1,'capabilities':{'deny':['CAP_CHOWN','CAP_NET_ROW']}}",
		"capabilities.deny[1]: 'CAP_NET_ROW' is no capability; did you mean 'CAP_NET_RAW'?");
	refused("{'version':1,'capabilities':{'allow':['all']}}",
		"capabilities.allow[0]: 'all' is no capability this version knows; names are as in capabilities(7): "
		"'CAP_SYS_ADMIN'");
	refused("{'version':1,'capabilities':{'allow':[21]}}",
		"capabilities.allow[0]: expected a string, found an integer");
	refused("{'version':1,'capabilities':{'drop':[]}}", "capabilities.drop: unknown key");
	refused("{'version':1,'capabilities':[]}", "capabilities: expected an object, found an array");
}

static void switches(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed_on(parsed("{'version':1,'kernel':{'mount':'deny','bpf':'kill','modules':'audit'}}"),
			  "{'version':1,'kernel':{'bpf':'allow','userns':'deny'}}");

	CU_ASSERT_EQUAL(profile->kernel.mount, SHIELD_DENY);
	CU_ASSERT_EQUAL(profile->kernel.bpf, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(profile->kernel.modules, SHIELD_AUDIT);
	CU_ASSERT_EQUAL(profile->kernel.userns, SHIELD_DENY);
	refused("{'version':1,'kernel':{'mounts':'deny'}}", "kernel.mounts: unknown key; did you mean 'mount'?");
	refused("{'version':1,'kernel':{'userns':'no'}}", "kernel.userns: 'no' is not one of allow, audit, deny, kill");
}

void suite_profile_parse_kernel(void)
{
	CU_pSuite suite = CU_add_suite("profile/parse_kernel", NULL, NULL);

	CU_add_test(suite, "capabilities", capabilities);
	CU_add_test(suite, "bad capabilities", bad_capabilities);
	CU_add_test(suite, "switches", switches);
}
