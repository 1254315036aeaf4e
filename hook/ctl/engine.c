/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/running.h"
#include "engine/engines.h"
#include "engine/features.h"
#include "engine/sweep.h"
#include "events/holder.h"

static int load(void)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_error error = {};
	int r = shield_engine_open(true, &engine, &error);

	if (r < 0)
		return shield_ctl_fail(r, &error);
	printf("the engine %s is loaded\n", shield_engine_hash());
	return SHIELD_EXIT_OK;
}

/* Containers whose end nobody told. */
static int forget_dead(struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_swept swept;
	int r = shield_engine_open(false, &engine, error);

	if (r == 0)
		r = shield_sweep_all(&engine, &swept, error);
	return r == -ENOENT || r == -ESTALE ? 0 : r;
}

static int unload(void)
{
	struct shield_ring_holder holder;
	struct shield_error error = {};
	int r;

	/* a reader would go on waiting for the events of an engine that is gone */
	if (shield_ring_holder_find(&holder, NULL) == 0) {
		fprintf(stderr,
			"shieldctl: process %d reads the engine's events: stop it first (systemctl stop shieldd)\n",
			(int)holder.pid);
		return SHIELD_EXIT_FAILURE;
	}
	r = forget_dead(&error);
	if (r == 0)
		r = shield_engine_unload(&error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	printf("the engine %s is unloaded\n", shield_engine_hash());
	return SHIELD_EXIT_OK;
}

static int turn(bool off)
{
	struct shield_error error = {};
	int r = off ? 0 : shield_feature_require(SHIELD_FEATURE_FTRACE, &error); /* while it was off, nobody minded */

	if (r == 0)
		r = shield_engines_switch(off, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	if (!r)
		return shield_ctl_not_loaded();
	if (error.message[0])
		shield_ctl_warn(error.message);
	if (off)
		printf("ENFORCEMENT IS OFF ON THIS NODE.\n"
		       "No profile of any container refuses or reports anything, whatever its mode, until\n"
		       "\"shieldctl engine on\". What containers do meanwhile leaves no evidence; this switch does.\n");
	else
		printf("enforcement is on again, for all containers of this node\n");
	return SHIELD_EXIT_OK;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const char *act = arguments->operand[0];

	if (!strcmp(act, "off") || !strcmp(act, "on"))
		return turn(!strcmp(act, "off"));
	if (!strcmp(act, "load"))
		return load();
	if (!strcmp(act, "unload"))
		return unload();
	return shield_ctl_usage(command, "it is on, off, load or unload");
}

const struct shield_ctl_command shield_ctl_engine = {
	.name = "engine",
	.arguments = "off|on|load|unload",
	.summary = "Break-glass for the whole node; load or unload the engine",
	.help = "  off     nothing is enforced on this node any more, at once; leaves an event\n"
		"  on      enforcement goes on, for the containers that run, too; leaves an event\n"
		"  load    load the engine if it is not loaded; shieldd does so at boot, or else a container\n"
		"  unload  remove the engine; refused while a container is under enforcement or its events are read\n"
		"\n"
		"off and on switch the engines of other versions of oci-shield, too, whose containers still run.\n",
	.least = 1,
	.most = 1,
	.run = run,
};
