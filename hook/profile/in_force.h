/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration that is in force: config.json, as long as it is valid and what it binds containers to is there and
 * valid; else the last one that was, of which a copy is kept. So a mistake in it neither stops the node nor loosens it.
 */
#ifndef SHIELD_PROFILE_IN_FORCE_H
#define SHIELD_PROFILE_IN_FORCE_H

#include <stdbool.h>

#include "profile/config.h"

#define SHIELD_CONFIG_COPY "/var/lib/oci-shield/config.json"

struct shield_config_places {
	const char *file;
	/* of the last valid one; its modification time is the file's ctime: as long as they agree, nothing has changed */
	const char *copy;
	const struct shield_profile_dirs *profiles;
};

extern const struct shield_config_places shield_config_default_places;

/*
 * Reads the configuration that is in force. Where the file is what was copied this costs two calls of stat(2) more than
 * reading it, and without a file nothing; else all that it binds is looked at.
 * @keep: copy a file that is valid and new
 * @ret: owned by the caller
 * @ret_problem: gets a sentence where the copy is in force, or could not be written; else its message is empty
 * Returns 0; what is wrong with the file where there is no copy that could stand in for it.
 */
int shield_config_in_force(const struct shield_config_places *places, bool keep, struct shield_config **ret,
			   struct shield_error *ret_problem, struct shield_error *error);

#endif
