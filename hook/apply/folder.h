/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of profiles that are made beside the one in force, and take its place by one rename. */
#ifndef SHIELD_APPLY_FOLDER_H
#define SHIELD_APPLY_FOLDER_H

#include <stdbool.h>

#include "base/error.h"
#include "profile/profile.h"

#define SHIELD_FOLDER_PATH_MAX 512

/* Removes a folder with the files in it; folders in it are somebody's, and moved to `to`. One that is not there is fine. */
int shield_folder_remove(const char *path, const char *to, struct shield_error *error);

/*
 * Links the files of a folder into another one; where they are there already nothing is done.
 * @only: NULL, or the names of those profiles that are meant
 * @but: NULL, or the names of those that are not. Hidden files and folders never are.
 */
int shield_folder_link(const char *from, const char *to, const struct shield_strings *only,
		       const struct shield_strings *but, struct shield_error *error);

/*
 * Exchanges two folders. What came into `path` since `next` was made from it, and is no profile of `applied`, goes along:
 * other programs write there, too.
 */
int shield_folder_exchange(const char *next, const char *path, const struct shield_strings *applied,
			   struct shield_error *error);

#endif
