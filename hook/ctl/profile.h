/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of `shieldctl profile`, and what they share. */
#ifndef SHIELD_CTL_PROFILE_H
#define SHIELD_CTL_PROFILE_H

#include "ctl/ctl.h"

/* For their help. */
#define SHIELD_CTL_PROFILE_WORD \
	"A word with a \"/\" in it or \".json\" at its end is a file, another one an installed profile.\n"

extern const struct shield_ctl_command shield_ctl_profile_check, shield_ctl_profile_explain;

/* Compiles a profile into a policy of the heap. @ret: owned by the caller, release with free() */
int shield_ctl_compile(const struct shield_profile *profile, struct shield_policy **ret, struct shield_error *error);

#endif
