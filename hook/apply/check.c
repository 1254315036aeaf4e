/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "base/text.h"
#include "engine/hooks.h"
#include "profile/compile.h"
#include "profile/rule.h"
#include "profile/usable.h"

/* Is what follows the folder's path "/NAME.json" of the candidate? */
static bool is_candidate(const struct shield_candidate *candidate, const char *rest)
{
	for (size_t i = 0; i < candidate->count; i++) {
		const char *name = candidate->profiles[i].name;
		size_t length = strlen(name);

		if (rest[0] == '/' && !strncmp(rest + 1, name, length) && !strncmp(rest + 1 + length, ".json", 5))
			return true;
	}
	return false;
}

/* The folder that is being made is gone when people look for it: they are told where the files came from. */
static char *name_places(const struct shield_apply_check *check, const char *message)
{
	const char *folder = check->profiles->path[0], *at;
	_cleanup_text_ struct shield_text text = {};
	char *named;

	while ((at = strstr(message, folder))) {
		const char *rest = at + strlen(folder);

		shield_text_add_bytes(&text, message, (size_t)(at - message));
		shield_text_add(&text,
				*rest == '/' && !is_candidate(check->candidate, rest) ? check->folder : check->from);
		message = rest;
	}
	shield_text_add(&text, message);
	return shield_text_take(&text, &named, NULL) == 0 ? named : NULL;
}

static void tell(const struct shield_apply_check *check, const char *place, const char *message)
{
	_cleanup_free_ char *named = name_places(check, message);

	if (place)
		shield_apply_fault(check->talk, "%s: %s", place, named ?: message);
	else
		shield_apply_fault(check->talk, "%s", named ?: message);
}

/* In audit mode it starts, with a warning. */
static unsigned int check_kernel(const struct shield_apply_check *check, const char *name,
				 const struct shield_policy *policy)
{
	uint32_t lacking = shield_policy_kinds(policy) & check->lacking;
	unsigned int faults = 0;

	for (unsigned int kind = 0; kind < SHIELD_KINDS; kind++) {
		if (!(lacking & 1u << kind))
			continue;
		shield_apply_fault(
			check->talk,
			"%s/%s.json: rule %s cannot be enforced on this kernel (see shieldctl doctor): leave it "
			"out, or say \"mode\": \"audit\"",
			check->from, name, shield_kind_name(kind));
		faults++;
	}
	return faults;
}

static unsigned int check_profile(const struct shield_apply_check *check, const char *name)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct shield_error error = { "out of memory" };
	int r = shield_profile_load(check->profiles, name, &profile, &error);

	if (r == 0) {
		policy = calloc(1, sizeof(*policy));
		r = policy ? shield_compile(profile, policy, &error) : -1;
		if (r < 0)
			shield_wrap(&error, r, "%s/%s.json", check->from, name);
	}
	if (r < 0) {
		tell(check, NULL, error.message);
		return 1;
	}
	return profile->audit ? 0 : check_kernel(check, name, policy);
}

unsigned int shield_apply_check_profiles(const struct shield_apply_check *check)
{
	unsigned int faults = 0;

	for (size_t i = 0; i < check->candidate->count; i++)
		faults += check_profile(check, check->candidate->profiles[i].name);
	return faults;
}

struct config_check {
	const struct shield_apply_check *check;
	const char *path;
};

static void tell_binding(const char *place, const char *message, void *context)
{
	const struct config_check *config = context;
	struct shield_error where;

	shield_fail(&where, 0, "%s: %s", config->path, place);
	tell(config->check, where.message, message);
}

unsigned int shield_apply_check_config(const struct shield_apply_check *check, const struct shield_config *config,
				       const char *path)
{
	struct config_check context = { check, path };

	return shield_config_check(config, check->profiles, tell_binding, &context);
}
