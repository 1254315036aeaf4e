/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/running.h"
#include "events/origin.h"

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	bool audit = !strcmp(arguments->operand[1], "audit");
	struct shield_container container;
	struct shield_error error = {};
	char id[SHIELD_SHORT_ID_MAX];
	int r;

	if (!audit && strcmp(arguments->operand[1], "enforce") != 0)
		return shield_ctl_usage(command, "the mode is audit or enforce");
	r = shield_ctl_find(arguments->operand[0], &engine, &container, &error);
	if (r >= 0)
		r = shield_container_set_mode(&engine, &container, audit, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	if (error.message[0])
		shield_ctl_warn(error.message);
	printf("%s: %s\n", shield_short_id(container.info.id, id),
	       audit ? "audit: violations are reported, nothing is refused" : "enforce: violations are refused");
	return SHIELD_EXIT_OK;
}

const struct shield_ctl_command shield_ctl_mode = {
	.name = "mode",
	.arguments = "CONTAINER audit|enforce",
	.summary = "Switch one container between reporting and refusing",
	.help = "CONTAINER is an id, the beginning of one, or a container's name. It takes effect at once,\n"
		"for all processes of the container, until it ends. It leaves an event.\n",
	.least = 2,
	.most = 2,
	.run = run,
};
