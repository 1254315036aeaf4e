/* SPDX-License-Identifier: Apache-2.0 */
/* Leftovers: slots of containers that ended without their poststop. */
#ifndef SHIELD_ENGINE_SWEEP_H
#define SHIELD_ENGINE_SWEEP_H

#include <stdint.h>

#include "engine/engine.h"

/* Has a slot's container ended: init gone, and nobody left in its cgroup? */
bool shield_slot_is_dead(struct shield_engine *engine, uint32_t slot);

/* Looks at a constant number of slots, each call at others, and releases dead ones. The lock must be held. */
void shield_sweep_some(struct shield_engine *engine);

/* Looks at all slots; takes the lock. @ret_swept: how many were released; may be NULL */
int shield_sweep_all(struct shield_engine *engine, unsigned int *ret_swept, struct shield_error *error);

#endif
