/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/attach.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "ctl/ctl.h"
#include "ctl/running.h"
#include "engine/reload.h"
#include "events/escape.h"
#include "events/origin.h"
#include "profile/find.h"
#include "profile/rule.h"

/* What is told when the container goes on. */
struct told {
	unsigned int tasks, processes;
	struct shield_text refused; /* lines */
};

static void note_task(const struct shield_retagged *task, const char *exe, void *context)
{
	struct told *told = context;
	char line[64], place[SHIELD_RULE_PATH_MAX];

	told->tasks++;
	if (task->pid != task->tgid)
		return;
	told->processes++;
	if (!task->rule)
		return;
	snprintf(line, sizeof(line), "  %u ", task->tgid);
	shield_text_add(&told->refused, line);
	shield_escape_terminal(&told->refused, *exe ? exe : task->comm, SHIELD_PATH_MAX);
	shield_rule_path(SHIELD_KIND_EXEC, task->rule, place, sizeof(place));
	shield_text_add(&told->refused, " (");
	shield_text_add(&told->refused, place);
	shield_text_add(&told->refused, ")\n");
}

static const char *mode_name(bool audit)
{
	return audit ? "audit" : "enforce";
}

static int say_attached(const char *id, const char *profile, bool audit, const struct told *told)
{
	_cleanup_text_ struct shield_text text = {};
	char line[256], shown[SHIELD_SHORT_ID + 1];

	snprintf(line, sizeof(line), "%s: profile %s, %s\n", shield_printable(id, shown, sizeof(shown)), profile,
		 mode_name(audit));
	shield_text_add(&text, line);
	if (told->tasks) {
		snprintf(line, sizeof(line), "%u processes with %u tasks run on under it.\n", told->processes,
			 told->tasks);
		shield_text_add(&text, line);
	}
	if (told->refused.length) {
		shield_text_add(&text, "These run what the profile does not allow to be executed, and go on:\n");
		shield_text_add_bytes(&text, told->refused.data, told->refused.length);
	}
	shield_text_add(&text, "What was done before is not undone: open files, connections and descriptors, mapped "
			       "libraries,\nidentities and capabilities that were taken, changed files.\n");
	return shield_ctl_print(&text);
}

/* A container that is under another profile, or under recording. */
static int move(struct shield_engine *engine, struct shield_reload *reload, struct shield_error *error)
{
	const struct shield_slot_info *info = &reload->container.info;
	const struct shield_subject subject = {
		.namespace_ = *info->pod_namespace ? info->pod_namespace : NULL,
		.pod = *info->pod ? info->pod : NULL,
		.container = *info->container ? info->container : NULL,
		.image = *info->image ? info->image : NULL,
	};
	int r = shield_ctl_check_node(subject, reload->profile->name, error);

	return r < 0 ? r : shield_reload(engine, reload, 1, false, shield_ctl_warn, error);
}

static enum shield_reload_mode reload_mode(const char *mode)
{
	if (!mode)
		return SHIELD_RELOAD_MODE_PROFILE;
	return !strcmp(mode, "audit") ? SHIELD_RELOAD_MODE_AUDIT : SHIELD_RELOAD_MODE_ENFORCE;
}

/* With an id, or what the engine knows the container by. */
static int attach(const char *id, struct shield_profile *profile, uint32_t reloads, const char *mode,
		  struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_reload reload = {
		.profile = profile,
		.mode = reload_mode(mode),
		.act = SHIELD_CONTROL_ATTACH,
	};
	char whole_id[SHIELD_ID_MAX];
	struct told told = {};
	struct shield_attach request = {
		.profile = profile,
		.reloads = reloads,
		.audit = mode ? !strcmp(mode, "audit") : profile->audit,
		.mode_fixed = mode,
		.warn = shield_ctl_warn,
		.adopted = note_task,
		.context = &told,
	};
	int r = shield_ctl_find(id, &engine, &reload.container, error);

	if (r == 0) {
		r = move(&engine, &reload, error);
		return r < 0 ? r : say_attached(reload.container.info.id, profile->name, reload.audit, &told);
	}
	if (r != -ENOENT)
		return r;
	r = shield_ctl_adopt(id, &request, whole_id, error);
	if (r == 0)
		r = say_attached(whole_id, profile->name, request.audit, &told);
	shield_text_free(&told.refused);
	return r;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const char *mode = shield_ctl_value(arguments, "mode"), *id = arguments->operand[0];
	_cleanup_profile_ struct shield_profile *profile = NULL;
	uint32_t reloads = shield_engine_reloads();
	struct shield_error error = {};
	int r = shield_profile_load(&shield_profile_default_dirs, arguments->operand[1], &profile, &error);

	(void)command;
	if (r == 0)
		r = attach(id, profile, reloads, mode, &error);
	return r < 0 ? shield_ctl_fail(r, &error) : r;
}

static const struct shield_ctl_option options[] = {
	{ "mode", 0, "audit|enforce", "instead of the profile's own" },
	{},
};

const struct shield_ctl_command shield_ctl_attach = {
	.name = "attach",
	.arguments = "CONTAINER PROFILE",
	.summary = "Put a running container under a profile",
	.help = "CONTAINER is an id, the beginning of one, a container's name, or podman's name for it; PROFILE the\n"
		"name of an installed profile. All its processes come under it at once, until it ends; one that is\n"
		"under another profile, or under recording, goes over to this one. It leaves an event.\n",
	.options = options,
	.least = 2,
	.most = 2,
	.run = run,
};
