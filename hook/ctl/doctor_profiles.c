/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/doctor.h"
#include "ctl/profile.h"
#include "profile/config.h"
#include "profile/find.h"

/* Can it be read and compiled? */
static int try_profile(const char *name, struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_free_ struct shield_policy *policy = NULL;
	int r = shield_profile_load(&shield_profile_default_dirs, name, &profile, error);

	return r < 0 ? r : shield_ctl_compile(profile, &policy, error);
}

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
		if (try_profile(names.item[i], &error) < 0)
			shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "profiles", NULL, "%s: %s", names.item[i],
					  error.message);
		else
			valid++;
	}
	shield_doctor_say(doctor, names.count ? SHIELD_FINDING_OK : SHIELD_FINDING_NOTE, "profiles", NULL,
			  "%u of %zu are valid", valid, names.count);
	shield_strings_free(&names);
}

/* A profile that the configuration names must be there, or containers do not start. */
static void look_at_name(struct shield_doctor *doctor, const char *place, const char *name)
{
	struct shield_error error = {};

	if (*name && try_profile(name, &error) < 0)
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "configuration", NULL, "%s: %s", place,
				  error.message);
}

static void look_at_config(struct shield_doctor *doctor)
{
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error error = {};

	if (shield_config_load(SHIELD_CONFIG_FILE, &config, &error) < 0) {
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "configuration", NULL, "%s", error.message);
		return;
	}
	if (access(SHIELD_CONFIG_FILE, F_OK) < 0)
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "configuration", NULL,
				  "no " SHIELD_CONFIG_FILE ": annotations choose profiles, nothing is bound");
	else
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "configuration", NULL,
				  SHIELD_CONFIG_FILE ": %zu binding%s", config->bindings.count,
				  config->bindings.count == 1 ? "" : "s");
	for (size_t i = 0; i < config->bindings.count; i++) {
		char place[40];

		snprintf(place, sizeof(place), "bindings[%zu].profile", i);
		look_at_name(doctor, place, config->bindings.item[i].profile);
	}
	look_at_name(doctor, "default_profile", config->default_profile);
}

void shield_doctor_profiles(struct shield_doctor *doctor)
{
	look_at_config(doctor);
	look_at_profiles(doctor);
}
