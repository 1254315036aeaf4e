/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a configuration binds containers to is there and compiles: else they could not start. */
#ifndef SHIELD_PROFILE_USABLE_H
#define SHIELD_PROFILE_USABLE_H

#include "profile/config.h"
#include "profile/find.h"

/* Loads a profile by name, and compiles it. Returns what either returned. */
int shield_profile_usable(const struct shield_profile_dirs *dirs, const char *name, struct shield_error *error);

/*
 * Looks at each profile that the configuration names, once.
 * @report: hears of those that cannot be used, with their place in the configuration; NULL = nobody
 * Returns how many there are.
 */
unsigned int shield_config_check(const struct shield_config *config, const struct shield_profile_dirs *dirs,
				 void (*report)(const char *place, const char *message, void *context), void *context);

#endif
