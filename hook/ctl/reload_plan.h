/* SPDX-License-Identifier: Apache-2.0 */
/* The running containers that are to follow their profiles, for the commands that have them do so. */
#ifndef SHIELD_CTL_RELOAD_PLAN_H
#define SHIELD_CTL_RELOAD_PLAN_H

#include <stdbool.h>

#include "engine/reload.h"
#include "profile/find.h"

/* Each container has a profile of its own: resolving rewrites it. */
struct shield_ctl_reload_plan {
	const struct shield_strings *only;	/* profiles whose containers are meant; NULL = all */
	const struct shield_profile_dirs *dirs; /* where profiles are read from */
	struct shield_reload *item;		/* owned */
	size_t count;
	bool refused; /* some container is under another build's engine; it has been named */
	struct shield_error *error;
};

/*
 * Finds the containers, but for those under recording, and takes them to their profiles, all or none.
 * @dry_run: only says whether that can be
 * Returns 0; -ENOENT where a profile is not there, or containers end all the while; another negative errno.
 */
int shield_ctl_reload_all(struct shield_ctl_reload_plan *plan, bool dry_run, struct shield_error *error);

/* Prints what became of them, a line each. */
void shield_ctl_reload_print(const struct shield_ctl_reload_plan *plan, bool dry_run);

void shield_ctl_reload_free(struct shield_ctl_reload_plan *plan);
#define _cleanup_reload_plan_ _cleanup_(shield_ctl_reload_free)

#endif
