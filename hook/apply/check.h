/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what is to come into force can: on this kernel, as a whole. */
#ifndef SHIELD_APPLY_CHECK_H
#define SHIELD_APPLY_CHECK_H

#include <stdint.h>

#include "apply/candidate.h"
#include "profile/config.h"
#include "profile/find.h"

struct shield_apply_check {
	const struct shield_candidate *candidate;
	const struct shield_profile_dirs *profiles; /* with the candidate's folder, as it will be, as the first */
	const char *from;			    /* where people know the candidate's files from */
	const char *folder;			    /* where the node's own files in the first folder are */
	uint32_t lacking;			    /* rules that this kernel cannot enforce, as bits of their kinds */
	const struct shield_apply_talk *talk;
};

/* Tells each profile of the candidate that cannot be used, or enforced, as a fault. Returns how many faults there are. */
unsigned int shield_apply_check_profiles(const struct shield_apply_check *check);

/*
 * Tells each name of a profile in a configuration that cannot be used as a fault.
 * @path: what the configuration is called
 */
unsigned int shield_apply_check_config(const struct shield_apply_check *check, const struct shield_config *config,
				       const char *path);

#endif
