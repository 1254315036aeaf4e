/* SPDX-License-Identifier: Apache-2.0 */
/* Running containers that no hook was called for, for the commands that put them under something. */
#ifndef SHIELD_CTL_RUNNING_H
#define SHIELD_CTL_RUNNING_H

#include "base/error.h"
#include "engine/attach.h"
#include "profile/select.h"

/* Says a warning on the standard error. */
void shield_ctl_warn(const char *message);

/*
 * May this container come under a profile? Attaching is root's act, but what the configuration binds without override
 * stays bound. Returns 0; -EACCES; what reading the configuration returned.
 */
int shield_ctl_check_node(struct shield_subject subject, const char *profile, struct shield_error *error);

/*
 * Puts a container that is under nothing under what is requested.
 * @id: its id or the beginning of it, or podman's name for it
 * @request: all but state and subject is filled
 * @ret_id: its whole id; NULL = not wanted
 * Returns 0; -ENOENT where no runtime knows it; -ESRCH where it does not run; what shield_attach() returned.
 */
int shield_ctl_adopt(const char *id, struct shield_attach *request, char ret_id[SHIELD_ID_MAX],
		     struct shield_error *error);

#endif
