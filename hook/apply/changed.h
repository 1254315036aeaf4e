/* SPDX-License-Identifier: Apache-2.0 */
/* Which profiles mean something else than before, by their own files or by what they extend. */
#ifndef SHIELD_APPLY_CHANGED_H
#define SHIELD_APPLY_CHANGED_H

#include "profile/find.h"

/*
 * Compares the profiles of two lists of folders. Those that cannot be read now are left out.
 * @before: NULL = all have changed
 * @ret: their names; release with shield_strings_free()
 */
int shield_apply_changed(const struct shield_profile_dirs *before, const struct shield_profile_dirs *now,
			 struct shield_strings *ret, struct shield_error *error);

#endif
