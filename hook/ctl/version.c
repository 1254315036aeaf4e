/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "ctl/ctl.h"

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	(void)command;
	(void)arguments;
	printf("oci-shield %s\n", shield_engine_build());
	return SHIELD_EXIT_OK;
}

const struct shield_ctl_command shield_ctl_version = {
	.name = "version",
	.arguments = "",
	.summary = "Show the version, and the engine that this build forms",
	.run = run,
};
