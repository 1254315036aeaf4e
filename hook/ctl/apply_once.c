/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply/activation.h"
#include "apply/changed.h"
#include "ctl/apply.h"
#include "ctl/ctl.h"
#include "engine/programs.h"
#include "engine/tier.h"
#include "events/origin.h"

static void add_fault(const char *sentence, void *context)
{
	struct shield_ctl_apply *apply = context;

	shield_strings_add(&apply->faults, strdup(sentence)); /* the error says that there were some */
}

static void add_note(const char *sentence, void *context)
{
	struct shield_ctl_apply *apply = context;

	shield_strings_add(&apply->notes, strdup(sentence));
}

/* On this kernel. */
static int check(struct shield_activation *activation, struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	enum shield_tier tier = shield_tier_lsm_is_likely() ? SHIELD_TIER_LSM : SHIELD_TIER_FMOD_RET;
	uint32_t lacking;
	int r;

	if (shield_engine_open(false, &engine, NULL) == 0)
		tier = engine.control->tier;
	r = shield_programs_lacking(tier, &lacking, error);
	return r < 0 ? r : shield_activation_check(activation, lacking, error);
}

/* Containers whose profile goes, for good. */
struct leaving {
	struct shield_ctl_apply *apply;
	const struct shield_activation *activation;
};

static int note_leaving(const struct shield_container *container, void *context)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	const struct shield_slot_info *info = &container->info;
	const struct leaving *leaving = context;
	struct shield_error sentence;
	char id[SHIELD_SHORT_ID_MAX];

	if (!shield_strings_have(&leaving->activation->gone, info->profile) ||
	    !shield_container_is_running(container) ||
	    shield_profile_load(&leaving->activation->dirs, info->profile, &profile, NULL) == 0)
		return 0;
	shield_fail(&sentence, 0, "profile %s is taken away: container %s%s%s keeps its policy until it ends",
		    info->profile, shield_short_id(info->id, id), info->pod[0] ? " of pod " : "", info->pod);
	add_note(sentence.message, leaving->apply);
	return 0;
}

static int look_for_leaving(struct shield_engine *engine, void *context)
{
	return shield_container_each(engine, note_leaving, context, NULL);
}

/* Running containers: which are to follow, and whether they can. */
static int try_reload(struct shield_ctl_apply *apply, const struct shield_activation *activation,
		      struct shield_strings *ret_changed)
{
	const struct shield_apply_places *places = activation->places;
	const struct shield_profile_dirs *now = activation->unchanged ? places->profiles : &activation->dirs;
	struct leaving leaving = { apply, activation };
	int r = shield_apply_changed(activation->pending ? NULL : places->profiles, now, ret_changed, &apply->error);

	if (r < 0)
		return r;
	if (activation->gone.count)
		shield_ctl_each_engine(look_for_leaving, &leaving, NULL);
	apply->plan.only = ret_changed;
	apply->plan.dirs = now;
	r = shield_ctl_reload_all(&apply->plan, true, &apply->error);
	return r < 0 ? shield_wrap(&apply->error, r, "running containers could not follow, so nothing was changed") : 0;
}

/* What is in force now. */
static int follow(struct shield_ctl_apply *apply, const struct shield_activation *activation,
		  const struct shield_strings *changed)
{
	int r;

	apply->plan.only = changed;
	apply->plan.dirs = activation->places->profiles;
	r = shield_ctl_reload_all(&apply->plan, false, &apply->error);
	if (r < 0)
		return shield_wrap(&apply->error, r,
				   "it is in force for new containers, but those that run did not follow (apply it "
				   "again, or see shieldctl reload)");
	shield_activation_followed(activation);
	return 0;
}

/* Returns 0, or -errno with *outcome set. */
static int apply_all(struct shield_ctl_apply *apply, struct shield_activation *activation,
		     struct shield_strings *changed)
{
	bool reloads = !activation->unchanged || activation->pending;
	int r = reloads ? try_reload(apply, activation, changed) : 0;

	if (r < 0 || apply->dry_run)
		return r;
	apply->outcome = SHIELD_CTL_FAILED; /* from here on */
	r = shield_activation_commit(activation, &apply->error);
	return r == 0 && reloads ? follow(apply, activation, changed) : r;
}

void shield_ctl_apply_carry_out(struct shield_ctl_apply *apply)
{
	const struct shield_apply_talk talk = { add_fault, add_note, apply };
	_cleanup_(shield_strings_free) struct shield_strings changed = {};
	_cleanup_activation_ struct shield_activation activation = { .lock = -1 };
	int r = shield_activation_begin(&shield_apply_default_places, apply->from, &talk, &activation, &apply->error);

	apply->outcome = SHIELD_CTL_REFUSED;
	if (r == 0 && !activation.unchanged)
		r = check(&activation, &apply->error);
	if (r < 0)
		return;
	apply->added = activation.added;
	apply->replaced = activation.replaced;
	apply->gone = (unsigned int)activation.gone.count;
	apply->config = activation.config_changes;
	r = apply_all(apply, &activation, &changed);
	apply->plan.only = NULL; /* ours */
	if (r < 0)
		return;
	if (activation.unchanged && !activation.pending)
		apply->outcome = SHIELD_CTL_UNCHANGED;
	else
		apply->outcome = apply->dry_run ? SHIELD_CTL_VALID : SHIELD_CTL_APPLIED;
}

static void print_counts(const struct shield_ctl_apply *apply)
{
	printf("%u profile%s added, %u replaced, %u taken away; the configuration %s\n", apply->added,
	       apply->added == 1 ? "" : "s", apply->replaced, apply->gone, apply->config ? "changes" : "stays");
}

void shield_ctl_apply_print(const struct shield_ctl_apply *apply)
{
	for (size_t i = 0; i < apply->notes.count; i++)
		fprintf(stderr, "shieldctl: note: %s\n", apply->notes.item[i]);
	for (size_t i = 0; i < apply->faults.count; i++)
		fprintf(stderr, "shieldctl: %s\n", apply->faults.item[i]);
	switch (apply->outcome) {
	case SHIELD_CTL_APPLIED:
		if (apply->from)
			printf("%s is in force: ", apply->from);
		else
			printf("what was applied is taken away: ");
		print_counts(apply);
		shield_ctl_reload_print(&apply->plan, false);
		break;
	case SHIELD_CTL_VALID:
		printf("%s is valid: ", apply->from ?: "taking away what is applied");
		print_counts(apply);
		shield_ctl_reload_print(&apply->plan, true);
		break;
	case SHIELD_CTL_UNCHANGED:
		if (apply->from)
			printf("%s is in force already: nothing to do\n", apply->from);
		else
			printf("nothing is applied: nothing to do\n");
		break;
	default:
		fprintf(stderr, "shieldctl: %s\n", apply->error.message);
	}
	fflush(stdout);
}

void shield_ctl_apply_free(struct shield_ctl_apply *apply)
{
	shield_strings_free(&apply->faults);
	shield_strings_free(&apply->notes);
	shield_ctl_reload_free(&apply->plan);
}
