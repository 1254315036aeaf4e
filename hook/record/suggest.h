/* SPDX-License-Identifier: Apache-2.0 */
/* From what a profile refused or reported to what it would have to allow. Pure: no input or output. */
#ifndef SHIELD_RECORD_SUGGEST_H
#define SHIELD_RECORD_SUGGEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "profile/profile.h"
#include "record/recording.h"

/* One entry that is needed, or (entry NULL) an act that no entry can allow. Sums of all acts that it is about. */
struct shield_suggestion {
	char place[64];	 /* JSON path of the list, or of what refuses the act */
	char *entry;	 /* as JSON */
	const char *why; /* no entry can allow it, and what can be done instead; else NULL */
	uint64_t count;
	uint64_t first, last;		       /* wall clock, ns */
	unsigned int processes;		       /* that differ in their program */
	const struct shield_observation *item; /* the latest of them; the recording's */
};

struct shield_suggestions {
	struct shield_suggestion *item;
	size_t count;
	size_t impossible; /* those without an entry */
};

/*
 * Adds to a profile what a container was refused, or would have been.
 * @recording: of a run under this profile
 * @profile: amended in place; its entries keep their order, what is new comes last; what no entry can allow goes to its
 * notes. On failure it is fit only to be released.
 * @ret: release with shield_suggestions_free() before the recording
 * Returns 0; -E2BIG where a list grows beyond what a profile can have; -ENOMEM.
 */
int shield_suggest(const struct shield_recording *recording, struct shield_profile *profile,
		   struct shield_suggestions *ret, struct shield_error *error);

void shield_suggestions_free(struct shield_suggestions *suggestions);
#define _cleanup_suggestions_ _cleanup_(shield_suggestions_free)

/* Appends what an act was about: "/usr/bin/id", "10.0.0.5 tcp 5432", "uid 33"; nothing where the kind says it all. */
void shield_observation_subject(struct shield_text *text, const struct shield_observation *item);

/* Appends who acted: "/usr/bin/dash[4711]", the script before the executable, "the runtime" where there is none. */
void shield_observation_who(struct shield_text *text, const struct shield_recording *recording,
			    const struct shield_observation *item);

#endif
