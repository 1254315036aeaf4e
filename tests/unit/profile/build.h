/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles put together by hand, for tests: a helper, no suite. All abort without memory or on a bad argument. */
#ifndef TESTS_UNIT_PROFILE_BUILD_H
#define TESTS_UNIT_PROFILE_BUILD_H

#include "profile/profile.h"

/* An empty profile; release with shield_profile_free(). */
struct shield_profile *build_profile(void);

/* Each adds an entry and makes the group present. Texts are copied; the list of `from` ends with NULL. */
void build_allow(struct shield_profile *profile, const char *path, ...) __attribute__((sentinel));
void build_deny(struct shield_profile *profile, const char *path);
void build_library(struct shield_profile *profile, const char *path);
void build_tracer(struct shield_profile *profile, const char *path);

void build_file_deny(struct shield_profile *profile, const char *path);
void build_read_only(struct shield_profile *profile, const char *path);
void build_socket(struct shield_profile *profile, bool deny, const char *name);
void build_capability(struct shield_profile *profile, bool deny, uint8_t capability);

/* One more `from` for the last exec.allow entry. */
void build_from(struct shield_profile *profile, const char *path);

/*
 * An entry of network.egress or network.bind.
 * @to: CIDR, NULL = any; @proto: enum shield_proto, 0 = any
 * Returns the list's index of the entry.
 */
size_t build_net(struct shield_profile *profile, enum shield_direction direction, bool deny, const char *to,
		 uint8_t proto);

/* One more span of ports for the last entry of that list. */
void build_ports(struct shield_profile *profile, enum shield_direction direction, bool deny, uint16_t low,
		 uint16_t high);

void build_uids(struct shield_profile *profile, uint16_t entry, uint32_t low, uint32_t high);
void build_gids(struct shield_profile *profile, uint16_t entry, uint32_t low, uint32_t high);

/* A zeroed policy; release with free(). */
struct shield_policy *build_policy(void);

/* The same, compiled from the profile; aborts when that fails. */
struct shield_policy *build_compiled(const struct shield_profile *profile);

#endif
