/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical text of a profile. */
#ifndef SHIELD_PROFILE_PRINT_H
#define SHIELD_PROFILE_PRINT_H

#include <stddef.h>

#include "base/error.h"
#include "profile/profile.h"

/*
 * Writes a profile as JSON: complete (every default spelt out), in a fixed order, without `extends`. Profiles that mean
 * the same in the same order have the same text, and the text parses back to an equal profile; but for files.derived,
 * which tells what shield_profile_resolve() found and by which rule, and which no profile states.
 * @ret: NUL-terminated, owned by the caller; @ret_length: its bytes without the NUL, may be NULL
 * Returns 0 or -ENOMEM.
 */
int shield_profile_print(const struct shield_profile *profile, char **ret, size_t *ret_length,
			 struct shield_error *error);

/* The same with the profile's notes, which mean nothing: the text for a file. */
int shield_profile_print_file(const struct shield_profile *profile, char **ret, struct shield_error *error);

/* The words of a profile for enum shield_verdict: "allow", "audit", "deny", "kill". */
const char *shield_action_name(unsigned int action);

#endif
