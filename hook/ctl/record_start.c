/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "base/names.h"
#include "ctl/record.h"
#include "ctl/running.h"
#include "profile/everything.h"

/* The tasks that run already. */
static void count_task(const struct shield_retagged *task, const char *exe, void *context)
{
	unsigned int *processes = context;

	(void)exe;
	*processes += task->pid == task->tgid;
}

static int say_started(const char *name, unsigned int processes)
{
	_cleanup_text_ struct shield_text text = {};

	shield_text_add(&text, "Recording ");
	shield_text_add(&text, name);
	shield_text_add(&text, ": ");
	shield_text_add_number(&text, processes);
	shield_text_add(&text, " processes from now on.\n"
			       "What they did before is not in it: a profile of this recording is for this container\n"
			       "(shieldctl attach), not for one that starts anew.\n");
	return shield_ctl_print(&text);
}

/* Of a container under a profile, what that refuses or reports. */
static int observe(struct shield_engine *engine, const struct shield_container *container, const char *name,
		   struct shield_error *error)
{
	int r = shield_container_observe(engine, container, name, error);

	if (r < 0)
		return r;
	printf("Recording %s: what the profile %s refuses or reports, from now on.\n", name, container->info.profile);
	return SHIELD_EXIT_OK;
}

static int start(const char *id, const char *name, bool files, struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_container container;
	unsigned int processes = 0;
	struct shield_attach request = {
		.audit = true,
		.record = name,
		.learning = true,
		.warn = shield_ctl_warn,
		.adopted = count_task,
		.context = &processes,
	};
	int r = shield_ctl_find(id, &engine, &container, error);

	if (r == 0)
		return observe(&engine, &container, name, error);
	if (r == -ENOENT)
		r = shield_profile_everything(name, files, &profile, error);
	request.profile = profile;
	request.reloads = shield_engine_reloads(); /* this one is the same always */
	if (r == 0)
		r = shield_ctl_adopt(id, &request, NULL, error);
	return r == 0 ? say_started(name, processes) : r;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const char *id = arguments->operand[0], *name = arguments->operand[1];
	bool files = shield_ctl_has(arguments, "files");
	struct shield_error error = {};
	int r = shield_name_check(name, &error);

	(void)command;
	if (r == 0)
		r = start(id, name, files, &error);
	return r < 0 ? shield_ctl_fail(r, &error) : r;
}

static const struct shield_ctl_option options[] = {
	{ "files", 0, NULL, "the folders that are written, too" },
	{},
};

const struct shield_ctl_command shield_ctl_record_start = {
	.name = "record start",
	.arguments = "CONTAINER NAME",
	.summary = "Record a running container from now on, until it ends",
	.help = "CONTAINER is an id, the beginning of one, a container's name, or podman's name for it. Of one that\n"
		"is under a profile, what the profile refuses or reports is recorded; it goes on.\n",
	.options = options,
	.least = 2,
	.most = 2,
	.run = run,
};
