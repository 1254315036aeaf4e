/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/doctor.h"
#include "ctl/missing.h"
#include "profile/in_force.h"
#include "profile/usable.h"

static void look_at_profiles(struct shield_doctor *doctor)
{
	struct shield_strings names = {};
	struct shield_error error = {};
	unsigned int valid = 0;

	if (shield_profile_list(&shield_profile_default_dirs, &names, &error) < 0) {
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "profiles", NULL, "%s", error.message);
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		if (shield_profile_usable(&shield_profile_default_dirs, names.item[i], &error) < 0)
			shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "profiles", NULL, "%s: %s", names.item[i],
					  error.message);
		else
			valid++;
	}
	shield_doctor_say(doctor, names.count ? SHIELD_FINDING_OK : SHIELD_FINDING_NOTE, "profiles", NULL,
			  "%u of %zu are valid", valid, names.count);
	shield_strings_free(&names);
}

static void say_fault(const char *place, const char *message, void *context)
{
	shield_doctor_say(context, SHIELD_FINDING_PROBLEM, "configuration", NULL, "%s: %s", place, message);
}

/* The file as it is, and what is in force where that is not the same. */
static void look_at_config(struct shield_doctor *doctor)
{
	_cleanup_config_ struct shield_config *config = NULL, *in_force = NULL;
	struct shield_error error = {}, problem = {};
	int r = shield_config_in_force(&shield_config_default_places, false, &in_force, &problem, &error);

	if (r < 0)
		shield_doctor_say(
			doctor, SHIELD_FINDING_PROBLEM, "configuration", NULL,
			"%s; no earlier one was valid: containers outside of Kubernetes' own namespaces do not "
			"start",
			error.message);
	else if (problem.message[0])
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "configuration", NULL, "%s", problem.message);
	if (shield_config_load(SHIELD_CONFIG_FILE, &config, &error) < 0)
		return;
	if (shield_config_check(config, &shield_profile_default_dirs, say_fault, doctor))
		return;
	if (access(SHIELD_CONFIG_FILE, F_OK) < 0)
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "configuration", NULL,
				  "no " SHIELD_CONFIG_FILE ": annotations choose profiles, nothing is bound");
	else
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "configuration", NULL,
				  SHIELD_CONFIG_FILE ": %zu binding%s", config->bindings.count,
				  config->bindings.count == 1 ? "" : "s");
}

static void say_missing(const struct shield_missing *missing, const char *why, void *context)
{
	_cleanup_text_ struct shield_text text = {};

	shield_ctl_add_missing(&text, missing, why);
	shield_doctor_say(context, SHIELD_FINDING_PROBLEM, "profiles", NULL, "%.*s", (int)text.length, text.data);
}

void shield_doctor_profiles(struct shield_doctor *doctor)
{
	look_at_config(doctor);
	look_at_profiles(doctor);
	shield_missing_each(SHIELD_MISSING_DIRECTORY, &shield_profile_default_dirs, say_missing, doctor);
}
