/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `shieldctl profile`. Each returns an exit status. */
#ifndef SHIELD_CTL_PROFILE_H
#define SHIELD_CTL_PROFILE_H

#include "ctl/ctl.h"

/* profile check FILE|NAME */
int shield_ctl_profile_check(const char *word);

/* profile explain FILE|NAME ACT...: operand[1] is the profile, the act follows */
int shield_ctl_profile_explain(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments);

/* Compiles a profile into a policy of the heap. @ret: owned by the caller, release with free() */
int shield_ctl_compile(const struct shield_profile *profile, struct shield_policy **ret, struct shield_error *error);

#endif
