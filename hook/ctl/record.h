/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `shieldctl record`. */
#ifndef SHIELD_CTL_RECORD_H
#define SHIELD_CTL_RECORD_H

#include "ctl/ctl.h"
#include "record/recording.h"

struct shield_ctl_recordings {
	struct shield_recording *item;
	size_t count;
	unsigned int unreadable; /* files; what is wrong with them has been said */
};

/*
 * Collects recordings: those of running containers, from all engines, and the files of ended ones; oldest first.
 * @name: one that is not readable is an error; NULL = all, and what is not readable is said and counted
 * Returns 0; -ENOENT when there is none of that name; another negative errno.
 */
int shield_ctl_recordings_collect(const char *name, struct shield_ctl_recordings *ret, struct shield_error *error);

void shield_ctl_recordings_free(struct shield_ctl_recordings *recordings);
#define _cleanup_recordings_ _cleanup_(shield_ctl_recordings_free)

/* Removes the files of a name. Returns 0; -ENOENT where there are none; another negative errno. */
int shield_ctl_recordings_remove(const char *name, struct shield_error *error);

/* record start */
extern const struct shield_ctl_command shield_ctl_record_start;

/* One line of JSON for each observation of a recording. */
void shield_ctl_observations(struct shield_text *text, const struct shield_recording *recording);

#endif
