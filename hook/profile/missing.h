/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was refused for a profile that is not there, or not valid: a few small files in /run, written by the hook, for the
 * person who wonders why a pod does not start. The newest push out older ones.
 */
#ifndef SHIELD_PROFILE_MISSING_H
#define SHIELD_PROFILE_MISSING_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "profile/find.h"

#define SHIELD_MISSING_DIRECTORY "/run/oci-shield/missing"
#define SHIELD_MISSING_MAX 64
#define SHIELD_MISSING_TIME 3600 /* s; who still needs it was tried again long before (a kubelet: every 5 minutes) */

struct shield_missing {
	char profile[SHIELD_NAME_MAX], id[SHIELD_ID_MAX];
	char namespace_[SHIELD_ID_MAX], pod[SHIELD_ID_MAX],
		container[SHIELD_ID_MAX]; /* Kubernetes' words; empty = unknown */
	int64_t since, last;		  /* seconds since 1970, of the first and the last refusal */
};

/*
 * Notes one. A note of the same container and profile keeps its `since`.
 * @missing: since and last are the time of this refusal
 */
int shield_missing_note(const char *directory, const struct shield_missing *missing, struct shield_error *error);

/* Parses what a note's file holds; `last` is 0. Returns 0 or -EINVAL. */
int shield_missing_parse(const char *text, size_t length, struct shield_missing *ret, struct shield_error *error);

/*
 * Calls `each` for every note whose profile cannot be used yet, with the reason. Notes of those that can be by now, and of
 * who was not refused again for SHIELD_MISSING_TIME, are removed, if the caller may.
 */
void shield_missing_each(const char *directory, const struct shield_profile_dirs *profiles,
			 void (*each)(const struct shield_missing *missing, const char *why, void *context),
			 void *context);

#endif
