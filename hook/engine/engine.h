/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine of this build on this node: its pinned maps, opened; loaded first where nobody has yet. Pins stand below
 * the bpffs in a folder named by the object's hash:
 *	SHIELD_BPFFS/HASH/map/NAME  prog/NAME  link/NAME  container/SLOT-GENERATION-NAME
 */
#ifndef SHIELD_ENGINE_ENGINE_H
#define SHIELD_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/abi.h"

#define SHIELD_BPFFS_MOUNT "/sys/fs/bpf"
#define SHIELD_BPFFS SHIELD_BPFFS_MOUNT "/oci-shield"

/* The pinned maps, in the order of shield_map_name(). */
enum shield_map {
	SHIELD_MAP_CONTROL,
	SHIELD_MAP_SLOTS,
	SHIELD_MAP_CGROUPS,
	SHIELD_MAP_CONTAINERS,
	SHIELD_MAP_INFO,
	SHIELD_MAP_POLICIES,
	SHIELD_MAP_POLICY_INDEX,
	SHIELD_MAP_TAGS,
	SHIELD_MAP_MOUNTS,
	SHIELD_MAP_COUNTERS,
	SHIELD_MAP_EVENTS,
	SHIELD_MAP_UDP_PEERS,
	SHIELD_MAPS,
};

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
#define SHIELD_ENGINE_NONE ((struct shield_engine){.map = {[0 ... SHIELD_MAPS - 1] = -1}})

/* The descriptor of a map, owned by the engine; a negative errno when its pin cannot be opened. */
int shield_engine_map(struct shield_engine *engine, enum shield_map map, struct shield_error *error);

/* A map's name, as pinned and as in bpf/maps.h. */
const char *shield_map_name(enum shield_map map);

/* The hash that names this build's engine folder: 16 hex digits. */
const char *shield_engine_hash(void);

/* Writes "SHIELD_BPFFS/HASH/FOLDER/NAME"; folder and name may be NULL. */
void shield_engine_path(char *buffer, size_t size, const char *folder, const char *name);

/* Break-glass: switches enforcement of the whole node off or on, and leaves an event. */
int shield_engine_switch(struct shield_engine *engine, bool off, struct shield_error *error);

/* Removes the engine's pins. -EBUSY while a container is under enforcement. */
int shield_engine_unload(struct shield_error *error);

#endif
