/* SPDX-License-Identifier: Apache-2.0 */
/* Examples, and random pairs of profiles held against the plain reference. */
#include "profile/merge.h"

#include <inttypes.h>
#include <sys/socket.h>

#include "build.h"
#include "generate.h"
#include "generate_profile.h"
#include "parsing.h"
#include "profile/print.h"
#include "reference.h"

#define PAIRS 400
#define ACTS_PER_PAIR 60

void suite_profile_merge(void);

static struct shield_profile *merged(struct shield_profile *into, struct shield_profile *other)
{
	_cleanup_profile_ struct shield_profile *released = other;

	CU_ASSERT_EQUAL_FATAL(shield_profile_merge(into, released, NULL), 0);
	return into;
}

static char *text_of(const struct shield_profile *profile)
{
	char *text = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_profile_print(profile, &text, NULL, NULL), 0);
	return text;
}

/* Two profiles become a third one. */
static void become(const char *a, const char *b, const char *expected)
{
	_cleanup_profile_ struct shield_profile *result = merged(parsed(a), parsed(b)), *third = parsed(expected);
	_cleanup_free_ char *said = text_of(result), *wanted = text_of(third);

	if (strcmp(said, wanted) != 0)
		fprintf(stderr, "merged:\n%s\nexpected:\n%s\n", said, wanted);
	CU_ASSERT_STRING_EQUAL(said, wanted);
}

static void exec(void)
{
	become("{'version':1,'name':'one','exec':{'allow':['/a',{'path':'/b','from':['/x']},{'path':'/c','from':['/x']}],"
	       "'drift':'deny','fileless':'kill'}}",
	       "{'version':1,'name':'two','exec':{'allow':['/d','/b',{'path':'/c','from':['/x','/y']}],'drift':'audit'}}",
	       "{'version':1,'name':'one','exec':{'allow':['/a','/b',{'path':'/c','from':['/x','/y']},'/d'],"
	       "'drift':'audit'}}");
	become("{'version':1,'exec':{'default':'deny','libraries':['/l/*']}}",
	       "{'version':1,'exec':{'default':'deny','libraries':['/m','/l/*']}}",
	       "{'version':1,'exec':{'default':'deny','libraries':['/l/*','/m']}}");
	become("{'version':1,'exec':{'default':'deny','libraries':['/l']}}", "{'version':1,'exec':{'default':'deny'}}",
	       "{'version':1,'exec':{'default':'deny','libraries':'image'}}");
	become("{'version':1,'exec':{'default':'deny','action':'kill'}}", "{'version':1,'mode':'audit'}",
	       "{'version':1,'mode':'audit'}");
}

/* A deny entry stays where the other refuses the same, by an entry or by its default. */
static void denied(void)
{
	become("{'version':1,'exec':{'deny':['/a/*','/b','/c']}}", "{'version':1,'exec':{'deny':['/a/b','/c','/d']}}",
	       "{'version':1,'exec':{'deny':['/c','/a/b']}}");
	become("{'version':1,'exec':{'deny':['/a','/b/*'],'libraries':[]}}",
	       "{'version':1,'exec':{'allow':['/b/**'],'libraries':[]}}",
	       "{'version':1,'exec':{'deny':['/a'],'libraries':[]}}");
	/* what may be mapped as a library is not refused by the default */
	become("{'version':1,'exec':{'deny':['/a']}}", "{'version':1,'exec':{'allow':['/b'],'libraries':'any'}}",
	       "{'version':1,'exec':{}}");
	become("{'version':1,'network':{'egress':{'deny':[{'to':'10.0.0.1'},{'to':'10.0.0.0/8','ports':[1]}]}}}",
	       "{'version':1,'network':{'egress':{'allow':[{'to':'10.0.0.0/24','proto':'tcp','ports':['2-3']}]},"
	       "'families':['inet']}}",
	       "{'version':1,'network':{'egress':{'deny':[{'to':'10.0.0.0/8','ports':[1]}]}}}");
	become("{'version':1,'network':{'unix':{'deny':['/a','@b*']}}}",
	       "{'version':1,'network':{'unix':{'allow':['@bc']}}}",
	       "{'version':1,'network':{'unix':{'deny':['/a']}}}");
	become("{'version':1,'capabilities':{'deny':['CAP_BPF','CAP_KILL','CAP_CHOWN']}}",
	       "{'version':1,'capabilities':{'allow':['CAP_KILL'],'deny':['CAP_CHOWN','CAP_SYSLOG']}}",
	       "{'version':1,'capabilities':{'deny':['CAP_BPF','CAP_CHOWN']}}");
	become("{'version':1,'files':{'deny':['/a','/b','/c'],'read_only':['/d','/e/*']}}",
	       "{'version':1,'files':{'deny':['/a','/e/f'],'read_only':['/b','/d'],'action':'kill'}}",
	       "{'version':1,'files':{'deny':['/a'],'read_only':['/d','/b','/e/f']}}");
}

static void others(void)
{
	become("{'version':1,'network':{'egress':{'allow':[{'to':'10.0.0.1'}]},'bind':{'allow':[{'ports':[80]}]}}}",
	       "{'version':1,'network':{'egress':{'allow':[{'to':'10.0.0.1'},{'to':'10.0.0.1','proto':'udp'}]},"
	       "'families':['vsock'],'raw':'allow'}}",
	       "{'version':1,'network':{'egress':{'allow':[{'to':'10.0.0.1'},{'to':'10.0.0.1','proto':'udp'}]},"
	       "'families':['unix','inet','inet6','netlink','vsock'],'raw':'allow'}}");
	become("{'version':1,'ptrace':{'allow':[{'tracer':'/g'}],'action':'kill'},'reverse_shell':'kill'}",
	       "{'version':1,'ptrace':{'allow':[{'tracer':'/s'}]},'reverse_shell':'deny'}",
	       "{'version':1,'ptrace':{'allow':[{'tracer':'/g'},{'tracer':'/s'}]},'reverse_shell':'deny'}");
	become("{'version':1,'setuid':{'allow':[{'uids':['10-20'],'gids':[1]}]}}",
	       "{'version':1,'setuid':{'allow':[{'uids':[15]},{'uids':[9],'gids':[1]},{'gids':[7]}],'setuid_exec':'audit'}}",
	       "{'version':1,'setuid':{'allow':[{'uids':['10-20'],'gids':[1]},{'uids':[9]},{'gids':[7]}],"
	       "'setuid_exec':'audit'}}");
	become("{'version':1,'kernel':{'mount':'deny','bpf':'kill'}}", "{'version':1,'kernel':{'mount':'audit'}}",
	       "{'version':1,'kernel':{'mount':'audit'}}");
}

static void notes(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		merged(parsed("{'version':1,'notes':['a','b'],'exec':{'default':'deny','libraries':['/l']}}"),
		       parsed("{'version':1,'notes':['b','c'],'exec':{'default':'deny'}}"));

	CU_ASSERT_EQUAL_FATAL(profile->notes.count, 4);
	CU_ASSERT_STRING_EQUAL(profile->notes.item[1], "b");
	CU_ASSERT(!strncmp(profile->notes.item[2], "exec.libraries: ", 16));
	CU_ASSERT_STRING_EQUAL(profile->notes.item[3], "c");
}

static void too_many(void)
{
	_cleanup_profile_ struct shield_profile *a = build_profile(), *b = build_profile();
	struct shield_error error = {};
	char path[32];

	for (int i = 0; i <= SHIELD_RULE_INDEX_MAX; i++) {
		snprintf(path, sizeof(path), "/%d", i);
		build_tracer(a, path);
	}
	build_tracer(b, "/17");
	CU_ASSERT_EQUAL(shield_profile_merge(a, b, NULL), 0);
	build_tracer(b, "/more");
	CU_ASSERT_EQUAL(shield_profile_merge(a, b, &error), -E2BIG);
	says(&error, "a list of the merged profile has more than 4096 entries");
}

/* The random profile of a state of the generator: the same one each time. */
static struct shield_profile *generated(uint64_t state)
{
	struct shield_profile *profile = build_profile();
	uint8_t *const actions[] = { &profile->exec.action,
				     &profile->network.rules[SHIELD_EGRESS].action,
				     &profile->network.rules[SHIELD_BIND].action,
				     &profile->network.unix_sockets.action,
				     &profile->ptrace.action,
				     &profile->setuid.action,
				     &profile->capabilities.action,
				     &profile->files.action };
	uint8_t *const switches[] = { &profile->network.raw,	&profile->kernel.mount,	 &profile->kernel.bpf,
				      &profile->kernel.modules, &profile->kernel.userns, &profile->reverse_shell };

	random_seed(state);
	if (!random_one_in(8))
		generate_rules(profile);
	profile->audit = random_one_in(8);
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
		*actions[i] = (uint8_t)(SHIELD_AUDIT + random_below(3));
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		*switches[i] = (uint8_t)random_below(SHIELD_VERDICTS);
	if (profile->network.rules[SHIELD_EGRESS].default_deny || profile->network.rules[SHIELD_BIND].default_deny ||
	    random_one_in(2)) {
		profile->network.families = random_next() & 0xfff;
		profile->network.families_action = (uint8_t)(SHIELD_AUDIT + random_below(3));
	}
	return profile;
}

/* One act, asked of several profiles. */
struct act {
	uint32_t kind;
	bool flag;
	uint8_t number, proto, address[16];
	uint16_t port;
	int family;
	char path[RANDOM_PATH_SIZE], callers[2][RANDOM_PATH_SIZE];
};

static struct act make_act(const struct shield_profile *near)
{
	struct act act = { .kind = random_below(11), .flag = random_one_in(2), .number = (uint8_t)random_below(12) };
	const typeof(near->network.unix_sockets) *sockets = &near->network.unix_sockets;

	act.proto = (uint8_t)random_below(4);
	act.port = (uint16_t)random_below(500);
	act.family = generate_address(&near->network.rules[act.flag], act.address);
	generate_path(near, act.path);
	generate_path(near, act.callers[0]);
	generate_path(near, act.callers[1]);
	if (act.kind == 5 && sockets->allow.count)
		random_match(generate_any_of(&sockets->allow), act.path);
	return act;
}

static struct reference ask(const struct shield_profile *profile, const struct act *act, uint8_t *action)
{
	char *callers[] = { (char *)act->callers[0], (char *)act->callers[1] };

	switch (act->kind) {
	case 0:
		*action = profile->ptrace.action;
		return reference_trace(profile, act->path);
	case 1:
		*action = profile->network.rules[act->flag].action;
		return reference_net(profile, act->flag ? SHIELD_BIND : SHIELD_EGRESS, act->family, act->address,
				     act->proto, act->port);
	case 2:
		*action = profile->setuid.action;
		return reference_id(profile, act->flag ? &profile->setuid.uids : &profile->setuid.gids, act->port * 7u);
	case 3:
		*action = profile->files.action;
		return reference_file(profile, act->path, act->flag);
	case 4:
		*action = profile->files.action;
		return (struct reference){ .refused = reference_below(profile, act->path) };
	case 5:
		*action = profile->network.unix_sockets.action;
		return reference_unix(profile, act->path);
	case 6:
		*action = profile->capabilities.action;
		return reference_capability(profile, act->number);
	case 7:
		*action = profile->network.families_action;
		return (struct reference){ .refused = !(profile->network.families >> act->number & 1) };
	case 8:
		*action = (uint8_t[]){
			profile->network.raw,	 profile->kernel.mount,	 profile->kernel.bpf,
			profile->kernel.modules, profile->kernel.userns, profile->reverse_shell
		}[act->number % 6];
		return (struct reference){ .refused = true };
	case 9:
		*action = profile->exec.action;
		return reference_library(profile, act->path, true);
	default:
		*action = profile->exec.action;
		return reference_exec(profile, act->path, callers, 2);
	}
}

static uint8_t verdict(const struct shield_profile *profile, const struct act *act)
{
	uint8_t action;
	struct reference answer = ask(profile, act, &action);

	if (!answer.refused)
		return SHIELD_ALLOW;
	return profile->audit && action > SHIELD_AUDIT ? SHIELD_AUDIT : action;
}

/* No deny list that could overlap the other's allow list in part: the merged profile is then exact. */
static bool is_plain(const struct shield_profile *profile)
{
	return !profile->exec.deny.count && !profile->network.rules[SHIELD_EGRESS].deny.count &&
	       !profile->network.rules[SHIELD_BIND].deny.count && !profile->network.unix_sockets.deny.count &&
	       !profile->files.deny.count && !profile->files.read_only.count &&
	       profile->exec.libraries != SHIELD_LIBRARIES_LIST;
}

static bool right(const struct act *act, const struct shield_profile *const of[4], bool plain)
{
	uint8_t a = verdict(of[0], act), b = verdict(of[1], act), ab = verdict(of[2], act), ba = verdict(of[3], act);
	uint8_t laxer = a < b ? a : b;

	return ab == ba && (plain ? ab == laxer : ab <= laxer);
}

/* What either allows the merged one allows, in either order; and its text is a profile. */
static uint32_t try_pair(uint64_t first, uint64_t second)
{
	_cleanup_profile_ struct shield_profile *a = generated(first), *b = generated(second);
	_cleanup_profile_ struct shield_profile *ab = generated(first), *ba = generated(second), *again = NULL;
	_cleanup_free_ char *text = NULL, *reparsed = NULL;
	uint32_t wrong = 0;

	CU_ASSERT_EQUAL_FATAL(shield_profile_merge(ab, b, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_merge(ba, a, NULL), 0);
	random_seed(first ^ second);
	for (uint32_t i = 0; i < ACTS_PER_PAIR; i++) {
		struct act act = make_act(random_one_in(2) ? a : b);

		wrong += !right(&act, (const struct shield_profile *const[]){ a, b, ab, ba },
				is_plain(a) && is_plain(b));
	}
	text = text_of(ab);
	CU_ASSERT_EQUAL_FATAL(shield_profile_parse(text, strlen(text), NULL, &again, NULL), 0);
	reparsed = text_of(again);
	CU_ASSERT_STRING_EQUAL(reparsed, text);
	return wrong;
}

static void random_pairs(void)
{
	uint32_t wrong = 0;

	for (uint64_t i = 1; i <= PAIRS && !wrong; i++) {
		wrong = try_pair(i, i * 7919);
		if (wrong)
			fprintf(stderr, "profile/merge: wrong with the profiles of %" PRIu64 " and %" PRIu64 "\n", i,
				i * 7919);
	}
	CU_ASSERT_EQUAL(wrong, 0);
}

static void with_itself(void)
{
	for (uint64_t i = 1; i <= PAIRS; i++) {
		_cleanup_profile_ struct shield_profile *before = generated(i);
		_cleanup_profile_ struct shield_profile *after = merged(generated(i), generated(i));
		_cleanup_free_ char *expected = text_of(before), *said = text_of(after);

		CU_ASSERT_STRING_EQUAL(said, expected);
	}
}

void suite_profile_merge(void)
{
	CU_pSuite suite = CU_add_suite("profile/merge", NULL, NULL);

	CU_add_test(suite, "exec", exec);
	CU_add_test(suite, "deny lists", denied);
	CU_add_test(suite, "other groups", others);
	CU_add_test(suite, "notes", notes);
	CU_add_test(suite, "too many entries", too_many);
	CU_add_test(suite, "random pairs allow what either allows", random_pairs);
	CU_add_test(suite, "a profile merged with itself stays", with_itself);
}
