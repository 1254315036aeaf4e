/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/print.h"

#include "build.h"
#include "parsing.h"

void suite_profile_print(void);

/* A profile prints as this, and that prints as itself. */
static void prints_as(const char *text, const char *expected)
{
	_cleanup_free_ char *canonical = with_quotes(expected), *first = NULL, *second = NULL;
	_cleanup_profile_ struct shield_profile *profile = parsed(text), *again = NULL;
	size_t length = 0;

	CU_ASSERT_EQUAL_FATAL(shield_profile_print(profile, &first, &length, NULL), 0);
	CU_ASSERT_EQUAL(strlen(first), length);
	if (strcmp(first, canonical) != 0)
		fprintf(stderr, "printed:\n%s\nexpected:\n%s\n", first, canonical);
	CU_ASSERT_STRING_EQUAL(first, canonical);
	CU_ASSERT_EQUAL_FATAL(shield_profile_parse(first, length, NULL, &again, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(again, &second, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(second, first);
}

static void least(void)
{
	prints_as("{'version':1}", "{\n  'version': 1,\n  'mode': 'enforce',\n  'reverse_shell': 'allow'\n}\n");
}

static void all(void)
{
	prints_as("{'version':1,'name':'w','mode':'audit','reverse_shell':'kill',"
		  "'exec':{'deny':['/x'],'allow':['/a',{'path':'/b','from':['/c','/d']}],'drift':'deny',"
		  "'libraries':['/l/**']},'network':{'bind':{'allow':[{'proto':'tcp','ports':[80,'8000-8001']}]},"
		  "'egress':{'deny':[{'to':'169.254.169.254'},{'to':'2001:db8::/32','ports':[1]}],'allow':[{}]},"
		  "'families':[63,'vsock','unix']},'ptrace':{'allow':[{'tracer':'/g'}]},"
		  "'setuid':{'allow':[{'gids':[3],'uids':[1,'5-9']},{'gids':[0]},{'uids':[7]}]}}",
		  "{\n  'version': 1,\n  'name': 'w',\n  'mode': 'audit',\n"
		  "  'exec': {\n    'default': 'deny',\n    'action': 'deny',\n    'drift': 'deny',\n"
		  "    'fileless': 'allow',\n    'libraries': [\n"
		  "      '/l/**'\n    ],\n    'allow': [\n      '/a',\n"
		  "      {'path': '/b', 'from': ['/c', '/d']}\n"
		  "    ],\n    'deny': [\n      '/x'\n    ]\n"
		  "  },\n  'network': {\n    'egress': {\n      'default': 'deny',\n"
		  "      'action': 'deny',\n      'allow': [\n"
		  "        {}\n      ],\n      'deny': [\n        {'to': '169.254.169.254'},\n"
		  "        {'to': '2001:db8::/32', 'ports': [1]}\n"
		  "      ]\n    },\n    'bind': {\n      'default': 'deny',\n"
		  "      'action': 'deny',\n      'allow': [\n"
		  "        {'proto': 'tcp', 'ports': [80, '8000-8001']}\n"
		  "      ]\n    },\n    'families': ['unix', 'vsock', 63],\n    'families_action': 'deny',\n"
		  "    'raw': 'deny'\n  },\n  'ptrace': {\n    'default': 'deny',\n"
		  "    'action': 'deny',\n    'allow': [\n      {'tracer': '/g'}\n    ]\n"
		  "  },\n  'setuid': {\n    'default': 'deny',\n    'action': 'deny',\n"
		  "    'setuid_exec': 'deny',\n    'allow': [\n"
		  "      {'uids': [1, '5-9'], 'gids': [3]},\n"
		  "      {'gids': [0]},\n      {'uids': [7]}\n"
		  "    ]\n  },\n  'reverse_shell': 'kill'\n}\n");
}

static void kernel_groups(void)
{
	prints_as("{'version':1,'files':{'read_only':['/etc/**'],'deny':['/a','/b']},'kernel':{'bpf':'kill'},"
		  "'capabilities':{'deny':['CAP_BPF'],'allow':['CAP_CHOWN','CAP_KILL'],'action':'audit'},"
		  "'network':{'unix':{'deny':['@x'],'allow':['/run/a']}}}",
		  "{\n  'version': 1,\n  'mode': 'enforce',\n  'network': {\n    'unix': {\n"
		  "      'default': 'deny',\n      'action': 'deny',\n      'allow': [\n        '/run/a'\n      ],\n"
		  "      'deny': [\n        '@x'\n      ]\n    },\n    'raw': 'allow'\n  },\n"
		  "  'capabilities': {\n    'default': 'deny',\n    'action': 'audit',\n    'allow': [\n"
		  "      'CAP_CHOWN',\n      'CAP_KILL'\n    ],\n    'deny': [\n      'CAP_BPF'\n    ]\n  },\n"
		  "  'kernel': {\n    'mount': 'allow',\n    'bpf': 'kill',\n    'modules': 'allow',\n"
		  "    'userns': 'allow'\n  },\n  'files': {\n    'action': 'deny',\n    'deny': [\n      '/a',\n"
		  "      '/b'\n    ],\n    'read_only': [\n      '/etc/**'\n    ]\n  },\n"
		  "  'reverse_shell': 'allow'\n}\n");
	prints_as("{'version':1,'files':{},'kernel':{},'capabilities':{},'network':{'unix':{}}}",
		  "{\n  'version': 1,\n  'mode': 'enforce',\n  'network': {\n    'unix': {\n"
		  "      'default': 'allow',\n      'action': 'deny'\n    },\n    'raw': 'allow'\n  },\n"
		  "  'capabilities': {\n    'default': 'allow',\n    'action': 'deny'\n  },\n"
		  "  'files': {\n    'action': 'deny'\n  },\n  'reverse_shell': 'allow'\n}\n");
}

/* Stated and derived are the same text: the text is what the profile means. */
static void one_meaning_one_text(void)
{
	_cleanup_profile_ struct shield_profile *derived = parsed("{'version':1,'network':{'egress':{'allow':[]}}}");
	_cleanup_profile_ struct shield_profile *stated =
		parsed("{'network':{'raw':'deny','families_action':'deny','families':['netlink','inet6',2,'unix'],"
		       "'egress':{'action':'deny','default':'deny'}},'mode':'enforce','version':1}");
	_cleanup_free_ char *first = NULL, *second = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_profile_print(derived, &first, NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(stated, &second, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(first, second);
}

static void stated_freedom_stays(void)
{
	prints_as("{'version':1,'network':{'egress':{'default':'deny'},'raw':'allow'}}",
		  "{\n  'version': 1,\n  'mode': 'enforce',\n  'network': {\n    'egress': {\n      'default': "
		  "'deny',\n      'action': 'deny'\n    },\n    'families': ['unix', 'inet', 'inet6', 'netlink'],\n"
		  "    'families_action': 'deny',\n    'raw': 'allow'\n  },\n  'reverse_shell': 'allow'\n}\n");
}

/* Notes stand in a file, and are no part of what the profile means. */
static void notes(void)
{
	_cleanup_profile_ struct shield_profile *profile = parsed("{'version':1,'notes':['seen once','']}");
	_cleanup_profile_ struct shield_profile *plain = parsed("{'version':1}");
	_cleanup_free_ char *expected =
		with_quotes("{\n  'version': 1,\n  'notes': [\n    'seen once',\n    ''\n  ],\n"
			    "  'mode': 'enforce',\n  'reverse_shell': 'allow'\n}\n");
	_cleanup_free_ char *file = NULL, *text = NULL, *without = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_profile_print_file(profile, &file, NULL), 0);
	CU_ASSERT_STRING_EQUAL(file, expected);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(profile, &text, NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(plain, &without, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(text, without);
}

static void derive(struct shield_profile *profile, enum shield_list list, const char *path, uint16_t rule)
{
	struct shield_derived_files *derived = &profile->files.derived;

	derived->item = reallocarray(derived->item, derived->count + 1, sizeof(*derived->item));
	derived->item[derived->count++] = (struct shield_derived_file){ strdup(path), list, rule };
}

/* What is found in a container stands apart, with the rule it comes from: another rule is another text. */
static void derived_files(void)
{
	_cleanup_free_ char *expected = with_quotes("{\n  'version': 1,\n  'mode': 'enforce',\n  'files': {\n"
						    "    'action': 'allow',\n    'deny': [\n      '/a',\n"
						    "      '/b'\n    ],\n    'derived': [\n"
						    "      {'read_only': '/l', 'rule': 'files.deny[1]'},\n"
						    "      {'deny': '/c', 'rule': 'files.deny[1]'}\n    ]\n  },\n"
						    "  'reverse_shell': 'allow'\n}\n");
	_cleanup_profile_ struct shield_profile *profile = build_profile();
	_cleanup_json_ struct shield_json_document document = {};
	_cleanup_free_ char *text = NULL;

	build_file_deny(profile, "/a");
	build_file_deny(profile, "/b");
	derive(profile, SHIELD_LIST_READ_ONLY, "/l", SHIELD_RULE(SHIELD_LIST_DENY, 1));
	derive(profile, SHIELD_LIST_DENY, "/c", SHIELD_RULE(SHIELD_LIST_DENY, 1));
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(profile, &text, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(text, expected);
	CU_ASSERT_EQUAL(shield_json_parse(text, strlen(text), &document, NULL), 0);
	refused(text, "files.derived: unknown key");
}

static void actions(void)
{
	CU_ASSERT_STRING_EQUAL(shield_action_name(SHIELD_AUDIT), "audit");
	CU_ASSERT_STRING_EQUAL(shield_action_name(SHIELD_KILL), "kill");
	CU_ASSERT_STRING_EQUAL(shield_action_name(99), "unknown");
}

void suite_profile_print(void)
{
	CU_pSuite suite = CU_add_suite("profile/print", NULL, NULL);

	CU_add_test(suite, "the least profile", least);
	CU_add_test(suite, "everything", all);
	CU_add_test(suite, "files, capabilities, kernel and unix", kernel_groups);
	CU_add_test(suite, "one meaning, one text", one_meaning_one_text);
	CU_add_test(suite, "stated freedom stays", stated_freedom_stays);
	CU_add_test(suite, "notes", notes);
	CU_add_test(suite, "files derived from others", derived_files);
	CU_add_test(suite, "actions", actions);
}
