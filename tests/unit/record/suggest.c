/* SPDX-License-Identifier: Apache-2.0 */
#include "record/suggest.h"

#include <CUnit/CUnit.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "profile/parsing.h"
#include "profile/pretty.h"

#define ITEMS 16
#define DASH 101
#define SCRIPT 102

void suite_record_suggest(void);

/* A recording in which /usr/bin/dash and /run.sh have names. */
static struct shield_recording recorded(struct shield_observation *items)
{
	memset(items, 0, ITEMS * sizeof(*items));
	items[0] = (struct shield_observation){ .count = 1, .path_hash = DASH, .path = "/usr/bin/dash" };
	items[1] = (struct shield_observation){ .count = 1, .path_hash = SCRIPT, .path = "/run.sh" };
	return (struct shield_recording){ .offset = 1000, .item = items, .count = 2 };
}

/* One more act, by dash, refused by default, done twice; to be changed by the caller. */
static struct shield_observation *act(struct shield_recording *recording, uint8_t kind, const char *path)
{
	struct shield_observation *item = &recording->item[recording->count++];

	CU_ASSERT_FATAL(recording->count <= ITEMS);
	*item = (struct shield_observation){ .count = 2,
					     .first = 10,
					     .last = 20 + recording->count,
					     .exe = DASH,
					     .kind = kind,
					     .verdict = SHIELD_AUDIT,
					     .reason = SHIELD_REASON_DEFAULT,
					     .operand = SHIELD_OPERAND_PATH,
					     .rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0),
					     .tgid = 4711,
					     .comm = "sh" };
	snprintf(item->path, sizeof(item->path), "%s", path);
	return item;
}

static void address(struct shield_observation *item, int family, const char *bytes, uint8_t proto, uint16_t port)
{
	item->operand = SHIELD_OPERAND_ADDRESS;
	item->address = (struct shield_event_address){ .family = (uint32_t)family, .port = port, .proto = proto };
	memcpy(item->address.address, bytes, family == AF_INET ? 4 : 16);
}

static struct shield_suggestions suggested(const struct shield_recording *recording, struct shield_profile *profile)
{
	struct shield_suggestions suggestions = {};
	struct shield_error error = {};

	if (shield_suggest(recording, profile, &suggestions, &error) < 0)
		fprintf(stderr, "%s\n", error.message);
	return suggestions;
}

/* The n-th suggestion is this entry ("PLACE ENTRY"), or this refusal ("PLACE: SUBJECT"). */
static void is(const struct shield_suggestions *suggestions, size_t n, const char *expected)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *said = NULL, *quoted = with_quotes(expected);
	const struct shield_suggestion *suggestion = &suggestions->item[n];

	CU_ASSERT_FATAL(n < suggestions->count);
	shield_text_add(&text, suggestion->place);
	shield_text_add(&text, suggestion->entry ? " " : ": ");
	if (suggestion->entry)
		shield_text_add(&text, suggestion->entry);
	else
		shield_observation_subject(&text, suggestion->item);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &said, NULL), 0);
	if (strcmp(said, quoted) != 0)
		fprintf(stderr, "said:     %s\nexpected: %s\n", said, quoted);
	CU_ASSERT_STRING_EQUAL(said, quoted);
	CU_ASSERT_EQUAL(!suggestion->entry, suggestion->why != NULL);
}

static void amended_is(const struct shield_profile *profile, const char *expected)
{
	_cleanup_free_ char *said = NULL, *wanted = NULL;
	_cleanup_profile_ struct shield_profile *third = parsed(expected);

	CU_ASSERT_EQUAL_FATAL(shield_profile_pretty(profile, &said, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_pretty(third, &wanted, NULL), 0);
	CU_ASSERT_STRING_EQUAL(said, wanted);
}

static void programs(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'exec':{'allow':['/usr/bin/dash',{'path':'/usr/bin/id','from':['/x']}],"
		       "'libraries':['/l']},'ptrace':{'default':'deny'}}");
	struct shield_observation items[ITEMS];
	struct shield_recording recording = recorded(items);
	_cleanup_suggestions_ struct shield_suggestions suggestions = {};

	act(&recording, SHIELD_KIND_EXEC, "/usr/bin/id")->reason = SHIELD_REASON_FROM;
	act(&recording, SHIELD_KIND_EXEC, "/usr/bin/id")->script = SCRIPT;
	act(&recording, SHIELD_KIND_EXEC, "/usr/bin/a*");
	act(&recording, SHIELD_KIND_EXEC, "/init")->exe = 0;
	act(&recording, SHIELD_KIND_LIBRARY, "/usr/lib/x.so");
	act(&recording, SHIELD_KIND_LIBRARY, "/usr/lib/x.so")->script = SCRIPT;
	act(&recording, SHIELD_KIND_PTRACE, "")->operand = SHIELD_OPERAND_TASK;
	suggestions = suggested(&recording, profile);
	CU_ASSERT_EQUAL_FATAL(suggestions.count, 6);
	CU_ASSERT_EQUAL(suggestions.impossible, 1);
	is(&suggestions, 0, "exec.allow '/init'");
	is(&suggestions, 1, "exec.allow {'path': '/usr/bin/id', 'from': ['/run.sh']}");
	is(&suggestions, 2, "exec.allow {'path': '/usr/bin/id', 'from': ['/usr/bin/dash']}");
	is(&suggestions, 3, "exec.libraries '/usr/lib/x.so'");
	is(&suggestions, 4, "ptrace.allow {'tracer': '/usr/bin/dash'}");
	is(&suggestions, 5, "exec.default: /usr/bin/a*");
	CU_ASSERT_EQUAL(suggestions.item[3].count, 4);
	CU_ASSERT_EQUAL(suggestions.item[3].processes, 2);
	CU_ASSERT_EQUAL(suggestions.item[3].first, 1010);
	CU_ASSERT_EQUAL(suggestions.item[3].last, 1028);
	CU_ASSERT_PTR_EQUAL(suggestions.item[3].item, &items[7]);
	amended_is(profile, "{'version':1,'notes':['still refused: exec.default: /usr/bin/a*: no pattern can name it'],"
			    "'exec':{'allow':['/usr/bin/dash',{'path':'/usr/bin/id','from':['/x','/usr/bin/dash',"
			    "'/run.sh']},'/init'],'libraries':['/l','/usr/lib/x.so']},"
			    "'ptrace':{'allow':[{'tracer':'/usr/bin/dash'}]}}");
}

static void network(void)
{
	static const char any[16], ten[] = { 10, 0, 0, 5 };
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'network':{'egress':{'default':'deny'},'bind':{'default':'deny'},"
		       "'unix':{'default':'deny'}}}");
	struct shield_observation items[ITEMS], *socket;
	struct shield_recording recording = recorded(items);
	_cleanup_suggestions_ struct shield_suggestions suggestions = {};

	address(act(&recording, SHIELD_KIND_EGRESS, ""), AF_INET, ten, SHIELD_PROTO_TCP, 5432);
	address(act(&recording, SHIELD_KIND_EGRESS, ""), AF_INET6, any, SHIELD_PROTO_UDP, 53);
	address(act(&recording, SHIELD_KIND_BIND, ""), AF_INET, any, SHIELD_PROTO_TCP, 80);
	act(&recording, SHIELD_KIND_UNIX, "@x");
	socket = act(&recording, SHIELD_KIND_FAMILY, "");
	socket->operand = SHIELD_OPERAND_SOCKET;
	socket->socket = (struct shield_event_socket){ .family = AF_VSOCK };
	suggestions = suggested(&recording, profile);
	CU_ASSERT_EQUAL_FATAL(suggestions.count, 6);
	is(&suggestions, 0, "network.bind.allow {'to': '0.0.0.0', 'proto': 'tcp', 'ports': [80]}");
	is(&suggestions, 1, "network.egress.allow {'to': '10.0.0.5', 'proto': 'tcp', 'ports': [5432]}");
	is(&suggestions, 2, "network.egress.allow {'to': '127.0.0.1', 'proto': 'udp', 'ports': [53]}");
	is(&suggestions, 3, "network.egress.allow {'to': '::1', 'proto': 'udp', 'ports': [53]}");
	is(&suggestions, 4, "network.families 'vsock'");
	is(&suggestions, 5, "network.unix.allow '@x'");
	amended_is(profile, "{'version':1,'network':{'egress':{'allow':[{'to':'10.0.0.5','proto':'tcp','ports':[5432]},"
			    "{'to':'127.0.0.1','proto':'udp','ports':[53]},{'to':'::1','proto':'udp','ports':[53]}]},"
			    "'bind':{'allow':[{'to':'0.0.0.0','proto':'tcp','ports':[80]}]},'unix':{'allow':['@x']},"
			    "'families':['unix','inet','inet6','netlink','vsock']}}");
}

static void identity(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'setuid':{'allow':[{'uids':[5]}]},'capabilities':{'default':'deny'}}");
	struct shield_observation items[ITEMS], *item;
	struct shield_recording recording = recorded(items);
	_cleanup_suggestions_ struct shield_suggestions suggestions = {};

	item = act(&recording, SHIELD_KIND_SETUID, "");
	item->operand = SHIELD_OPERAND_IDS;
	item->ids = (struct shield_event_ids){ SHIELD_CHANGE_UID, 0, 33, 0 };
	item = act(&recording, SHIELD_KIND_SETUID, "");
	item->operand = SHIELD_OPERAND_IDS;
	item->ids = (struct shield_event_ids){ SHIELD_CHANGE_GROUPS, 0, 44, 0 };
	item = act(&recording, SHIELD_KIND_SETUID, "");
	item->operand = SHIELD_OPERAND_IDS;
	item->ids = (struct shield_event_ids){ SHIELD_CHANGE_GID, 0, UINT32_MAX, 0 };
	item = act(&recording, SHIELD_KIND_CAPABILITY, "");
	item->operand = SHIELD_OPERAND_CAPABILITY;
	item->capability = 0;
	suggestions = suggested(&recording, profile);
	CU_ASSERT_EQUAL_FATAL(suggestions.count, 4);
	is(&suggestions, 0, "capabilities.allow 'CAP_CHOWN'");
	is(&suggestions, 1, "setuid.allow {'gids': [44]}");
	is(&suggestions, 2, "setuid.allow {'uids': [33]}");
	CU_ASSERT_STRING_EQUAL(suggestions.item[3].place, "setuid.default");
	CU_ASSERT_EQUAL(profile->notes.count, 1);
	shield_strings_free(&profile->notes);
	amended_is(profile, "{'version':1,'setuid':{'allow':[{'uids':[5]},{'uids':[33]},{'gids':[44]}]},"
			    "'capabilities':{'allow':['CAP_CHOWN']}}");
}

/* What no entry can allow is said once, with a way out, and leaves the rules as they are. */
static void impossible(void)
{
	static const char text[] = "{'version':1,'exec':{'default':'deny','deny':['/usr/**'],'drift':'deny'},"
				   "'kernel':{'mount':'deny'},'files':{'deny':['/etc/*']}}";
	_cleanup_profile_ struct shield_profile *profile = parsed(text);
	struct shield_observation items[ITEMS], *item;
	struct shield_recording recording = recorded(items);
	_cleanup_suggestions_ struct shield_suggestions suggestions = {};

	item = act(&recording, SHIELD_KIND_EXEC, "/usr/bin/id");
	item->reason = SHIELD_REASON_RULE;
	item->rule = SHIELD_RULE(SHIELD_LIST_DENY, 0);
	act(&recording, SHIELD_KIND_EXEC, "")->reason = SHIELD_REASON_UNNAMED;
	act(&recording, SHIELD_KIND_DRIFT, "/tmp/x")->reason = SHIELD_REASON_CHANGED;
	item = act(&recording, SHIELD_KIND_DRIFT, "/tmp/x");
	item->reason = SHIELD_REASON_CHANGED;
	item->script = SCRIPT;
	act(&recording, SHIELD_KIND_MOUNT, "")->reason = SHIELD_REASON_NONE;
	item = act(&recording, SHIELD_KIND_FILES, "/etc/shadow");
	item->reason = SHIELD_REASON_RULE;
	item->rule = SHIELD_RULE(SHIELD_LIST_DENY, 0);
	suggestions = suggested(&recording, profile);
	CU_ASSERT_EQUAL_FATAL(suggestions.count, 5);
	CU_ASSERT_EQUAL(suggestions.impossible, 5);
	is(&suggestions, 0, "exec.default: ''");
	is(&suggestions, 1, "exec.deny[0]: /usr/bin/id");
	is(&suggestions, 2, "exec.drift: /tmp/x");
	CU_ASSERT_EQUAL(suggestions.item[2].count, 4);
	is(&suggestions, 3, "files.deny[0]: /etc/shadow");
	CU_ASSERT_STRING_EQUAL(suggestions.item[4].place, "kernel.mount");
	CU_ASSERT_EQUAL(profile->notes.count, 5);
	shield_strings_free(&profile->notes);
	amended_is(profile, text);
}

static void who(void)
{
	struct shield_observation items[ITEMS];
	struct shield_recording recording = recorded(items);
	_cleanup_free_ char *said = NULL;
	struct shield_text text = {};

	shield_observation_who(&text, &recording, act(&recording, SHIELD_KIND_EXEC, "/a"));
	shield_text_add(&text, " ");
	act(&recording, SHIELD_KIND_EXEC, "/a")->script = SCRIPT;
	shield_observation_who(&text, &recording, &items[3]);
	shield_text_add(&text, " ");
	act(&recording, SHIELD_KIND_EXEC, "/a")->exe = 0;
	shield_observation_who(&text, &recording, &items[4]);
	shield_text_add(&text, " ");
	act(&recording, SHIELD_KIND_EXEC, "/a")->exe = 99;
	shield_observation_who(&text, &recording, &items[5]);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &said, NULL), 0);
	CU_ASSERT_STRING_EQUAL(said, "/usr/bin/dash[4711] /run.sh[4711] the runtime[4711] sh[4711]");
}

void suite_record_suggest(void)
{
	CU_pSuite suite = CU_add_suite("record/suggest", NULL, NULL);

	CU_add_test(suite, "programs", programs);
	CU_add_test(suite, "network", network);
	CU_add_test(suite, "identity", identity);
	CU_add_test(suite, "what no entry can allow", impossible);
	CU_add_test(suite, "who", who);
}
