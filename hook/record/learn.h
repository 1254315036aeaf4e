/* SPDX-License-Identifier: Apache-2.0 */
/* From what runs of a container did to a profile that allows that and no more. Pure: no input or output. */
#ifndef SHIELD_RECORD_LEARN_H
#define SHIELD_RECORD_LEARN_H

#include <stddef.h>

#include "base/error.h"
#include "profile/profile.h"
#include "record/recording.h"

/*
 * Learns a profile. What all of the recordings watched gets its rules: default deny and a list of what was seen, or a
 * switch that is on where nothing was. Lists are sorted, so that runs which did the same have the same profile, but for
 * its notes: where it comes from, and what no profile can say of what was done.
 * @name: of the profile
 * @recordings: at least one
 * @ret: owned by the caller
 * Returns 0 or -ENOMEM.
 */
int shield_learn(const char *name, const struct shield_recording *recordings, size_t count, struct shield_profile **ret,
		 struct shield_error *error);

/*
 * Does a learned profile fit a policy?
 * Returns 0; -E2BIG with what is too much, and how to make it smaller; -ENOMEM.
 */
int shield_learn_check(const struct shield_profile *profile, struct shield_error *error);

#endif
