/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as a person would have written it. */
#ifndef SHIELD_PROFILE_PRETTY_H
#define SHIELD_PROFILE_PRETTY_H

#include "base/error.h"
#include "profile/profile.h"

/*
 * Writes a profile with its notes, tidily and without what follows from the rest: it parses back to the same profile.
 * files.derived, which no profile states, is left out.
 * @ret: owned by the caller
 * Returns 0 or -ENOMEM.
 */
int shield_profile_pretty(const struct shield_profile *profile, char **ret, struct shield_error *error);

#endif
