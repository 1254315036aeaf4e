/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/diff.h"

#include "base/text.h"
#include "parsing.h"

void suite_profile_diff(void);

static void gather(const char *place, const char *before, const char *after, void *context)
{
	struct shield_text *text = context;

	shield_text_add(text, place);
	shield_text_add(text, " ");
	shield_text_add(text, before ? before : "none");
	shield_text_add(text, " ");
	shield_text_add(text, after ? after : "none");
	shield_text_add(text, "\n");
}

/* All differences, as "PLACE BEFORE AFTER" each on a line. */
static void differ(const char *before, const char *after, int count, const char *expected)
{
	_cleanup_profile_ struct shield_profile *first = parsed(before), *second = parsed(after);
	_cleanup_free_ char *said = NULL, *quoted = NULL;
	struct shield_text text = {};

	CU_ASSERT_EQUAL(shield_profile_diff(first, second, gather, &text, NULL), count);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &said, NULL), 0);
	quoted = with_quotes(expected);
	if (strcmp(said, quoted) != 0)
		fprintf(stderr, "said:\n%s\nexpected:\n%s\n", said, quoted);
	CU_ASSERT_STRING_EQUAL(said, quoted);
}

static void same(void)
{
	differ("{'version':1,'name':'a','notes':['x'],'exec':{'deny':[]},'kernel':{},'network':{'raw':'allow'}}",
	       "{'version':1,'name':'b'}", 0, "");
	differ("{'version':1,'exec':{'allow':['/b',{'path':'/a','from':['/y','/x']},{'path':'/a','from':['/z']}]}}",
	       "{'version':1,'exec':{'allow':[{'path':'/a','from':['/x','/z','/y']},'/b','/b']}}", 0, "");
	differ("{'version':1,'network':{'bind':{'allow':[{'ports':[2,'1-9',1]},{'proto':'udp'}]}}}",
	       "{'version':1,'network':{'bind':{'allow':[{'proto':'udp'},{'ports':[1,'1-9',2]}]}}}", 0, "");
	differ("{'version':1,'setuid':{'allow':[{'uids':[1],'gids':[2]},{'uids':[3]}]}}",
	       "{'version':1,'setuid':{'allow':[{'gids':[2]},{'uids':[3,1]}]}}", 0, "");
}

static void entries(void)
{
	differ("{'version':1,'exec':{'allow':['/b','/a',{'path':'/c','from':['/x']}],'deny':['/d']}}",
	       "{'version':1,'exec':{'allow':['/a','/c','/e'],'deny':['/d','/f*']}}", 5,
	       "exec.allow '/b' none\nexec.allow {'path': '/c', 'from': ['/x']} none\nexec.allow none '/c'\n"
	       "exec.allow none '/e'\nexec.deny none '/f*'\n");
	differ("{'version':1,'capabilities':{'default':'deny','allow':['CAP_BPF']},'files':{'deny':['/a']}}",
	       "{'version':1,'capabilities':{'default':'deny','allow':['CAP_KILL']},'files':{'read_only':['/a']}}", 4,
	       "capabilities.allow 'CAP_BPF' none\ncapabilities.allow none 'CAP_KILL'\nfiles.deny '/a' none\n"
	       "files.read_only none '/a'\n");
}

static void values(void)
{
	differ("{'version':1,'exec':{'drift':'audit','action':'kill'},'reverse_shell':'deny'}",
	       "{'version':1,'mode':'audit','exec':{'drift':'deny'},'kernel':{'bpf':'kill'}}", 5,
	       "exec.action 'kill' 'deny'\nexec.drift 'audit' 'deny'\nkernel.bpf 'allow' 'kill'\n"
	       "mode 'enforce' 'audit'\nreverse_shell 'deny' 'allow'\n");
	differ("{'version':1,'exec':{'libraries':'image'}}", "{'version':1,'exec':{'libraries':['/l']}}", 2,
	       "exec.libraries 'image' 'list'\nexec.libraries none '/l'\n");
	differ("{'version':1,'network':{'families':['unix']}}", "{'version':1}", 1,
	       "network.families ['unix'] 'any'\n");
}

void suite_profile_diff(void)
{
	CU_pSuite suite = CU_add_suite("profile/diff", NULL, NULL);

	CU_add_test(suite, "what means the same", same);
	CU_add_test(suite, "entries", entries);
	CU_add_test(suite, "values", values);
}
