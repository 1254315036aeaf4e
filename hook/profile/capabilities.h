/* SPDX-License-Identifier: Apache-2.0 */
/* Capabilities by name, as capabilities(7) writes them: "CAP_SYS_ADMIN". */
#ifndef SHIELD_PROFILE_CAPABILITIES_H
#define SHIELD_PROFILE_CAPABILITIES_H

/* The capability's number, or -EINVAL. */
int shield_capability_number(const char *name);

/* The capability's name, or NULL where this version knows none. */
const char *shield_capability_name(unsigned int number);

/* The known name nearest to a mistyped one, or NULL. */
const char *shield_capability_nearest(const char *name);

#endif
