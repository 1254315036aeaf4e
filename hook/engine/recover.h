/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of slots, kept whole when a hook is killed amidst one. The lock must be held. */
#ifndef SHIELD_ENGINE_RECOVER_H
#define SHIELD_ENGINE_RECOVER_H

#include "engine/engine.h"

/*
 * Begins a change of slots. Where an earlier one was killed half-way, first releases slots that were claimed and never
 * opened, counts roots and policies anew, and deletes map entries and pins whose slot is gone; that takes time by the
 * size of the maps, and is rare. Every change stands between begin and end.
 */
void shield_slots_begin(struct shield_engine *engine);
void shield_slots_end(struct shield_engine *engine);

#endif
