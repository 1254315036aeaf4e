/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "ctl/ctl.h"
#include "ctl/reload_plan.h"

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const struct shield_strings only = { arguments->operand, 1 };
	_cleanup_reload_plan_ struct shield_ctl_reload_plan plan = {
		.only = arguments->count ? &only : NULL,
		.dirs = &shield_profile_default_dirs,
	};
	struct shield_error error = {};
	int r = shield_ctl_reload_all(&plan, shield_ctl_has(arguments, "dry-run"), &error);

	(void)command;
	if (r < 0) {
		shield_ctl_fail(r, &error);
		return SHIELD_EXIT_FAILURE; /* also where a profile is not there: its containers are */
	}
	shield_ctl_reload_print(&plan, shield_ctl_has(arguments, "dry-run"));
	if (plan.refused)
		return SHIELD_EXIT_FAILURE;
	if (plan.count)
		return SHIELD_EXIT_OK;
	if (plan.only)
		fprintf(stderr, "shieldctl: no container is under the profile %s (see: shieldctl ps)\n",
			arguments->operand[0]);
	else
		fprintf(stderr, "shieldctl: no container is under a profile (see: shieldctl ps)\n");
	return SHIELD_EXIT_NOTHING;
}

static const struct shield_ctl_option options[] = {
	{ "dry-run", 0, NULL, "change nothing; say what would change, or fail" },
	{},
};

const struct shield_ctl_command shield_ctl_reload = {
	.name = "reload",
	.arguments = "[PROFILE]",
	.summary = "Take running containers to their profile as it is now",
	.help = "Reads the profile anew, of those containers that are under PROFILE, or of all. All of them change, or\n"
		"none: a profile that cannot be read or enforced changes nothing. At no moment is a container without\n"
		"its rules. The mode follows the profile's, unless an annotation, the node or \"shieldctl mode\" set it.\n"
		"It leaves an event.\n",
	.options = options,
	.most = 1,
	.run = run,
};
