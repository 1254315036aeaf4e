/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts a folder of profiles and a configuration into force as a whole. At each moment every profile that the
 * configuration in force binds to is there and valid, also where this is killed: the folder of profiles is made anew
 * beside the one in force and exchanged with it; where the configuration changes and profiles go, first for one that has
 * both the old and the new. What was not put there this way is the node's own, and stays.
 */
#ifndef SHIELD_APPLY_ACTIVATION_H
#define SHIELD_APPLY_ACTIVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "apply/applied.h"
#include "apply/candidate.h"
#include "apply/folder.h"
#include "profile/find.h"
#include "profile/in_force.h"

#define SHIELD_APPLY_PENDING "/run/oci-shield/reload-pending"

struct shield_apply_places {
	const char *etc;			    /* has config.json and profiles.d */
	const char *copy;			    /* of the configuration: see profile/in_force.h */
	const char *pending;			    /* a file that is there until running containers have followed */
	const struct shield_profile_dirs *profiles; /* as hooks look for them: the first is etc's profiles.d */
};

extern const struct shield_apply_places shield_apply_default_places;

#define SHIELD_ACTIVATION_DIRS 8 /* of profiles, at most */

/* One activation, from the lock to the end. */
struct shield_activation {
	const struct shield_apply_places *places;
	const struct shield_apply_talk *talk;
	const char *from;
	int lock;
	char profiles[SHIELD_FOLDER_PATH_MAX], config[SHIELD_FOLDER_PATH_MAX]; /* in force */
	char next[SHIELD_FOLDER_PATH_MAX], between[SHIELD_FOLDER_PATH_MAX];    /* folders beside it */
	const char *dirs_path[SHIELD_ACTIVATION_DIRS + 1];
	struct shield_profile_dirs dirs; /* as hooks will look for profiles: the first is `next` */
	struct shield_candidate candidate;
	struct shield_applied before;
	struct shield_strings gone;	  /* profiles of `before` that the candidate does not have */
	unsigned int added, replaced;	  /* profiles */
	unsigned int faults;		  /* told so far */
	bool config_changes, has_between; /* the folder `between` was made */
	bool unchanged;			  /* all is in force already: there is nothing to commit */
	bool pending;			  /* an earlier activation did not see its containers follow */
};

/*
 * Takes the lock (waits for it), removes what a killed one left, reads the folder, and compares it with what is in force.
 * @from: the folder; NULL = nothing: take away what is applied
 * @talk: hears of each fault
 * @ret: release with shield_activation_end(), also on failure
 */
int shield_activation_begin(const struct shield_apply_places *places, const char *from,
			    const struct shield_apply_talk *talk, struct shield_activation *ret,
			    struct shield_error *error);

/*
 * Makes the folder that is to come into force, and checks it. What is in force is not touched. Where nothing changes there
 * is nothing to check.
 * @lacking: rules that this kernel cannot enforce, as bits of their kinds
 * Returns 0; -EINVAL where there were faults; another negative errno.
 */
int shield_activation_check(struct shield_activation *activation, uint32_t lacking, struct shield_error *error);

/* Puts it into force. Running containers are to follow then (engine/reload.h). */
int shield_activation_commit(struct shield_activation *activation, struct shield_error *error);

/* The running containers have followed. */
void shield_activation_followed(const struct shield_activation *activation);

/* Removes the folders that were made, and leaves the lock. */
void shield_activation_end(struct shield_activation *activation);
#define _cleanup_activation_ _cleanup_(shield_activation_end)

#endif
