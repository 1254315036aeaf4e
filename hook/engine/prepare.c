/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/prepare.h"

#include <errno.h>
#include <stdio.h>

#include "profile/print.h"

/* What resolving asks and says. Rules on a program of many names are told once, by the first of them. */
struct resolution {
	const struct shield_root *root;
	char first[384];
	unsigned int count;
};

static void note_multi_call(const char *place, const char *pattern, const char *target, void *context)
{
	struct resolution *resolution = context;

	if (!resolution->count++)
		snprintf(resolution->first, sizeof(resolution->first), "%s: %s is %s", place, pattern, target);
}

static bool from_image(int fd, void *context)
{
	const struct resolution *resolution = context;
	const struct shield_root *root = resolution->root;
	struct shield_resolve seen;

	if (shield_look(root->looker, fd, &seen, NULL) < 0 || seen.sb != root->sb)
		return false;
	return root->overlay ? !seen.upper : root->read_only;
}

static void warn_multi_call(const struct resolution *resolution)
{
	char message[512], more[32] = "";

	if (!resolution->count)
		return;
	if (resolution->count > 1)
		snprintf(more, sizeof(more), " (and %u more rules)", resolution->count - 1);
	snprintf(message, sizeof(message), "%s%s, a program of many names: the rule covers all of them",
		 resolution->first, more);
	resolution->root->warn(message);
}

/* What the rules need of this container. */
static int check_root(const struct shield_profile *profile, const struct shield_root *root, struct shield_error *error)
{
	if (profile->exec.drift == SHIELD_ALLOW || root->overlay || root->read_only)
		return 0;
	return shield_fail(error, ENOTSUP,
			   "profile %s: exec.drift: the root directory is writable and not on an overlay, so that what "
			   "the image brought cannot be told from what came later; use an overlay storage driver or a "
			   "read-only root, or drop the rule",
			   profile->name);
}

int shield_prepare(struct shield_profile *profile, const struct shield_root *root, struct shield_links *followed,
		   char **ret, size_t *ret_length, struct shield_error *error)
{
	struct resolution resolution = { .root = root };
	struct shield_link_calls calls = {
		.from_image = from_image,
		.multi_call = note_multi_call,
		.context = &resolution,
		.followed = followed,
	};
	int r = check_root(profile, root, error);

	if (r < 0)
		return r;
	r = shield_profile_resolve(profile, root->fd, &calls, error);
	if (r < 0)
		return shield_wrap(error, r, "profile %s", profile->name);
	warn_multi_call(&resolution);
	return shield_profile_print(profile, ret, ret_length, error);
}
