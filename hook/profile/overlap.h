/* SPDX-License-Identifier: Apache-2.0 */
/* Whether two entries of a profile name something together. Never wrongly not; where unsure, they do. */
#ifndef SHIELD_PROFILE_OVERLAP_H
#define SHIELD_PROFILE_OVERLAP_H

#include <stdbool.h>

#include "profile/profile.h"

/* Is there a path, or an abstract name, that both patterns match? Exact. */
bool shield_patterns_overlap(const char *a, const char *b);

/* Is there an address, protocol and port that both entries hold for? */
bool shield_net_entries_overlap(const struct shield_net_entry *a, const struct shield_net_entry *b);

#endif
