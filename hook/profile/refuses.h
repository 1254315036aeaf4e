/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a profile refuses all that an entry names. Never wrongly so; some cases are not seen. Actions and the mode
 * are not looked at, nor what symbolic links make of a pattern in a container.
 */
#ifndef SHIELD_PROFILE_REFUSES_H
#define SHIELD_PROFILE_REFUSES_H

#include <stdbool.h>

#include "profile/profile.h"

/* Is no file of the pattern executed, nor mapped executable? */
bool shield_refuses_exec(const struct shield_profile *profile, const char *pattern);

/* Is no socket of the pattern connected to? */
bool shield_refuses_unix(const struct shield_profile *profile, const char *pattern);

/* Is nothing that the entry holds for reached, or bound? */
bool shield_refuses_net(const struct shield_net_rules *rules, const struct shield_net_entry *entry);

bool shield_refuses_capability(const struct shield_profile *profile, uint8_t capability);

/* Is no file of the pattern opened, or (@write) changed? */
bool shield_refuses_file(const struct shield_profile *profile, const char *pattern, bool write);

#endif
