/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a profile means, said in the plainest way: a recursive matcher and scans over its entries, without anything of
 * the compiler or of bpf/decide.h. The randomised test holds both against each other. A helper, no suite.
 */
#ifndef TESTS_UNIT_PROFILE_REFERENCE_H
#define TESTS_UNIT_PROFILE_REFERENCE_H

#include "profile/profile.h"

struct reference {
	bool refused;
	uint8_t reason; /* enum shield_reason */
	uint16_t rule;	/* SHIELD_RULE() */
};

bool reference_matches(const char *pattern, const char *path);

/* @from: paths of the callers, @from_count of them */
struct reference reference_exec(const struct shield_profile *profile, const char *path, char *const *from,
				size_t from_count);
struct reference reference_library(const struct shield_profile *profile, const char *path, bool in_image);
struct reference reference_trace(const struct shield_profile *profile, const char *path);

/* @address: network byte order */
struct reference reference_net(const struct shield_profile *profile, enum shield_direction direction, int family,
			       const uint8_t *address, uint8_t proto, uint16_t port);
struct reference reference_id(const struct shield_profile *profile, const struct shield_id_spans *spans, uint32_t id);

struct reference reference_file(const struct shield_profile *profile, const char *path, bool write);
/* Can a rule of `files` match something below the folder? */
bool reference_below(const struct shield_profile *profile, const char *folder);
/* @name: a path, or '@' and an abstract name */
struct reference reference_unix(const struct shield_profile *profile, const char *name);
struct reference reference_capability(const struct shield_profile *profile, uint8_t capability);

#endif
