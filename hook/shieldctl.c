/* SPDX-License-Identifier: Apache-2.0 */
/* shieldctl: what is enforced on this node, for people. */
#include <string.h>

#include "ctl/ctl.h"

static const struct shield_ctl_command *const commands[] = {
	&shield_ctl_ps,	    &shield_ctl_status,	 &shield_ctl_inspect, &shield_ctl_events,
	&shield_ctl_top,    &shield_ctl_profile, &shield_ctl_record,  &shield_ctl_select,
	&shield_ctl_apply,  &shield_ctl_attach,	 &shield_ctl_reload,  &shield_ctl_mode,
	&shield_ctl_engine, &shield_ctl_doctor,	 &shield_ctl_version, NULL,
};

static const struct shield_ctl_command shieldctl = {
	.name = "",
	.summary = "Shows and controls what oci-shield enforces on this node",
	.help = "\"shieldctl COMMAND --help\" says more. Exit status: 0 done, 1 failure, 2 wrong usage,\n"
		"3 not found or nothing under enforcement, 4 the answer is no. See shieldctl(8).\n",
	.commands = commands,
};

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--version"))
		argv[1] = "version";
	return shield_ctl_run(&shieldctl, argc, argv);
}
