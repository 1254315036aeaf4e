/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/cleanup.h"
#include "ctl/profile.h"
#include "events/words.h"
#include "events/writer.h"
#include "profile/capabilities.h"
#include "profile/explain.h"

/* What an act is asked with: the words after it, and the --from options. */
struct question {
	const struct shield_policy *policy;
	const struct shield_ctl_arguments *arguments;
	char *const *word;
	uint8_t kind; /* of the act */
};

/* A number without sign or blanks, at most `max`. */
static int parse_number(const char *word, const char *what, uint32_t max, uint32_t *ret, struct shield_error *error)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(word, &end, 10);
	if (*word < '0' || *word > '9' || *end || errno || number > max)
		return shield_fail(error, EINVAL, "\"%.40s\" is no %s: a number from 0 to %u", word, what, max);
	*ret = (uint32_t)number;
	return 0;
}

static int explain_exec(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	const char *from[SHIELD_CTL_GIVEN];
	unsigned int count = shield_ctl_values(question->arguments, "from", from);

	return shield_explain_exec(question->policy, question->word[0], from, count, ret, error);
}

static int explain_trace(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	return shield_explain_trace(question->policy, question->word[0], ret, error);
}

static int explain_net(const struct question *question, enum shield_direction direction, struct shield_explanation *ret,
		       struct shield_error *error)
{
	int proto = shield_proto_number(question->word[2]);
	struct shield_cidr to;
	uint32_t port;
	int r = shield_cidr_parse(question->word[0], &to, error);

	if (r < 0)
		return r;
	if (to.prefix != (to.family == AF_INET ? 32 : 128))
		return shield_fail(error, EINVAL, "\"%.64s\" is a network: ask about one address", question->word[0]);
	r = parse_number(question->word[1], "port", 65535, &port, error);
	if (r < 0)
		return r;
	if (proto < 0)
		return shield_fail(error, EINVAL, "\"%.40s\" is no protocol: tcp, udp, icmp or other",
				   question->word[2]);
	shield_explain_net(question->policy, direction, to.family, to.address, (enum shield_proto)proto, (uint16_t)port,
			   ret);
	return 0;
}

static int explain_connect(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	return explain_net(question, SHIELD_EGRESS, ret, error);
}

static int explain_bind(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	return explain_net(question, SHIELD_BIND, ret, error);
}

static int explain_uid(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	uint32_t id;
	int r = parse_number(question->word[0], "uid", UINT32_MAX - 1, &id, error);

	if (r >= 0)
		shield_explain_uid(question->policy, id, ret);
	return r;
}

static int explain_gid(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	uint32_t id;
	int r = parse_number(question->word[0], "gid", UINT32_MAX - 1, &id, error);

	if (r >= 0)
		shield_explain_gid(question->policy, id, ret);
	return r;
}

static int explain_open(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	return shield_explain_file(question->policy, question->word[0], false, ret, error);
}

static int explain_write(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	return shield_explain_file(question->policy, question->word[0], true, ret, error);
}

static int explain_unix(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	return shield_explain_unix(question->policy, question->word[0], ret, error);
}

static int explain_capability(const struct question *question, struct shield_explanation *ret,
			      struct shield_error *error)
{
	const char *name = question->word[0], *nearest = shield_capability_nearest(name);
	int capability = shield_capability_number(name);

	if (capability < 0 && nearest)
		return shield_fail(error, EINVAL, "\"%.40s\" is no capability; did you mean \"%s\"?", name, nearest);
	if (capability < 0)
		return shield_fail(error, EINVAL, "\"%.40s\" is no capability this version knows", name);
	shield_explain_capability(question->policy, (uint32_t)capability, ret);
	return 0;
}

static int explain_switch(const struct question *question, struct shield_explanation *ret, struct shield_error *error)
{
	(void)error;
	shield_explain_switch(question->policy, question->kind, ret);
	return 0;
}

static const struct act {
	const char *name;
	int words;
	int (*explain)(const struct question *question, struct shield_explanation *ret, struct shield_error *error);
	uint8_t kind; /* of a switch */
} acts[] = {
	{ "exec", 1, explain_exec, 0 },
	{ "connect", 3, explain_connect, 0 },
	{ "bind", 3, explain_bind, 0 },
	{ "unix", 1, explain_unix, 0 },
	{ "setuid", 1, explain_uid, 0 },
	{ "setgid", 1, explain_gid, 0 },
	{ "ptrace", 1, explain_trace, 0 },
	{ "open", 1, explain_open, 0 },
	{ "write", 1, explain_write, 0 },
	{ "capability", 1, explain_capability, 0 },
	{ "mount", 0, explain_switch, SHIELD_KIND_MOUNT },
	{ "bpf", 0, explain_switch, SHIELD_KIND_BPF },
	{ "modules", 0, explain_switch, SHIELD_KIND_MODULES },
	{ "userns", 0, explain_switch, SHIELD_KIND_USERNS },
};

static const struct act *find_act(const char *name)
{
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (!strcmp(name, acts[i].name))
			return &acts[i];
	return NULL;
}

/* "deny: no entry of the profile allows it (exec.default)" */
static void print_explanation(const struct shield_profile *profile, const struct shield_explanation *explanation)
{
	const char *reason = shield_reason_text(explanation->reason);

	if (explanation->action == SHIELD_ALLOW) {
		printf("allow: the profile has no rule about this\n");
		return;
	}
	if (explanation->verdict == SHIELD_ALLOW && SHIELD_RULE_LIST(explanation->rule) == SHIELD_LIST_NONE) {
		printf("allow: no entry of %s refuses it\n", explanation->place);
		return;
	}
	printf("%s: ", shield_verdict_name(explanation->verdict));
	if (*reason)
		printf("%s (%s)\n", reason, explanation->place);
	else
		printf("by %s\n", explanation->place);
	if (profile->audit && explanation->verdict > SHIELD_AUDIT)
		printf("the profile's mode is audit: it is reported, not refused\n");
}

static void write_text(struct shield_writer *writer, const char *key, const char *text)
{
	if (*text)
		shield_write_string(writer, key, text);
	else
		shield_write_null(writer, key);
}

static int print_json(const struct shield_profile *profile, const struct shield_explanation *explanation)
{
	_cleanup_text_ struct shield_text text = {};
	struct shield_writer writer = { .text = &text };

	shield_write_open(&writer, NULL, '{');
	shield_write_string(&writer, "verdict", shield_verdict_name(explanation->verdict));
	shield_write_string(&writer, "mode", profile->audit ? "audit" : "enforce");
	shield_write_string(&writer, "kind", shield_kind_name(explanation->kind));
	write_text(&writer, "rule", explanation->action == SHIELD_ALLOW ? "" : explanation->place);
	write_text(&writer, "reason", shield_reason_text(explanation->reason));
	shield_write_close(&writer, '}');
	shield_text_add(&text, "\n");
	return shield_ctl_print(&text);
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const struct act *act = find_act(arguments->operand[1]);
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct question question = { .arguments = arguments, .word = arguments->operand + 2 };
	struct shield_explanation explanation;
	struct shield_error error = {};
	int r;

	if (!act)
		return shield_ctl_usage(command,
					"the act is exec, connect, bind, unix, setuid, setgid, ptrace, open, write, "
					"capability, mount, bpf, modules or userns");
	if (arguments->count != 2 + act->words)
		return shield_ctl_usage(command, "%s takes %d argument%s", act->name, act->words,
					act->words == 1 ? "" : "s");
	if (shield_ctl_has(arguments, "from") && act->explain != explain_exec)
		return shield_ctl_usage(command, "--from is for exec");
	r = shield_ctl_load_profile(arguments->operand[0], &profile, &error);
	if (r >= 0)
		r = shield_ctl_compile(profile, &policy, &error);
	question.policy = policy;
	question.kind = act->kind;
	if (r >= 0)
		r = act->explain(&question, &explanation, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	if (shield_ctl_wants_json(arguments))
		r = print_json(profile, &explanation);
	else
		print_explanation(profile, &explanation);
	if (r != SHIELD_EXIT_OK)
		return r;
	return explanation.verdict > SHIELD_AUDIT && !profile->audit ? SHIELD_EXIT_NO : SHIELD_EXIT_OK;
}

static const struct shield_ctl_option options[] = {
	{ "from", 0, "PATH", "of exec: the program or script that does it; may be repeated" },
	{ "output", 'o', "text|json", "json: an object of verdict, mode, kind, rule and reason" },
	{},
};

const struct shield_ctl_command shield_ctl_profile_explain = {
	.name = "profile explain",
	.arguments = "FILE|NAME ACT...",
	.summary = "Say what a profile does about an act, and which entry decides",
	.help = "The act is one of\n"
		"  exec PATH [--from PATH]...   execute a file, from these programs and scripts\n"
		"  connect ADDRESS PORT PROTO   reach an address; PROTO is tcp, udp, icmp or other\n"
		"  bind ADDRESS PORT PROTO      bind a local one\n"
		"  unix PATH|@NAME              connect to a unix socket\n"
		"  setuid ID, setgid ID         take an id, the container's own\n"
		"  ptrace PATH                  trace others of the container with this executable\n"
		"  open PATH, write PATH        open a file; change it, or move a folder\n"
		"  capability NAME              use a capability, such as CAP_NET_RAW\n"
		"  mount, bpf, modules, userns  what the switches of kernel are about\n"
		"\n" SHIELD_CTL_PROFILE_WORD
		"Paths are taken as they are in the container's file system, without symbolic links, and\n"
		"profiles as they are written: links in their patterns are resolved when a container starts.\n"
		"What only the kernel knows (drift, fileless) is not asked.\n"
		"Exit status: 0 allowed, in audit mode too; 4 refused; 1 failure.\n",
	.options = options,
	.least = 2,
	.most = 5,
	.run = run,
};
