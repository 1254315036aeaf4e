/* SPDX-License-Identifier: Apache-2.0 */
/* Address families by name: the AF_ constants of the kernel's include/linux/socket.h in lower case. */
#ifndef SHIELD_PROFILE_FAMILIES_H
#define SHIELD_PROFILE_FAMILIES_H

#define SHIELD_FAMILIES 64 /* what a profile can speak of: bits of a mask */

/* The family's number, or -EINVAL. */
int shield_family_number(const char *name);

/* The family's name, or NULL when it has none. */
const char *shield_family_name(unsigned int number);

/* The known name nearest to a mistyped one, or NULL. */
const char *shield_family_nearest(const char *name);

#endif
