/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/reload_plan.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/running.h"
#include "events/origin.h"

#define TRIES 20
#define PAUSE_MS 100

void shield_ctl_reload_free(struct shield_ctl_reload_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		shield_profile_free(plan->item[i].profile);
	free(plan->item);
	plan->item = NULL;
	plan->count = 0;
}

static bool is_meant(const struct shield_ctl_reload_plan *plan, const struct shield_container *container)
{
	/* what a recording is under is no profile of the node's */
	return !(container->state.flags & SHIELD_SLOT_RECORD) &&
	       (!plan->only || shield_strings_have(plan->only, container->info.profile));
}

static int add(const struct shield_container *container, void *context)
{
	struct shield_ctl_reload_plan *plan = context;
	struct shield_profile *profile;
	struct shield_reload *larger;
	int r;

	if (!is_meant(plan, container) || !shield_container_is_running(container))
		return 0;
	r = shield_profile_load(plan->dirs, container->info.profile, &profile, plan->error);
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
	struct shield_ctl_reload_plan *plan = context;
	char id[SHIELD_SHORT_ID_MAX];

	if (!is_meant(plan, container))
		return 0;
	fprintf(stderr,
		"shieldctl: container %s (profile %s) is under the engine of another version, and keeps its policy: "
		"start it anew\n",
		shield_short_id(container->info.id, id), container->info.profile);
	plan->refused = true;
	return 0;
}

static int look_at_engine(struct shield_engine *engine, void *context)
{
	struct shield_ctl_reload_plan *plan = context;
	bool own = !strcmp(engine->hash, shield_engine_hash());
	int r = own ? shield_engine_begin_reload(engine, plan->error) : 0;

	return r < 0 ? r : shield_container_each(engine, own ? add : refuse, plan, plan->error);
}

static int find(struct shield_ctl_reload_plan *plan, struct shield_error *error)
{
	plan->error = error;
	return shield_ctl_each_engine(look_at_engine, plan, error);
}

static int carry_out(struct shield_ctl_reload_plan *plan, bool dry_run, struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	int r;

	if (!plan->count)
		return 0;
	r = shield_engine_open(false, &engine, error);
	if (r == 0)
		r = shield_reload(&engine, plan->item, plan->count, dry_run, shield_ctl_warn, error);
	return r;
}

/* A container has ended meanwhile, or is being created, and has not come to its root directory yet. */
static bool will_pass(int r)
{
	return r == -ENOENT || r == -ESTALE;
}

int shield_ctl_reload_all(struct shield_ctl_reload_plan *plan, bool dry_run, struct shield_error *error)
{
	for (int tries = 1;; tries++) {
		int r;

		error->message[0] = '\0'; /* of an earlier try */
		shield_ctl_reload_free(plan);
		r = find(plan, error);
		if (r < 0)
			return r;
		r = carry_out(plan, dry_run, error);
		if (!will_pass(r) || tries == TRIES)
			return r;
		poll(NULL, 0, PAUSE_MS);
	}
}

static void print_reload(const struct shield_reload *reload, bool dry_run)
{
	char id[SHIELD_SHORT_ID_MAX];
	const char *said = dry_run ? "would be reloaded" : "reloaded";

	printf("%s: profile %s: %s, %s\n", shield_short_id(reload->container.info.id, id), reload->profile->name,
	       reload->unchanged ? "unchanged" : said, reload->audit ? "audit" : "enforce");
}

void shield_ctl_reload_print(const struct shield_ctl_reload_plan *plan, bool dry_run)
{
	for (size_t i = 0; i < plan->count; i++)
		print_reload(&plan->item[i], dry_run);
}
