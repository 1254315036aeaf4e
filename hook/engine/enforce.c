/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/enforce.h"

#include <errno.h>

#include "base/cleanup.h"
#include "engine/attach.h"
#include "profile/config.h"
#include "profile/everything.h"
#include "profile/find.h"

/* Which profile, if any. Reads the node's configuration. */
static int choose(const struct shield_subject *subject, struct shield_selection *ret, struct shield_error *error)
{
	_cleanup_config_ struct shield_config *config = NULL;
	int r = shield_config_load(SHIELD_CONFIG_FILE, &config, error);

	if (r < 0)
		return r;
	r = shield_select(config, subject, ret, error);
	if (r < 0)
		return r;
	if (ret->kind == SHIELD_SELECT_REFUSE)
		return shield_fail(error, EPERM, "%s", ret->because);
	return 0;
}

/* The profile to run under: that of the recording where no other was chosen. */
static int load_profile(const struct shield_subject *subject, const struct shield_selection *selection,
			struct shield_profile **ret, struct shield_error *error)
{
	if (selection->kind == SHIELD_SELECT_PROFILE)
		return shield_profile_load(&shield_profile_default_dirs, selection->profile, ret, error);
	return shield_profile_everything(selection->record, subject->record_files, ret, error);
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
	r = load_profile(enforce->subject, selection, &profile, error);
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
	int r = choose(enforce->subject, &selection, error);

	if (r < 0)
		return r;
	if (selection.record_ignored)
		enforce->warn("the annotation oci-shield/record is not honoured: the node's configuration does not "
			      "allow it");
	if (selection.kind != SHIELD_SELECT_PROFILE && !selection.record[0])
		return 0;
	return attach(enforce, &selection, error);
}
