/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/sweep.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/io.h"
#include "engine/lock.h"
#include "engine/recover.h"
#include "engine/slot.h"
#include "oci/process.h"

#define SWEEP_SLOTS 4

/* include/linux/exportfs.h: what file handles of kernfs are */
#define FILEID_KERNFS 0xfe

/* Opens a cgroup's directory by its id (open_by_handle_at(2)). -ESTALE when it is gone. */
static int open_cgroup(uint64_t id)
{
	_cleanup_close_ int mount = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} at = { .handle = { .handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS } };
	int fd;

	if (mount < 0)
		return -errno;
	memcpy(at.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(mount, &at.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool cgroup_is_empty(uint64_t id)
{
	_cleanup_free_ char *events = NULL;
	_cleanup_close_ int fd = open_cgroup(id);

	if (fd == -ESTALE || fd == -ENOENT)
		return true;
	if (fd < 0 || shield_read_file(fd, "cgroup.events", 4096, &events, NULL, NULL) < 0)
		return false;
	return strstr(events, "populated 0") != NULL;
}

bool shield_slot_is_dead(struct shield_engine *engine, uint32_t slot)
{
	struct shield_slot_info info;
	uint64_t start;

	if (engine->slots[slot].state != SHIELD_SLOT_LIVE ||
	    bpf_map_lookup_elem(shield_engine_map(engine, SHIELD_MAP_INFO, NULL), &slot, &info) < 0)
		return false;
	if (shield_process_start((pid_t)info.init_pid, &start, NULL) == 0 && start == info.init_start)
		return false;
	return cgroup_is_empty(engine->slots[slot].cgroup);
}

void shield_sweep_some(struct shield_engine *engine)
{
	struct shield_control *control = engine->control;

	for (int i = 0; i < SWEEP_SLOTS && control->slots_used; i++) {
		uint32_t slot = control->sweep_next < control->slots_used ? control->sweep_next : 0;

		control->sweep_next = slot + 1;
		if (shield_slot_is_dead(engine, slot))
			shield_slot_release(engine, slot);
	}
}

int shield_sweep_all(struct shield_engine *engine, unsigned int *ret_swept, struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	unsigned int swept = 0;
	int r = shield_lock(&lock, error);

	if (r < 0)
		return r;
	shield_slots_begin(engine);
	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		if (shield_slot_is_dead(engine, slot)) {
			shield_slot_release(engine, slot);
			swept++;
		}
	}
	shield_slots_end(engine);
	if (ret_swept)
		*ret_swept = swept;
	return 0;
}
