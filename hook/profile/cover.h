/* SPDX-License-Identifier: Apache-2.0 */
/* Whether all that one entry of a profile names, another names too. Never wrongly so; some cases are not seen. */
#ifndef SHIELD_PROFILE_COVER_H
#define SHIELD_PROFILE_COVER_H

#include <stdbool.h>

#include "profile/profile.h"

/* Does every path that `narrow` matches match `wide`? Where `narrow` has no wildcard the answer is exact. */
bool shield_pattern_covers(const char *wide, const char *narrow);

/* Does `wide` hold for all addresses, protocols and ports that `narrow` holds for? */
bool shield_net_entry_covers(const struct shield_net_entry *wide, const struct shield_net_entry *narrow);

#endif
