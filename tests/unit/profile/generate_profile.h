/* SPDX-License-Identifier: Apache-2.0 */
/* Whole random profiles for tests, and paths near them: a helper, no suite. */
#ifndef TESTS_UNIT_PROFILE_GENERATE_PROFILE_H
#define TESTS_UNIT_PROFILE_GENERATE_PROFILE_H

#include "generate_rules.h"
#include "profile/profile.h"

/* Fills an empty profile with rules of all groups. */
void generate_rules(struct shield_profile *profile);

/* A path near one of the profile's patterns. @buffer: of RANDOM_PATH_SIZE */
void generate_path(const struct shield_profile *profile, char *buffer);

/* One of the strings of a list that has some. */
const char *generate_any_of(const struct shield_strings *list);

#endif
