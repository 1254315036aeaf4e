/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mounts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/rootfs.h"

struct gathering {
	const struct shield_facts *facts;
	struct shield_mounts *mounts;
};

static int add(int fd, const char *destination, bool read_only, void *context, struct shield_error *error)
{
	const struct gathering *gathering = context;
	struct shield_mount mount = { .length = (uint32_t)strlen(destination), .read_only = read_only };
	struct shield_mounts *mounts = gathering->mounts;
	struct shield_resolve seen;
	int r;

	if (!strcmp(destination, "/"))
		mount.length = 0;
	if (mount.length >= sizeof(mount.path))
		return shield_fail(error, ENAMETOOLONG, "the path is longer than %zu bytes", sizeof(mount.path) - 1);
	if (mounts->count == SHIELD_MOUNTS)
		return shield_fail(error, E2BIG, "more than %d mounts", SHIELD_MOUNTS);
	r = shield_look(&gathering->facts->looker, fd, &seen, error);
	if (r < 0)
		return r;
	memcpy(mount.path, destination, mount.length);
	mounts->item[mounts->count].inode = seen.inode;
	mounts->item[mounts->count++].mount = mount;
	mounts->on_root |= seen.sb == gathering->facts->root_seen.sb;
	return 0;
}

int shield_mounts_gather(const struct shield_facts *facts, struct shield_mounts **ret, struct shield_error *error)
{
	_cleanup_free_ struct shield_mounts *mounts = calloc(1, sizeof(*mounts));
	struct gathering gathering = { .facts = facts, .mounts = mounts };
	int r;

	if (!mounts)
		return shield_fail(error, ENOMEM, "out of memory");
	r = shield_rootfs_each_mount(facts->root, &facts->bundle, facts->running, add, &gathering, error);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(mounts);
	return 0;
}

int shield_mounts_write(struct shield_engine *engine, uint32_t slot, const struct shield_mounts *mounts,
			struct shield_slot_info *info, struct shield_error *error)
{
	struct shield_mount_key key = { .slot = slot, .generation = engine->slots[slot].generation };
	int map = shield_engine_map(engine, SHIELD_MAP_MOUNTS, error);

	if (map < 0)
		return map;
	for (uint32_t i = 0; i < mounts->count; i++) {
		key.inode = mounts->item[i].inode;
		if (bpf_map_update_elem(map, &key, &mounts->item[i].mount, BPF_ANY) < 0)
			return shield_fail_errno(error, errno, "cannot note the mount");
		info->mount[info->mount_count++] = key.inode;
	}
	return 0;
}
