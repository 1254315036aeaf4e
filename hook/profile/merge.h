/* SPDX-License-Identifier: Apache-2.0 */
/* Several profiles into one, as of several runs or replicas. */
#ifndef SHIELD_PROFILE_MERGE_H
#define SHIELD_PROFILE_MERGE_H

#include "base/error.h"
#include "profile/profile.h"

/*
 * Makes `into` allow whatever either profile allows, and as little more as its rules can say: allow lists are united;
 * a deny entry stays where the other profile refuses all of it; a default is deny where both are; a group, a rule or
 * a switch that either lacks is gone; of two actions and modes the laxer holds. `into` keeps its name; notes are united.
 * exec.libraries "image" and a list of paths become "image": what the list names outside of the image is refused, and
 * a note says so.
 * Patterns are compared as they are written: what symbolic links make of them is not known.
 * Returns 0; -E2BIG where a list grows beyond what a profile can have; -ENOMEM. `into` is fit only to be released then.
 */
int shield_profile_merge(struct shield_profile *into, const struct shield_profile *other, struct shield_error *error);

#endif
