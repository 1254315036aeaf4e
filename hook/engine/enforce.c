/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/enforce.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "base/cleanup.h"
#include "engine/attach.h"
#include "profile/everything.h"
#include "profile/find.h"
#include "profile/in_force.h"
#include "profile/missing.h"

/*
 * Without a configuration that is valid. Kubernetes' own containers start, so that the node can be mended; what asks for
 * something or might be bound to something does not.
 */
static int choose_without(const struct shield_enforce *enforce, int wrong, struct shield_selection *ret,
			  struct shield_error *error)
{
	_cleanup_config_ struct shield_config *config = NULL;

	if (enforce->subject->profile || enforce->subject->record || shield_config_default(&config, NULL) < 0 ||
	    !shield_select_is_exempt(config, enforce->subject))
		return shield_wrap(error, wrong, "the node's configuration is not valid, and never was");
	enforce->warn(error->message);
	*ret = (struct shield_selection){ .kind = SHIELD_SELECT_NONE };
	return 0;
}

/* Which profile, if any. Reads the node's configuration. */
static int choose(const struct shield_enforce *enforce, struct shield_selection *ret, struct shield_error *error)
{
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error problem;
	int r = shield_config_in_force(&shield_config_default_places, true, &config, &problem, error);

	if (r < 0)
		return choose_without(enforce, r, ret, error);
	if (problem.message[0])
		enforce->warn(problem.message);
	r = shield_select(config, enforce->subject, ret, error);
	if (r < 0)
		return r;
	if (ret->kind == SHIELD_SELECT_REFUSE)
		return shield_fail(error, EPERM, "%s", ret->because);
	return 0;
}

/* For the person who looks for the reason: shieldctl status and doctor tell. Users' containers are their own business. */
static void note_missing(const struct shield_enforce *enforce, const char *profile)
{
	const struct shield_subject *subject = enforce->subject;
	struct shield_missing missing = { .since = time(NULL) };

	if (enforce->client)
		return;
	snprintf(missing.profile, sizeof(missing.profile), "%s", profile);
	snprintf(missing.id, sizeof(missing.id), "%s", enforce->state->id);
	snprintf(missing.namespace_, sizeof(missing.namespace_), "%s", subject->namespace_ ?: "");
	snprintf(missing.pod, sizeof(missing.pod), "%s", subject->pod ?: "");
	snprintf(missing.container, sizeof(missing.container), "%s", subject->container ?: "");
	shield_missing_note(SHIELD_MISSING_DIRECTORY, &missing, NULL); /* the refusal itself says it, too */
}

/* The profile to run under: that of the recording where no other was chosen. */
static int load_profile(const struct shield_enforce *enforce, const struct shield_selection *selection,
			struct shield_profile **ret, struct shield_error *error)
{
	int r;

	if (selection->kind != SHIELD_SELECT_PROFILE)
		return shield_profile_everything(selection->record, enforce->subject->record_files, ret, error);
	r = shield_profile_load(&shield_profile_default_dirs, selection->profile, ret, error);
	if (r < 0)
		note_missing(enforce, selection->profile);
	return r < 0 ? shield_wrap(error, r, "profile %s, by %s", selection->profile, selection->because) : 0;
}

static int attach(const struct shield_enforce *enforce, const struct shield_selection *selection,
		  struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_attach request = {
		.state = enforce->state,
		.subject = enforce->subject,
		.client = enforce->client,
		.warn = enforce->warn,
	};
	int r;

	if (!enforce->state->pid)
		return shield_fail(error, EINVAL, "the state on standard input has no pid");
	request.reloads = shield_engine_reloads();
	r = load_profile(enforce, selection, &profile, error);
	if (r < 0)
		return r;
	if (selection->mode_ignored)
		enforce->warn("the annotation oci-shield/mode is not honoured: the node's configuration does not "
			      "allow it");
	request.profile = profile;
	request.mode_fixed = selection->mode != SHIELD_SELECT_MODE_PROFILE;
	request.record = selection->record[0] ? selection->record : NULL;
	request.learning = selection->kind == SHIELD_SELECT_NONE;
	request.audit = selection->mode == SHIELD_SELECT_MODE_AUDIT ||
			(selection->mode == SHIELD_SELECT_MODE_PROFILE && profile->audit);
	return shield_attach(&request, error);
}

int shield_enforce(const struct shield_enforce *enforce, struct shield_error *error)
{
	struct shield_selection selection;
	int r = choose(enforce, &selection, error);

	if (r < 0)
		return r;
	if (selection.record_ignored)
		enforce->warn("the annotation oci-shield/record is not honoured: the node's configuration does not "
			      "allow it");
	if (selection.kind != SHIELD_SELECT_PROFILE && !selection.record[0])
		return 0;
	do
		r = attach(enforce, &selection, error);
	while (r == -ERESTART); /* by the profile as it is now */
	return r;
}
