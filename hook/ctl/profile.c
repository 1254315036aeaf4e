/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/compile.h"
#include "profile/print.h"

int shield_ctl_compile(const struct shield_profile *profile, struct shield_policy **ret, struct shield_error *error)
{
	_cleanup_free_ struct shield_policy *policy = calloc(1, sizeof(*policy));
	int r;

	if (!policy)
		return shield_fail(error, ENOMEM, "out of memory for a policy");
	r = shield_compile(profile, policy, error);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(policy);
	return 0;
}

static int show(const char *word)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *printed = NULL;
	struct shield_error error = {};
	int r = shield_ctl_load_profile(word, &profile, &error);

	if (r >= 0)
		r = shield_profile_print_file(profile, &printed, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	shield_text_add(&text, printed);
	return shield_ctl_print(&text);
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const char *act = arguments->operand[0];

	if (!strcmp(act, "explain"))
		return shield_ctl_profile_explain(command, arguments);
	if (strcmp(act, "check") != 0 && strcmp(act, "show") != 0)
		return shield_ctl_usage(command, "it is check, show or explain");
	if (arguments->from_count)
		return shield_ctl_usage(command, "--from is for explain");
	if (arguments->count != 2)
		return shield_ctl_usage(command, "%s takes one profile", act);
	return !strcmp(act, "check") ? shield_ctl_profile_check(arguments->operand[1]) : show(arguments->operand[1]);
}

const struct shield_ctl_command shield_ctl_profile = {
	.name = "profile",
	.arguments = "check FILE | show FILE|NAME | explain FILE|NAME ACT",
	.summary = "Check a profile, show what it comes to, ask it about an act",
	.help = "A word with a \"/\" in it or \".json\" at its end is a file, another one an installed profile.\n"
		"\n"
		"  check    read and compile it; say what is wrong, and what is probably not meant\n"
		"  show     print it complete: what it extends resolved, every default spelt out\n"
		"  explain  say what the profile does about an ACT, and which entry decides:\n"
		"             exec PATH [--from PATH]...   execute a file, from these programs and scripts\n"
		"             connect ADDRESS PORT PROTO   reach an address; PROTO is tcp, udp, icmp or other\n"
		"             bind ADDRESS PORT PROTO      bind a local one\n"
		"             unix PATH|@NAME              connect to a unix socket\n"
		"             setuid ID, setgid ID         take an id, the container's own\n"
		"             ptrace PATH                  trace others of the container with this executable\n"
		"             open PATH, write PATH        open a file; change it, or move a folder\n"
		"             capability NAME              use a capability, such as CAP_NET_RAW\n"
		"             mount, bpf, modules, userns  what the switches of kernel are about\n"
		"\n"
		"explain takes paths as they are in the container's file system, without symbolic links, and\n"
		"profiles as they are written: links in their patterns are resolved when a container starts.\n"
		"What only the kernel knows (drift, fileless) is not asked.\n",
	.options = "F",
	.least = 2,
	.most = 6,
	.run = run,
};
