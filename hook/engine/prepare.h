/* SPDX-License-Identifier: Apache-2.0 */
/* A profile made ready for one container: its symlinks resolved in the container's root, its canonical text written. */
#ifndef SHIELD_ENGINE_PREPARE_H
#define SHIELD_ENGINE_PREPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/announce.h"
#include "profile/profile.h"
#include "profile/resolve.h"

/* A container's root directory. */
struct shield_root {
	int fd;				    /* O_PATH; borrowed; -1 = see shield_profile_resolve() */
	const struct shield_looker *looker; /* borrowed */
	uint64_t sb;			    /* its superblock, as enforcement sees it */
	bool overlay;			    /* it is one */
	bool read_only;			    /* config.json says so */
	void (*warn)(const char *message);  /* hears what the profile's author should know */
};

/*
 * Makes a profile ready.
 * @profile: its patterns are rewritten
 * @followed: links of an earlier time, which are followed again; gets those that are followed now
 * @ret: the canonical text, owned by the caller
 * Returns 0; -ENOTSUP for a rule that this root does not allow; another negative errno. The profile is named.
 */
int shield_prepare(struct shield_profile *profile, const struct shield_root *root, struct shield_links *followed,
		   char **ret, size_t *ret_length, struct shield_error *error);

#endif
