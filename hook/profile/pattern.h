/* SPDX-License-Identifier: Apache-2.0 */
/* Path patterns of a profile. */
#ifndef SHIELD_PROFILE_PATTERN_H
#define SHIELD_PROFILE_PATTERN_H

#include "base/error.h"

/*
 * Checks a pattern: an absolute path without empty, `.` or `..` components, where `*` within a component stands for
 * any run of bytes but '/', and `**` as a whole component for one or more components: "/usr/lib/" and `**` name what
 * is below /usr/lib, not the directory. At most SHIELD_PATH_MAX - 1 bytes and SHIELD_DEPTH_MAX components.
 * Returns 0, or -EINVAL with what is wrong.
 */
int shield_pattern_check(const char *pattern, struct shield_error *error);

/*
 * Checks a pattern of unix sockets' names: a path as above, or '@' and a pattern of abstract names. In these all bytes
 * but '*' are themselves, so `.` and `..` too; `*` is any run of bytes but '/', and `**` stands as in a path.
 */
int shield_socket_pattern_check(const char *pattern, struct shield_error *error);

#endif
