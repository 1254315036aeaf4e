/* SPDX-License-Identifier: Apache-2.0 */
/* Leftovers: slots of containers that ended without their poststop, and engines of other builds that nobody needs. */
#ifndef SHIELD_ENGINE_SWEEP_H
#define SHIELD_ENGINE_SWEEP_H

#include <stdint.h>

#include "engine/engine.h"

/* Has a slot's container ended: init gone, and nobody left in its cgroup? */
bool shield_slot_is_dead(struct shield_engine *engine, uint32_t slot);

/*
 * Looks at a constant number of slots, each call at others, and at other engines; releases what is dead. The lock must
 * be held.
 */
void shield_sweep_some(struct shield_engine *engine);

/* What a sweep removed. */
struct shield_swept {
	unsigned int containers, engines;
};

/*
 * Looks at all slots and engines; takes the lock where there is something to remove. -ESTALE when the engine itself has
 * been removed.
 */
int shield_sweep_all(struct shield_engine *engine, struct shield_swept *ret, struct shield_error *error);

#endif
