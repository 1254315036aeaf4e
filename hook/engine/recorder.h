/* SPDX-License-Identifier: Apache-2.0 */
/* What goes with a recording in the engine, from its begin to the file that keeps it. The lock must be held. */
#ifndef SHIELD_ENGINE_RECORDER_H
#define SHIELD_ENGINE_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"

/* Makes room for the system calls of a slot. -E2BIG when the node has SHIELD_RECORDINGS already. */
int shield_recorder_begin(struct shield_engine *engine, uint32_t slot, struct shield_error *error);

/*
 * Ends what is gathered of a slot: kept in a file where a recording was asked for, then removed. The program that sees
 * the system calls of all tasks goes with the last recording. A failure to keep it is said here: callers go on.
 */
void shield_recorder_end(struct shield_engine *engine, uint32_t slot, bool was_live);

#endif
