/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "ctl/ctl.h"
#include "events/origin.h"
#include "profile/find.h"

/* The containers that are to be reloaded, each with a profile of its own: resolving rewrites it. */
struct plan {
	const char *profile; /* NULL = any */
	struct shield_reload *item;
	size_t count;
	bool refused; /* some container is under another build's engine */
	struct shield_error *error;
};

static void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		shield_profile_free(plan->item[i].profile);
	free(plan->item);
}

static bool is_meant(const struct plan *plan, const struct shield_container *container)
{
	/* what a recording is under is no profile of the node's */
	return !(container->state.flags & SHIELD_SLOT_RECORD) &&
	       (!plan->profile || !strcmp(container->info.profile, plan->profile));
}

static int add(const struct shield_container *container, void *context)
{
	struct plan *plan = context;
	struct shield_profile *profile;
	struct shield_reload *larger;
	int r;

	if (!is_meant(plan, container) || !shield_container_is_running(container))
		return 0;
	r = shield_profile_load(&shield_profile_default_dirs, container->info.profile, &profile, plan->error);
	if (r < 0)
		return shield_wrap(plan->error, r, "container %.12s", container->info.id);
	larger = reallocarray(plan->item, plan->count + 1, sizeof(*larger));
	if (!larger) {
		shield_profile_free(profile);
		return shield_fail(plan->error, ENOMEM, "out of memory");
	}
	plan->item = larger;
	plan->item[plan->count++] = (struct shield_reload){
		.container = *container,
		.profile = profile,
		.act = SHIELD_CONTROL_RELOAD,
	};
	return 0;
}

static int refuse(const struct shield_container *container, void *context)
{
	struct plan *plan = context;
	char id[SHIELD_SHORT_ID + 1];

	if (!is_meant(plan, container))
		return 0;
	fprintf(stderr,
		"shieldctl: container %s (profile %s) is under the engine of another version, and keeps its policy: "
		"start it anew\n",
		shield_printable(container->info.id, id, sizeof(id)), container->info.profile);
	plan->refused = true;
	return 0;
}

static int look_at_engine(struct shield_engine *engine, void *context)
{
	struct plan *plan = context;
	bool own = !strcmp(engine->hash, shield_engine_hash());

	return shield_container_each(engine, own ? add : refuse, plan, plan->error);
}

static void warn(const char *message)
{
	fprintf(stderr, "shieldctl: %s\n", message);
}

static void print_reload(const struct shield_reload *reload, bool dry_run)
{
	char id[SHIELD_SHORT_ID + 1];
	const char *said = dry_run ? "would be reloaded" : "reloaded";

	printf("%s: profile %s: %s, %s\n", shield_printable(reload->container.info.id, id, sizeof(id)),
	       reload->profile->name, reload->unchanged ? "unchanged" : said, reload->audit ? "audit" : "enforce");
}

static int reload(struct plan *plan, bool dry_run)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	int r = shield_engine_open(false, &engine, plan->error);

	if (r == 0)
		r = shield_reload(&engine, plan->item, plan->count, dry_run, warn, plan->error);
	if (r < 0) {
		shield_ctl_fail(r, plan->error);
		return SHIELD_EXIT_FAILURE;
	}
	for (size_t i = 0; i < plan->count; i++)
		print_reload(&plan->item[i], dry_run);
	return plan->refused ? SHIELD_EXIT_FAILURE : SHIELD_EXIT_OK;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	struct shield_error error = {};
	_cleanup_(plan_free) struct plan plan = { .profile = arguments->operand[0], .error = &error };
	int r = shield_ctl_each_engine(look_at_engine, &plan, &error);

	(void)command;
	if (r < 0) {
		shield_ctl_fail(r, &error);
		return SHIELD_EXIT_FAILURE; /* also where a profile is not there: its containers are */
	}
	if (plan.count)
		return reload(&plan, shield_ctl_has(arguments, "dry-run"));
	if (plan.refused)
		return SHIELD_EXIT_FAILURE;
	if (plan.profile)
		fprintf(stderr, "shieldctl: no container is under the profile %s (see: shieldctl ps)\n", plan.profile);
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
