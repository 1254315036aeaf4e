/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"
#include "ctl/doctor.h"
#include "oci/annotations.h"
#include "oci/runtime.h"

struct look {
	struct shield_doctor *doctor;
	const struct shield_config *config;
	unsigned int running;
};

/* The profile that a container would start under now; false where that is none. */
static bool is_meant_for_profile(const struct shield_config *config, const struct shield_state *state,
				 struct shield_selection *ret)
{
	struct shield_annotations annotations;

	return shield_annotations_read(state, &annotations, NULL) == 0 && !annotations.sandbox &&
	       shield_select(config, &annotations.subject, ret, NULL) == 0 && ret->kind == SHIELD_SELECT_PROFILE;
}

static bool has_slot(const char *id)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_container container;

	return shield_ctl_find(id, &engine, &container, NULL) == 0;
}

static int look_at(const struct shield_state *state, void *context)
{
	struct shield_selection selection;
	struct look *look = context;
	char mend[128];

	if (!state->pid || !state->status || strcmp(state->status, "running") != 0)
		return 0;
	look->running++;
	if (!is_meant_for_profile(look->config, state, &selection) || has_slot(state->id))
		return 0;
	snprintf(mend, sizeof(mend), "restart it, or: shieldctl attach %.12s %s", state->id, selection.profile);
	shield_doctor_say(look->doctor, SHIELD_FINDING_PROBLEM, "containers", mend,
			  "%.12s runs WITHOUT the profile %s that is meant for it", state->id, selection.profile);
	return 0;
}

void shield_doctor_running(struct shield_doctor *doctor)
{
	_cleanup_config_ struct shield_config *config = NULL;
	struct look look = { .doctor = doctor };
	unsigned int before = doctor->problems;

	if (shield_config_load(SHIELD_CONFIG_FILE, &config, NULL) < 0) /* it is said elsewhere */
		return;
	look.config = config;
	shield_runtime_each(shield_runtime_roots, look_at, &look);
	if (doctor->problems == before)
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "containers", NULL,
				  "%u run, each under the profile that is meant for it, if one is", look.running);
}
