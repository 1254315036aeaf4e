/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the node's files an earlier activation put there: the others are the node's own, and are left alone. */
#ifndef SHIELD_APPLY_APPLIED_H
#define SHIELD_APPLY_APPLIED_H

#include <stdbool.h>

#include "base/error.h"
#include "profile/profile.h"

#define SHIELD_APPLIED_FILE ".applied" /* in the folder of profiles: names of files, a line each */

struct shield_applied {
	struct shield_strings profiles; /* their names */
	bool config;
};

/* Reads the list of a folder; where there is none, nothing was applied. @ret: release with shield_applied_free() */
int shield_applied_read(const char *folder, struct shield_applied *ret, struct shield_error *error);

/* Writes the list of a folder that has none yet; an empty one is no file. */
int shield_applied_write(const char *folder, const struct shield_applied *applied, struct shield_error *error);

void shield_applied_free(struct shield_applied *applied);

#endif
