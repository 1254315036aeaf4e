/* SPDX-License-Identifier: Apache-2.0 */
/* Every 10 seconds: what containers and engines of other builds left behind goes, and who runs unarmed is told of. */
#ifndef SHIELD_DAEMON_SWEEPER_H
#define SHIELD_DAEMON_SWEEPER_H

#include <stdint.h>

#include "base/error.h"
#include "engine/engine.h"

struct shield_sweeper {
	uint64_t next;		       /* boot time in ns */
	struct shield_error last;      /* what the last sweep said, so that it is not said every time */
	uint32_t warned[SHIELD_SLOTS]; /* generations that are known to be unarmed */
};

/*
 * Sweeps when it is time. A sweep that fails is said, once, and tried again: -ESTALE alone is returned, when the engine
 * itself has been removed.
 */
int shield_sweeper_run(struct shield_sweeper *sweeper, struct shield_engine *engine, struct shield_error *error);

#endif
