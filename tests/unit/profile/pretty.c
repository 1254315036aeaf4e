/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/pretty.h"

#include "parsing.h"
#include "profile/print.h"

void suite_profile_pretty(void);

/* A profile prints as this, which means the same. */
static void prints_as(const char *text, const char *expected)
{
	_cleanup_free_ char *want = with_quotes(expected), *pretty = NULL, *first = NULL, *second = NULL;
	_cleanup_profile_ struct shield_profile *profile = parsed(text), *again = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_profile_pretty(profile, &pretty, NULL), 0);
	if (strcmp(pretty, want) != 0)
		fprintf(stderr, "printed:\n%sexpected:\n%s", pretty, want);
	CU_ASSERT_STRING_EQUAL(pretty, want);
	CU_ASSERT_EQUAL_FATAL(shield_profile_parse(pretty, strlen(pretty), NULL, &again, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(profile, &first, NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(again, &second, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(first, second);
}

static void least(void)
{
	prints_as("{'version':1}", "{\n  'version': 1\n}\n");
	prints_as("{'version':1,'name':'w','mode':'audit','notes':['a','b']}",
		  "{\n  'version': 1,\n  'name': 'w',\n  'notes': ['a', 'b'],\n  'mode': 'audit'\n}\n");
}

/* What follows from the rest is left out, what does not is there. */
static void defaults(void)
{
	prints_as("{'version':1,'exec':{'default':'deny','action':'deny','drift':'allow','libraries':'image'}}",
		  "{\n  'version': 1,\n  'exec': {'default': 'deny'}\n}\n");
	prints_as("{'version':1,'exec':{'default':'deny','action':'kill','libraries':'any'}}",
		  "{\n  'version': 1,\n  'exec': {'default': 'deny', 'action': 'kill', 'libraries': 'any'}\n}\n");
	prints_as("{'version':1,'setuid':{'default':'deny','action':'kill'}}",
		  "{\n  'version': 1,\n  'setuid': {'default': 'deny', 'action': 'kill'}\n}\n");
	prints_as("{'version':1,'setuid':{'default':'deny','action':'kill','setuid_exec':'deny'}}",
		  "{\n  'version': 1,\n  'setuid': {'default': 'deny', 'action': 'kill', 'setuid_exec': 'deny'}\n}\n");
	prints_as("{'version':1,'network':{'egress':{'default':'deny'},'raw':'allow'}}",
		  "{\n  'version': 1,\n  'network': {\n    'egress': {'default': 'deny'},\n"
		  "    'families': ['unix', 'inet', 'inet6', 'netlink'],\n    'raw': 'allow'\n  }\n}\n");
	prints_as("{'version':1,'network':{'raw':'deny','families':[63],'families_action':'audit'}}",
		  "{\n  'version': 1,\n"
		  "  'network': {'families': [63], 'families_action': 'audit', 'raw': 'deny'}\n}\n");
	prints_as("{'version':1,'files':{},'kernel':{},'capabilities':{},'network':{'unix':{}}}",
		  "{\n  'version': 1,\n  'network': {'unix': {'default': 'allow'}},\n"
		  "  'capabilities': {'default': 'allow'},\n  'files': {}\n}\n");
}

static void all(void)
{
	prints_as("{'version':1,'exec':{'allow':['/a',{'path':'/b','from':['/c']}],'deny':['/x'],'libraries':['/l']},"
		  "'network':{'bind':{'deny':[{'to':'10.0.0.0/8','proto':'udp','ports':[1,'3-4']}]},"
		  "'unix':{'deny':['@x'],'allow':['/y']}},'ptrace':{'allow':[{'tracer':'/g'}]},"
		  "'setuid':{'allow':[{'gids':[3],'uids':[1,'5-9']},{'gids':[0]}]},"
		  "'capabilities':{'deny':['CAP_BPF'],'allow':['CAP_CHOWN']},'kernel':{'bpf':'kill'},"
		  "'files':{'read_only':['/etc/**'],'deny':['/d'],'action':'audit'},'reverse_shell':'kill'}",
		  "{\n  'version': 1,\n  'exec': {\n    'default': 'deny',\n"
		  "    'allow': ['/a', {'path': '/b', 'from': ['/c']}],\n    'deny': ['/x'],\n"
		  "    'libraries': ['/l']\n  },\n  'network': {\n    'bind': {\n      'default': 'allow',\n"
		  "      'deny': [{'to': '10.0.0.0/8', 'proto': 'udp', 'ports': [1, '3-4']}]\n    },\n"
		  "    'unix': {'default': 'deny', 'allow': ['/y'], 'deny': ['@x']}\n  },\n"
		  "  'ptrace': {'default': 'deny', 'allow': [{'tracer': '/g'}]},\n"
		  "  'setuid': {'default': 'deny', 'allow': [{'uids': [1, '5-9'], 'gids': [3]}, {'gids': [0]}]},\n"
		  "  'capabilities': {'default': 'deny', 'allow': ['CAP_CHOWN'], 'deny': ['CAP_BPF']},\n"
		  "  'kernel': {'bpf': 'kill'},\n"
		  "  'files': {'action': 'audit', 'deny': ['/d'], 'read_only': ['/etc/**']},\n"
		  "  'reverse_shell': 'kill'\n}\n");
}

void suite_profile_pretty(void)
{
	CU_pSuite suite = CU_add_suite("profile/pretty", NULL, NULL);

	CU_add_test(suite, "least", least);
	CU_add_test(suite, "what follows from the rest", defaults);
	CU_add_test(suite, "all", all);
}
