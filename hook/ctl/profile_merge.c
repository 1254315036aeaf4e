/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "ctl/profile.h"
#include "profile/merge.h"
#include "profile/pretty.h"

#define PROFILES_MAX 1000 /* of one command line */

/* Merges all operands. @ret: owned by the caller */
static int merge(char *const *words, struct shield_profile **ret, struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *into = NULL;
	int r = shield_ctl_load_profile(*words, &into, error);

	while (r >= 0 && *++words) {
		_cleanup_profile_ struct shield_profile *other = NULL;

		r = shield_ctl_load_profile(*words, &other, error);
		if (r >= 0)
			r = shield_profile_merge(into, other, error);
	}
	if (r >= 0)
		*ret = TAKE_PTR(into);
	return r;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_free_ struct shield_policy *policy = NULL;
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *printed = NULL;
	struct shield_error error = {};
	int r = merge(arguments->operand, &profile, &error);

	(void)command;
	if (r >= 0) {
		r = shield_ctl_compile(profile, &policy, &error); /* of several that fit, all together may not */
		if (r < 0)
			shield_wrap(&error, r, "the merged profile");
	}
	if (r >= 0)
		r = shield_profile_pretty(profile, &printed, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	shield_text_add(&text, printed);
	return shield_ctl_print(&text);
}

const struct shield_ctl_command shield_ctl_profile_merge = {
	.name = "profile merge",
	.arguments = "FILE|NAME FILE|NAME...",
	.summary = "Print a profile that allows what any of several allows, as of runs or replicas",
	.help = SHIELD_CTL_PROFILE_WORD
	"Allow lists are united; what is denied stays denied where all refuse it; a default is deny where all\n"
	"are; a rule that one lacks is gone; the laxer action and mode hold. Of exec.libraries, any goes before\n"
	"image, image before a list. The name is the first one's.\n",
	.least = 2,
	.most = PROFILES_MAX,
	.run = run,
};
