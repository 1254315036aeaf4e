/* SPDX-License-Identifier: Apache-2.0 */
/* The tasks that a running container has when it comes under a profile. The lock must be held. */
#ifndef SHIELD_ENGINE_ADOPT_H
#define SHIELD_ENGINE_ADOPT_H

#include <stdint.h>

#include "engine/freeze.h"
#include "engine/retag.h"

struct shield_adoption {
	struct shield_retagger retagger;
	struct shield_frozen frozen;
};
#define SHIELD_ADOPTION_NONE ((struct shield_adoption){ SHIELD_RETAGGER_NONE, SHIELD_FROZEN_NONE })

/* Makes all ready and stops the container. @cgroup: the path of its directory. @ret: end with shield_adopt_end() */
int shield_adopt_begin(struct shield_engine *engine, const char *cgroup, struct shield_adoption *ret,
		       struct shield_error *error);

/*
 * Gives every task of the slot's cgroup a tag: the slot must be open, so that what comes in by itself finds it. Where
 * that fails none is left.
 * @call: hears of each
 */
int shield_adopt_tasks(const struct shield_engine *engine, uint32_t slot, const struct shield_adoption *adoption,
		       shield_retagged_call call, void *context, struct shield_error *error);

/* Lets the container go on. */
void shield_adopt_end(struct shield_adoption *adoption);
#define _cleanup_adoption_ _cleanup_(shield_adopt_end)

#endif
