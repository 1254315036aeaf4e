/* SPDX-License-Identifier: Apache-2.0 */
/* The commands of `shieldctl profile`, and what they share. */
#ifndef SHIELD_CTL_PROFILE_H
#define SHIELD_CTL_PROFILE_H

#include "ctl/ctl.h"
#include "record/suggest.h"

/* For their help. */
#define SHIELD_CTL_PROFILE_WORD \
	"A word with a \"/\" in it or \".json\" at its end is a file, another one an installed profile.\n"

extern const struct shield_ctl_command shield_ctl_profile_check, shield_ctl_profile_explain, shield_ctl_profile_diff,
	shield_ctl_profile_merge, shield_ctl_profile_suggest, shield_ctl_profile_test;

/* Is the standard output a terminal whose user wants colours? */
bool shield_ctl_profile_colours(void);

/* Appends how often, when and by whom: "12 times, first 12:01:00, last 12:03:14, by /usr/bin/dash[4711]". */
void shield_ctl_profile_occurrence(struct shield_text *text, const struct shield_recording *recording,
				   const struct shield_suggestion *suggestion);

/* Compiles a profile into a policy of the heap. @ret: owned by the caller, release with free() */
int shield_ctl_compile(const struct shield_profile *profile, struct shield_policy **ret, struct shield_error *error);

#endif
