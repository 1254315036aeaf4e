/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between two profiles, entry by entry: the order of a list and what nothing follows from do not count. */
#ifndef SHIELD_PROFILE_DIFF_H
#define SHIELD_PROFILE_DIFF_H

#include "base/error.h"
#include "profile/profile.h"

/*
 * One difference. An entry that only one has: `before` or `after` is NULL. A value that differs: both are there.
 * All are valid during the call only.
 * @place: JSON path of the list ("exec.allow") or of the value ("exec.drift")
 * @before, @after: the entry or value as JSON
 */
typedef void (*shield_profile_difference)(const char *place, const char *before, const char *after, void *context);

/*
 * Reports each difference, sorted by place; of a list first what is gone, then what is
 * new. Names and notes are not compared.
 * Returns how many there are, or -ENOMEM.
 */
int shield_profile_diff(const struct shield_profile *before, const struct shield_profile *after,
			shield_profile_difference report, void *context, struct shield_error *error);

#endif
