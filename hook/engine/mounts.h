/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts of config.json, noted for the walk that names files. */
#ifndef SHIELD_ENGINE_MOUNTS_H
#define SHIELD_ENGINE_MOUNTS_H

#include "engine/engine.h"
#include "engine/facts.h"

struct shield_mounts {
	uint32_t count;
	bool on_root; /* some mount is from the root's own superblock */
	struct {
		uint64_t inode;
		struct shield_mount mount;
	} item[SHIELD_MOUNTS];
};

/*
 * Looks at a container's mounts. It can take as long as their file systems want: not to be called under the lock.
 * @ret: owned by the caller, free(3)
 * Returns 0; -E2BIG for more than SHIELD_MOUNTS; -ENAMETOOLONG for a destination over SHIELD_MOUNT_PATH_MAX; another
 * negative errno.
 */
int shield_mounts_gather(const struct shield_facts *facts, struct shield_mounts **ret, struct shield_error *error);

/*
 * Writes them into the mounts map, for a claimed slot.
 * @info: gets their inodes, so that they can be removed
 */
int shield_mounts_write(struct shield_engine *engine, uint32_t slot, const struct shield_mounts *mounts,
			struct shield_slot_info *info, struct shield_error *error);

#endif
