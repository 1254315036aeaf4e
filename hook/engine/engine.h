/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An engine on this node, opened: its pinned maps. That of this build, loaded first where nobody has yet; or that of
 * another build which has the same layouts (engine/engines.h has what holds for all).
 */
#ifndef SHIELD_ENGINE_ENGINE_H
#define SHIELD_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/abi.h"
#include "engine/pins.h"

struct shield_engine {
	char hash[SHIELD_ENGINE_HASH_SIZE];
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

/*
 * Opens the engine of another build.
 * Returns 0; -ENOENT when it is not loaded; -EPROTO when its layouts are not this build's; another negative errno.
 */
int shield_engine_open_other(const char *hash, struct shield_engine *ret, struct shield_error *error);

/*
 * Takes the lock, to change the engine's maps. @ret_fd: owned by the caller; closing it releases the lock.
 * Returns 0; -ESTALE when the engine has been removed since it was opened: what is done to it has no effect any more.
 */
int shield_engine_lock(const struct shield_engine *engine, int *ret_fd, struct shield_error *error);

/*
 * How often running containers were looked for to follow their profiles; 0 where the engine is not loaded. Who reads a
 * profile for a new container asks first, and tells shield_attach(): the container may not be there to be found yet,
 * and the profile be an old one when it is.
 */
uint32_t shield_engine_reloads(void);

/* Once more: to be called before they are looked for, with the profiles as they are to be. Takes the lock. */
int shield_engine_begin_reload(struct shield_engine *engine, struct shield_error *error);

/* Closes what is open. The pins stay. */
void shield_engine_close(struct shield_engine *engine);
#define _cleanup_engine_ _cleanup_(shield_engine_close)
#define SHIELD_ENGINE_NONE ((struct shield_engine){ .map = { [0 ... SHIELD_MAPS - 1] = -1 } })

/* The descriptor of a map, owned by the engine; a negative errno when its pin cannot be opened. */
int shield_engine_map(struct shield_engine *engine, enum shield_map map, struct shield_error *error);

/* Removes the engine, and those of other builds that nobody needs. -EBUSY while a container is under enforcement. */
int shield_engine_unload(struct shield_error *error);

#endif
