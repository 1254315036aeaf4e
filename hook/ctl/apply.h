/* SPDX-License-Identifier: Apache-2.0 */
/* One activation with the running containers that follow it, as `shieldctl apply` carries it out and tells of it. */
#ifndef SHIELD_CTL_APPLY_H
#define SHIELD_CTL_APPLY_H

#include <stdbool.h>

#include "ctl/reload_plan.h"

enum shield_ctl_applied {
	SHIELD_CTL_APPLIED,
	SHIELD_CTL_VALID,     /* as a dry run found */
	SHIELD_CTL_UNCHANGED, /* it is in force already */
	SHIELD_CTL_REFUSED,   /* nothing was changed */
	SHIELD_CTL_FAILED,    /* after something was changed: what is in force is valid, and the next one goes on */
};

struct shield_ctl_apply {
	const char *from; /* the folder; NULL = take away what is applied */
	bool dry_run;
	/* out */
	enum shield_ctl_applied outcome;
	struct shield_strings faults, notes; /* sentences; owned */
	unsigned int added, replaced, gone;  /* profiles */
	bool config;			     /* the configuration changes */
	struct shield_ctl_reload_plan plan;  /* the containers that follow */
	struct shield_error error;	     /* where it was refused or has failed */
};

void shield_ctl_apply_carry_out(struct shield_ctl_apply *apply);

/* Says it to people: what was done on the standard output, what is wrong on the standard error. */
void shield_ctl_apply_print(const struct shield_ctl_apply *apply);

void shield_ctl_apply_free(struct shield_ctl_apply *apply);
#define _cleanup_apply_ _cleanup_(shield_ctl_apply_free)

/*
 * Applies a folder whenever it changes, until SIGTERM or SIGINT.
 * @ready: a file that is there while what is in the folder is in force; NULL = none
 * Returns an exit status.
 */
int shield_ctl_apply_watch(const char *from, const char *ready);

#endif
