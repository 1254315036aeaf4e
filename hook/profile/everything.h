/* SPDX-License-Identifier: Apache-2.0 */
/* The profile that a recording runs under: it has every rule and allows nothing, so that every act is seen. */
#ifndef SHIELD_PROFILE_EVERYTHING_H
#define SHIELD_PROFILE_EVERYTHING_H

#include <stdbool.h>

#include "base/error.h"
#include "profile/profile.h"

/*
 * @name: of the recording
 * @files: what is written is seen, too
 * @ret: owned by the caller
 * Returns 0 or -ENOMEM.
 */
int shield_profile_everything(const char *name, bool files, struct shield_profile **ret, struct shield_error *error);

#endif
