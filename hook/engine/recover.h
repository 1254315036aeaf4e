/* SPDX-License-Identifier: Apache-2.0 */
/* After a hook was killed while it changed slots: back to a whole state. The lock must be held. */
#ifndef SHIELD_ENGINE_RECOVER_H
#define SHIELD_ENGINE_RECOVER_H

#include "engine/engine.h"

/*
 * Releases slots that were claimed and never opened, counts roots and policies anew, and deletes map entries and pins
 * whose slot is gone. Takes time by the size of the maps, and is rare.
 */
void shield_slots_recover(struct shield_engine *engine);

#endif
