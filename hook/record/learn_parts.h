/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of learning share. */
#ifndef SHIELD_RECORD_LEARN_PARTS_H
#define SHIELD_RECORD_LEARN_PARTS_H

#include <stdbool.h>

#include "profile/profile.h"
#include "record/recording.h"

struct shield_learner {
	const struct shield_recording *recordings;
	size_t count;
	uint32_t kinds; /* that all recordings watched */
	uint32_t seen;	/* bit n = acts of kind n were seen */
	struct shield_profile *profile;
	unsigned int unsaid; /* acts that no profile can express */
	bool leaves_groups;  /* setgroups() to no groups */
	bool failed;	     /* out of memory */
};

/* An act, and the recording that it is of. */
struct shield_act {
	const struct shield_recording *recording;
	const struct shield_observation *item;
};

/* Can a path be a pattern that stands for nothing but itself? Of a unix socket: an abstract name, too. */
bool shield_learn_is_literal(const char *path, bool of_socket);

/* The script that acted, else the executable; NULL for the runtime and for who is not known. */
const char *shield_learn_who(const struct shield_act *act);

void shield_learn_note(struct shield_learner *learner, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes an act that no profile can express: "WHAT: OPERAND, by WHO: WHY". */
void shield_learn_cannot(struct shield_learner *learner, const struct shield_act *act, const char *why);

/* Adds a string to a list that does not have it. */
void shield_learn_string(struct shield_learner *learner, struct shield_strings *list, const char *string);
void shield_learn_sort(struct shield_strings *list);

/* Takes one act in: those of network, and those of setuid. */
void shield_learn_network(struct shield_learner *learner, const struct shield_act *act);
void shield_learn_identity(struct shield_learner *learner, const struct shield_act *act);

/* Makes the lists what a person would have written: sorted, neighbours as ranges. */
void shield_learn_finish_network(struct shield_learner *learner);
void shield_learn_finish_identity(struct shield_learner *learner);

/* files.read_only, from all that was written. */
void shield_learn_finish_files(struct shield_learner *learner);

#endif
