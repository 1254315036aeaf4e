/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/profile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

bool shield_ctl_profile_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no);
}

static int show(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *printed = NULL;
	struct shield_error error = {};
	int r = shield_ctl_load_profile(arguments->operand[0], &profile, &error);

	(void)command;
	if (r >= 0)
		r = shield_profile_print_file(profile, &printed, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	shield_text_add(&text, printed);
	return shield_ctl_print(&text);
}

static const struct shield_ctl_command profile_show = {
	.name = "profile show",
	.arguments = "FILE|NAME",
	.summary = "Print a profile complete: what it extends resolved, every default spelt out",
	.help = SHIELD_CTL_PROFILE_WORD,
	.least = 1,
	.most = 1,
	.run = show,
};

static const struct shield_ctl_command *const commands[] = {
	&shield_ctl_profile_check,   &profile_show,
	&shield_ctl_profile_explain, &shield_ctl_profile_diff,
	&shield_ctl_profile_merge,   &shield_ctl_profile_suggest,
	&shield_ctl_profile_test,    NULL,
};

const struct shield_ctl_command shield_ctl_profile = {
	.name = "profile",
	.summary = "Check, show, question, compare, merge, amend and try profiles",
	.commands = commands,
};
