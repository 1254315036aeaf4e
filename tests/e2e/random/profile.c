/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/build.h"
#include "profile/compile.h"
#include "profile/generate.h"
#include "profile/generate_rules.h"
#include "profile/reference.h"
#include "random.h"

static uint8_t draw_action(void)
{
	static const uint8_t actions[] = { SHIELD_DENY, SHIELD_DENY, SHIELD_DENY, SHIELD_KILL, SHIELD_AUDIT };

	return RANDOM_PICK(actions);
}

static void draw_allow(struct shield_profile *profile)
{
	char pattern[RANDOM_PATH];

	draw_pattern(pattern);
	build_allow(profile, pattern, NULL);
	for (uint32_t from = random_one_in(3) ? 1 + random_below(2) : 0; from; from--) {
		draw_pattern(pattern);
		build_from(profile, random_one_in(6) ? RANDOM_ACTOR : pattern);
	}
}

static void draw_exec(struct shield_profile *profile)
{
	char pattern[RANDOM_PATH];

	build_allow(profile, RANDOM_ACTOR, NULL);
	profile->exec.default_deny = !random_one_in(4);
	profile->exec.action = draw_action();
	for (uint32_t allows = random_below(10); allows; allows--)
		draw_allow(profile);
	for (uint32_t denies = random_below(5); denies; denies--) {
		draw_pattern(pattern);
		if (!reference_matches(pattern, RANDOM_ACTOR))
			build_deny(profile, pattern);
	}
}

static void draw_net(struct shield_profile *profile, enum shield_direction direction)
{
	if (random_one_in(8))
		return;
	generate_net(profile, direction);
	profile->network.rules[direction].action = draw_action();
}

static struct shield_profile *draw_any_profile(void)
{
	struct shield_profile *profile = build_profile();

	strcpy(profile->name, "e2e-random");
	profile->audit = random_one_in(16);
	draw_exec(profile);
	draw_net(profile, SHIELD_EGRESS);
	draw_net(profile, SHIELD_BIND);
	generate_ids(profile);
	profile->setuid.action = draw_action();
	return profile;
}

struct shield_profile *draw_profile(void)
{
	_cleanup_free_ struct shield_policy *policy = NULL;

	for (;;) { /* one that is larger than a policy is rare */
		_cleanup_profile_ struct shield_profile *profile = draw_any_profile();

		free(policy);
		policy = build_policy();
		if (shield_compile(profile, policy, NULL) == 0)
			return TAKE_PTR(profile);
	}
}

enum shield_verdict action_of(const struct shield_profile *profile, uint8_t kind)
{
	if (profile->audit)
		return SHIELD_AUDIT;
	switch (kind) {
	case SHIELD_KIND_EXEC:
		return profile->exec.action;
	case SHIELD_KIND_EGRESS:
		return profile->network.rules[SHIELD_EGRESS].action;
	case SHIELD_KIND_BIND:
		return profile->network.rules[SHIELD_BIND].action;
	case SHIELD_KIND_SETUID:
		return profile->setuid.action;
	default:
		abort();
	}
}
