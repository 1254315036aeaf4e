/* SPDX-License-Identifier: Apache-2.0 */
/* A cgroup whose tasks stand still for a moment (Documentation/admin-guide/cgroup-v2.rst, cgroup.freeze). */
#ifndef SHIELD_ENGINE_FREEZE_H
#define SHIELD_ENGINE_FREEZE_H

#include <signal.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/error.h"

#define SHIELD_FREEZE_MS 2000

struct shield_frozen {
	int cgroup;    /* its directory, owned; -1 = nothing is frozen */
	bool was;      /* somebody else had frozen it */
	sigset_t mask; /* of the caller's signals before */
};
#define SHIELD_FROZEN_NONE ((struct shield_frozen){ .cgroup = -1 })

/*
 * Freezes a cgroup and all below it, and waits until every task stands still: none is then within an execve(2) or
 * fork(2). Signals that end the caller wait until it is thawed.
 * @cgroup: its directory; borrowed
 * @wait: ms; SHIELD_FREEZE_MS
 * @ret: release with shield_thaw()
 * Returns 0; -ETIMEDOUT where some task does not stop (it waits for a file system that does not answer), with the
 * cgroup as it was before; another negative errno.
 */
int shield_freeze(int cgroup, unsigned int wait, struct shield_frozen *ret, struct shield_error *error);

/* Lets it run again, unless it was frozen before. A struct of SHIELD_FROZEN_NONE is fine. */
void shield_thaw(struct shield_frozen *frozen);
#define _cleanup_frozen_ _cleanup_(shield_thaw)

#endif
