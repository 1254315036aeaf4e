/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Symlinks of a profile's patterns, resolved in a container's file system: rules name files by where they are, and
 * /bin/sh is in no image of today: it is a link to /usr/bin/dash.
 */
#ifndef SHIELD_PROFILE_RESOLVE_H
#define SHIELD_PROFILE_RESOLVE_H

#include <stdbool.h>

#include "base/error.h"
#include "profile/links.h"
#include "profile/profile.h"

/* What the caller decides and hears. */
struct shield_link_calls {
	/*
	 * Is this symlink (O_PATH, borrowed) from the image? Asked for each one met. One that is not is not followed:
	 * who can write to a volume must not choose which file a rule means.
	 */
	bool (*from_image)(int fd, void *context);
	/*
	 * A pattern without `*` turned out to be a program of many names, such as busybox: whatever the rule says of it
	 * it says of all of them. May be NULL.
	 * @place: in the profile, such as exec.allow[2]; @pattern: as written; @target: what it is; all borrowed
	 */
	void (*multi_call)(const char *place, const char *pattern, const char *target, void *context);
	void *context;
	/*
	 * Links that are followed whatever stands in their place: those of an earlier resolution. Those that are
	 * followed now are added. NULL = nothing is remembered.
	 */
	struct shield_links *followed;
};

/*
 * Rewrites the patterns of exec.allow and exec.deny (with `from`), exec.libraries, ptrace.allow and the paths of
 * network.unix in place: links in the components before the first `*`, in the last one too where there is none, become
 * what they lead to within the root, but not on what is mounted below it. A file that does not exist, a mount, and a
 * link that is not followed, end the resolution: the rest stays as written, but for links that were followed before.
 *
 * The patterns of files.deny and files.read_only stay. What they lead to, and each link on the way, goes to
 * files.derived with the rule it comes from, unless a pattern of its list is the same: who puts another link in its
 * place must not be past the rule.
 * @root: the container's root directory, O_PATH is enough; absolute links and `..` stay beneath it. -1 = do not look:
 *	only the links of an earlier time are followed
 * Returns 0; -ELOOP for more than 40 links, -EINVAL for a link whose target no pattern can name (a `*` in it),
 * -ENAMETOOLONG, -ENOMEM or the errno of what failed, with the place in the profile. On failure some patterns may be
 * rewritten already: the profile is then of no use.
 */
int shield_profile_resolve(struct shield_profile *profile, int root, const struct shield_link_calls *calls,
			   struct shield_error *error);

#endif
