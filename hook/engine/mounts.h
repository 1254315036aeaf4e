/* SPDX-License-Identifier: Apache-2.0 */
/* The mounts of config.json, noted for the walk that names files. */
#ifndef SHIELD_ENGINE_MOUNTS_H
#define SHIELD_ENGINE_MOUNTS_H

#include "engine/engine.h"
#include "engine/facts.h"

/*
 * Writes the container's mounts into the mounts map, for a claimed slot.
 * @info: gets their inodes, so that they can be removed
 * @ret_on_root: some mount is from the root's own superblock
 * Returns 0; -E2BIG for more than SHIELD_MOUNTS; -ENAMETOOLONG for a destination over SHIELD_MOUNT_PATH_MAX; another
 * negative errno.
 */
int shield_mounts_write(struct shield_engine *engine, uint32_t slot, const struct shield_facts *facts,
			struct shield_slot_info *info, bool *ret_on_root, struct shield_error *error);

#endif
