/* SPDX-License-Identifier: Apache-2.0 */
/* What shield_profile_resolve() walks the container's file system with; not for others. */
#ifndef SHIELD_PROFILE_RESOLVE_WALK_H
#define SHIELD_PROFILE_RESOLVE_WALK_H

#include <stddef.h>

#include "base/error.h"
#include "profile/profile.h"
#include "profile/resolve.h"

#define SHIELD_RESOLVER_BUCKETS 512 /* power of two */

struct shield_directory;

/* Zeroed but for calls and root = nothing remembered. */
struct shield_resolver {
	const struct shield_link_calls *calls;
	struct shield_directory *buckets[SHIELD_RESOLVER_BUCKETS];
	size_t directories;
	int root;
	size_t known; /* of calls->followed: those of an earlier resolution */
	struct shield_strings *links; /* gets the place of every link that is followed; NULL = of none */
};

/*
 * Where a pattern leads. Links that lead to a directory remembered from an earlier walk are not seen again.
 * @ret: owned by the caller; NULL where the pattern leads to itself
 * Returns what shield_profile_resolve() does, without the place.
 */
int shield_resolver_walk(struct shield_resolver *resolver, const char *pattern, char **ret, struct shield_error *error);

/* Closes all directories. */
void shield_resolver_forget(struct shield_resolver *resolver);

#endif
