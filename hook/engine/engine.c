/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "engine/announce.h"
#include "engine/load.h"
#include "engine/lock.h"
#include "engine/pins.h"

int shield_engine_map(struct shield_engine *engine, enum shield_map map, struct shield_error *error)
{
	char path[256];

	if (engine->map[map] >= 0)
		return engine->map[map];
	shield_engine_path(path, sizeof(path), "map", shield_map_name(map));
	engine->map[map] = bpf_obj_get(path);
	if (engine->map[map] < 0)
		return shield_fail_errno(error, errno, "cannot open %s", path);
	return engine->map[map];
}

static int map_memory(struct shield_engine *engine, enum shield_map map, size_t size, void **ret,
		      struct shield_error *error)
{
	int fd = shield_engine_map(engine, map, error);
	void *memory;

	if (fd < 0)
		return fd;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return shield_fail_errno(error, errno, "cannot map %s", shield_map_name(map));
	*ret = memory;
	return 0;
}

/* Opens what is pinned: -ENOENT when nothing is. */
static int open_pinned(struct shield_engine *ret, struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	int r;

	r = map_memory(&engine, SHIELD_MAP_CONTROL, sizeof(*engine.control), (void **)&engine.control, error);
	if (r < 0)
		return r;
	r = map_memory(&engine, SHIELD_MAP_SLOTS, SHIELD_SLOTS * sizeof(*engine.slots), (void **)&engine.slots, error);
	if (r < 0)
		return r;
	*ret = engine;
	engine = SHIELD_ENGINE_NONE;
	return 0;
}

int shield_engine_open(bool load, struct shield_engine *ret, struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	int r = open_pinned(ret, error);

	if (r != -ENOENT || !load)
		return r;
	r = shield_lock(&lock, error);
	if (r < 0)
		return r;
	r = open_pinned(ret, error); /* another may have loaded it meanwhile */
	if (r != -ENOENT)
		return r;
	r = shield_engine_load(error);
	if (r < 0)
		return r;
	return open_pinned(ret, error);
}

void shield_engine_close(struct shield_engine *engine)
{
	if (engine->control)
		munmap(engine->control, sizeof(*engine->control));
	if (engine->slots)
		munmap(engine->slots, SHIELD_SLOTS * sizeof(*engine->slots));
	for (int i = 0; i < SHIELD_MAPS; i++)
		shield_closep(&engine->map[i]);
	*engine = SHIELD_ENGINE_NONE;
}

int shield_engine_switch(struct shield_engine *engine, bool off, struct shield_error *error)
{
	engine->control->off_since = off ? (uint64_t)time(NULL) : 0;
	__atomic_store_n(&engine->control->off, off, __ATOMIC_SEQ_CST);
	return shield_announce(SHIELD_SLOTS, off ? SHIELD_CONTROL_OFF : SHIELD_CONTROL_ON, error);
}

int shield_engine_unload(struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	_cleanup_close_ int lock = -1;
	char folder[128];
	int r = shield_lock(&lock, error);

	if (r < 0)
		return r;
	r = open_pinned(&engine, error);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	for (uint32_t slot = 0; slot < engine.control->slots_used; slot++) {
		if (engine.slots[slot].state != SHIELD_SLOT_FREE)
			return shield_fail(error, EBUSY, "containers are under enforcement (see: shieldctl ps)");
	}
	shield_engine_path(folder, sizeof(folder), NULL, NULL);
	shield_pins_remove(folder);
	rmdir(SHIELD_BPFFS);
	return 0;
}
