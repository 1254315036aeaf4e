/* SPDX-License-Identifier: Apache-2.0 */
/* The engine of this build on this node: its pinned maps, opened; loaded first where nobody has yet. */
#ifndef SHIELD_ENGINE_ENGINE_H
#define SHIELD_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/abi.h"
#include "engine/pins.h"

struct shield_engine {
	int map[SHIELD_MAPS];		/* descriptors, opened when first asked for; -1 = not yet */
	struct shield_control *control; /* mapped */
	struct shield_slot *slots;	/* mapped, SHIELD_SLOTS of them */
};

/*
 * Opens the engine that this build's programs form.
 * @load: load it where it is not loaded yet (takes the lock, moves the caller to the root cgroup, tests that it runs)
 * Returns 0; -ENOENT when it is not loaded and @load is false; -ENOTSUP when this kernel cannot enforce, with what is
 * missing and how to mend it; another negative errno.
 */
int shield_engine_open(bool load, struct shield_engine *ret, struct shield_error *error);

/* Closes what is open. The pins stay. */
void shield_engine_close(struct shield_engine *engine);
#define _cleanup_engine_ _cleanup_(shield_engine_close)
#define SHIELD_ENGINE_NONE ((struct shield_engine){ .map = { [0 ... SHIELD_MAPS - 1] = -1 } })

/* The descriptor of a map, owned by the engine; a negative errno when its pin cannot be opened. */
int shield_engine_map(struct shield_engine *engine, enum shield_map map, struct shield_error *error);

/* Break-glass: switches enforcement of the whole node off or on, and leaves an event. */
int shield_engine_switch(struct shield_engine *engine, bool off, struct shield_error *error);

/* Removes the engine's pins. -EBUSY while a container is under enforcement. */
int shield_engine_unload(struct shield_error *error);

#endif
