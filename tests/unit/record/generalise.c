/* SPDX-License-Identifier: Apache-2.0 */
#include "record/generalise.h"

#include "learned.h"

void suite_record_generalise(void);

static void directories(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'exec':{'allow':['/a/1','/a/2','/a/3','/b/1',"
		       "{'path':'/a/4','from':['/y']},{'path':'/a/5','from':['/x']},{'path':'/a/6','from':['/x']},"
		       "{'path':'/a/b/1','from':['/x']},'/c'],"
		       "'libraries':['/l/1','/l/2','/l/3','/l/m/1','/m/1','/m/2']}}");

	CU_ASSERT_EQUAL(shield_generalise_directories(profile, 2, NULL), 0);
	has(profile, "'allow': [\n      '/a/*',\n      '/b/1',\n      {'path': '/a/*', 'from': ['/x', '/y']},\n"
		     "      {'path': '/a/b/1', 'from': ['/x']},\n      '/c'\n    ],\n"
		     "    'libraries': ['/l/*', '/l/m/1', '/m/1', '/m/2']");
	has_note(profile, "exec.allow[0]: /a/* stands for 3 files");
	has_note(profile, "exec.allow[2]: /a/* stands for 3 files");
	has_note(profile, "exec.libraries[0]: /l/* stands for 3 files");
	CU_ASSERT_EQUAL(profile->notes.count, 3);
}

static void few_files(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'exec':{'allow':['/1','/2'],'libraries':['/l/1','/l/2']}}");

	CU_ASSERT_EQUAL(shield_generalise_directories(profile, 2, NULL), 0);
	has(profile, "'exec': {'default': 'deny', 'allow': ['/1', '/2'], 'libraries': ['/l/1', '/l/2']}");
	CU_ASSERT_EQUAL(shield_generalise_directories(profile, 1, NULL), 0);
	has(profile, "'exec': {'default': 'deny', 'allow': ['/*'], 'libraries': ['/l/*']}");
}

static void addresses(void)
{
	_cleanup_profile_ struct shield_profile *profile = parsed(
		"{'version':1,'network':{'egress':{'allow':[{'to':'10.1.2.3','proto':'tcp','ports':[80,443]},"
		"{'to':'10.1.2.200','proto':'tcp','ports':['79-80',8080]},{'to':'10.1.2.200','proto':'udp','ports':[53]},"
		"{'to':'10.1.3.1','proto':'tcp','ports':[1]},{'to':'127.0.0.1','proto':'tcp','ports':[2]},"
		"{'to':'::1'},{'to':'2001:db8::1:2','proto':'icmp'},{'to':'10.0.0.0/8','proto':'tcp','ports':[9]}]},"
		"'bind':{'allow':[{'to':'10.1.2.3'}]}}}");

	CU_ASSERT_EQUAL(shield_generalise_addresses(profile, 24, 33, NULL), 0);
	has(profile, "'allow': [\n        {'to': '10.1.2.0/24', 'proto': 'tcp', 'ports': ['79-80', 443, 8080]},\n"
		     "        {'to': '10.1.2.0/24', 'proto': 'udp', 'ports': [53]},\n"
		     "        {'to': '10.1.3.0/24', 'proto': 'tcp', 'ports': [1]},\n"
		     "        {'to': '127.0.0.1', 'proto': 'tcp', 'ports': [2]},\n        {'to': '::1'},\n"
		     "        {'to': '2001:db8::/33', 'proto': 'icmp'},\n"
		     "        {'to': '10.0.0.0/8', 'proto': 'tcp', 'ports': [9]}\n      ]");
	has(profile, "'bind': {'default': 'deny', 'allow': [{'to': '10.1.2.3'}]}");
	has_note(profile, "network.egress.allow[0]: 10.1.2.0/24 stands for 2 addresses");
	has_note(profile, "network.egress.allow[1]: 10.1.2.0/24 stands for 1 address");
	has_note(profile, "network.egress.allow[5]: 2001:db8::/33 stands for 1 address");
}

void suite_record_generalise(void)
{
	CU_pSuite suite = CU_add_suite("record/generalise", NULL, NULL);

	CU_add_test(suite, "directories", directories);
	CU_add_test(suite, "few files stay", few_files);
	CU_add_test(suite, "addresses", addresses);
}
