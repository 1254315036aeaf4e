/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/usable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/compile.h"

int shield_profile_usable(const struct shield_profile_dirs *dirs, const char *name, struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_free_ struct shield_policy *policy = NULL;
	int r = shield_profile_load(dirs, name, &profile, error);

	if (r < 0)
		return r;
	policy = calloc(1, sizeof(*policy));
	if (!policy)
		return shield_fail(error, ENOMEM, "out of memory for a policy");
	r = shield_compile(profile, policy, error);
	return r < 0 ? shield_wrap(error, r, "profile %s", name) : 0;
}

/* Does an earlier binding name the profile? */
static bool is_seen(const struct shield_config *config, size_t end, const char *name)
{
	for (size_t i = 0; i < end; i++)
		if (!strcmp(config->bindings.item[i].profile, name))
			return true;
	return false;
}

unsigned int shield_config_check(const struct shield_config *config, const struct shield_profile_dirs *dirs,
				 void (*report)(const char *place, const char *message, void *context), void *context)
{
	size_t count = config->bindings.count;
	unsigned int faults = 0;

	for (size_t i = 0; i <= count; i++) {
		const char *name = i < count ? config->bindings.item[i].profile : config->default_profile;
		struct shield_error error;
		char place[40] = "default_profile";

		if (!*name || is_seen(config, i, name) || shield_profile_usable(dirs, name, &error) == 0)
			continue;
		if (i < count)
			snprintf(place, sizeof(place), "bindings[%zu].profile", i);
		if (report)
			report(place, error.message, context);
		faults++;
	}
	return faults;
}
