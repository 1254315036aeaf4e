/* SPDX-License-Identifier: Apache-2.0 */
/* From a profile's JSON to struct shield_profile. Pure: no file is opened here (find.h does that). */
#ifndef SHIELD_PROFILE_PARSE_H
#define SHIELD_PROFILE_PARSE_H

#include <stddef.h>

#include "base/error.h"
#include "base/json.h"
#include "profile/profile.h"

/*
 * The name after `extends`.
 * @ret: borrowed from the document; NULL when the profile extends none
 * Returns 0, or -EINVAL when it is no valid name.
 */
int shield_profile_extends(const struct shield_json_document *document, const char **ret, struct shield_error *error);

/*
 * Reads a profile on top of the one it extends: allow and deny lists are appended to the base's, switches, actions and
 * defaults that are stated replace the base's, `families` and `libraries` replace it whole. A group that states no
 * `default` keeps the base's, but an `allow` list of its own makes it deny. `name` and `notes` are never inherited.
 * @base: the resolved profile that `extends` names, taken over whether the call succeeds or not; NULL = none
 * @ret: owned by the caller
 * Returns 0; -EINVAL with the JSON path of what is wrong; -ENOMEM.
 */
int shield_profile_parse_document(const struct shield_json_document *document, struct shield_profile *base,
				  struct shield_profile **ret, struct shield_error *error);

/* The same from text. */
int shield_profile_parse(const char *text, size_t length, struct shield_profile *base, struct shield_profile **ret,
			 struct shield_error *error);

#endif
