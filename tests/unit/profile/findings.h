/* SPDX-License-Identifier: Apache-2.0 */
/* What shield_check() reports about a profile, gathered for tests: a helper, no suite. */
#ifndef TESTS_UNIT_PROFILE_FINDINGS_H
#define TESTS_UNIT_PROFILE_FINDINGS_H

#include "profile/check.h"

struct findings {
	size_t count;
	char text[16][512]; /* "warning exec.allow[0]: sentence" */
};

/* Checks the profile and releases it. */
struct findings find_in(struct shield_profile *profile);

/* Is there a finding that starts so? */
bool has_finding(const struct findings *findings, const char *start);

#endif
