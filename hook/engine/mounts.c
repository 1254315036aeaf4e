/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mounts.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "oci/rootfs.h"

struct writer {
	int map;
	struct shield_mount_key key;
	const struct shield_facts *facts;
	struct shield_slot_info *info;
	bool on_root;
};

static int write_mount(int fd, const char *destination, bool read_only, void *context, struct shield_error *error)
{
	struct writer *writer = context;
	struct shield_mount mount = { .length = (uint32_t)strlen(destination), .read_only = read_only };
	struct shield_resolve seen;
	int r;

	if (!strcmp(destination, "/"))
		mount.length = 0;
	if (mount.length >= sizeof(mount.path))
		return shield_fail(error, ENAMETOOLONG, "the path is longer than %zu bytes", sizeof(mount.path) - 1);
	if (writer->info->mount_count == SHIELD_MOUNTS)
		return shield_fail(error, E2BIG, "more than %d mounts", SHIELD_MOUNTS);
	r = shield_look(&writer->facts->looker, fd, &seen, error);
	if (r < 0)
		return r;
	memcpy(mount.path, destination, mount.length);
	writer->key.inode = seen.inode;
	if (bpf_map_update_elem(writer->map, &writer->key, &mount, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot note the mount");
	writer->info->mount[writer->info->mount_count++] = seen.inode;
	writer->on_root |= seen.sb == writer->facts->root_seen.sb;
	return 0;
}

int shield_mounts_write(struct shield_engine *engine, uint32_t slot, const struct shield_facts *facts,
			struct shield_slot_info *info, bool *ret_on_root, struct shield_error *error)
{
	struct writer writer = {
		.map = shield_engine_map(engine, SHIELD_MAP_MOUNTS, error),
		.key = { .slot = slot, .generation = engine->slots[slot].generation },
		.facts = facts,
		.info = info,
	};
	int r;

	if (writer.map < 0)
		return writer.map;
	r = shield_rootfs_each_mount(facts->root, &facts->bundle, facts->running, write_mount, &writer, error);
	if (r < 0)
		return r;
	*ret_on_root = writer.on_root;
	return 0;
}
