/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The symlinks that were followed for a container's profile. Who controls the container can put others in their place
 * later: when its profile is read anew, these lead where they led at its start.
 */
#ifndef SHIELD_PROFILE_LINKS_H
#define SHIELD_PROFILE_LINKS_H

#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

struct shield_link {
	char *place;  /* absolute, no links on the way */
	char *target; /* as the link has it */
};

struct shield_links {
	struct shield_link *item; /* owned */
	size_t count;
};

/* Where the link at `place` led, among the first `count`; NULL = none is known. */
const char *shield_links_find(const struct shield_links *links, size_t count, const char *place);

/* Adds a link, unless one of that place is known. Both are copied. Returns 0 or -ENOMEM. */
int shield_links_add(struct shield_links *links, const char *place, const char *target, struct shield_error *error);

/* Everything as bytes: place, NUL, target, NUL, ... @ret: owned by the caller. Returns 0 or -ENOMEM. */
int shield_links_pack(const struct shield_links *links, char **ret, size_t *ret_length, struct shield_error *error);

/* The reverse. A pair that is cut short ends it. */
int shield_links_unpack(const char *bytes, size_t length, struct shield_links *ret, struct shield_error *error);

/* Releases the links; the list is empty afterwards. */
void shield_links_free(struct shield_links *links);
#define _cleanup_links_ _cleanup_(shield_links_free)

#endif
