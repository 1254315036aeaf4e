/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engine.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/engines.h"
#include "engine/load.h"
#include "engine/lock.h"
#include "engine/pins.h"

int shield_engine_map(struct shield_engine *engine, enum shield_map map, struct shield_error *error)
{
	char path[256];

	if (engine->map[map] >= 0)
		return engine->map[map];
	shield_engine_path_of(engine->hash, path, sizeof(path), "map", shield_map_name(map));
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

/* Opens what is pinned: -ENOENT when nothing is, or when it is being removed. */
static int open_pinned(const char *hash, struct shield_engine *ret, struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	int r;

	snprintf(engine.hash, sizeof(engine.hash), "%s", hash);
	r = map_memory(&engine, SHIELD_MAP_CONTROL, sizeof(*engine.control), (void **)&engine.control, error);
	if (r < 0)
		return r;
	if (engine.control->abi == SHIELD_ABI_REMOVED)
		return shield_fail(error, ENOENT, "the engine %s has been removed", hash);
	r = map_memory(&engine, SHIELD_MAP_SLOTS, SHIELD_SLOTS * sizeof(*engine.slots), (void **)&engine.slots, error);
	if (r < 0)
		return r;
	*ret = engine;
	engine = SHIELD_ENGINE_NONE;
	return 0;
}

/* With the lock held, and nothing loaded. The break-glass of a node holds for the engine that comes later, too. */
static int load_engine(struct shield_engine *ret, struct shield_error *error)
{
	uint64_t off_since;
	int r = shield_engine_clear(shield_engine_hash(), error);

	if (r < 0)
		return r;
	r = shield_engine_load(error);
	if (r < 0)
		return r;
	r = open_pinned(shield_engine_hash(), ret, error);
	if (r == 0 && shield_engines_are_off(&off_since)) {
		ret->control->off_since = off_since;
		ret->control->off = 1;
	}
	return r;
}

int shield_engine_open(bool load, struct shield_engine *ret, struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	int r = open_pinned(shield_engine_hash(), ret, error);

	if (r != -ENOENT || !load)
		return r;
	r = shield_lock(&lock, error);
	if (r < 0)
		return r;
	r = open_pinned(shield_engine_hash(), ret, error); /* another may have loaded it meanwhile */
	return r == -ENOENT ? load_engine(ret, error) : r;
}

int shield_engine_open_other(const char *hash, struct shield_engine *ret, struct shield_error *error)
{
	struct shield_engine_header header;
	int r = shield_engine_header(hash, &header, error);

	if (r < 0)
		return r;
	if (header.abi != SHIELD_ABI)
		return shield_fail(error, EPROTO, "the engine %s is of another version (ABI %u, not %u)", hash,
				   header.abi, SHIELD_ABI);
	return open_pinned(hash, ret, error);
}

int shield_engine_lock(const struct shield_engine *engine, int *ret_fd, struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	int r = shield_lock(&lock, error);

	if (r < 0)
		return r;
	if (engine->control->abi == SHIELD_ABI_REMOVED)
		return shield_fail(error, ESTALE,
				   "another version of oci-shield has just removed the engine %s: try again",
				   engine->hash);
	*ret_fd = TAKE_FD(lock);
	return 0;
}

uint32_t shield_engine_reloads(void)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;

	return shield_engine_open(false, &engine, NULL) == 0 ? engine.control->reloads : 0;
}

int shield_engine_begin_reload(struct shield_engine *engine, struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	int r = shield_engine_lock(engine, &lock, error);

	if (r == 0)
		engine->control->reloads++;
	return r;
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

static bool has_containers(const struct shield_engine *engine)
{
	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		if (engine->slots[slot].state != SHIELD_SLOT_FREE)
			return true;
	}
	return false;
}

int shield_engine_unload(struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	_cleanup_close_ int lock = -1;
	int r = shield_lock(&lock, error);

	if (r < 0)
		return r;
	r = open_pinned(shield_engine_hash(), &engine, error);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0 && has_containers(&engine))
		return shield_fail(error, EBUSY, "containers are under enforcement (see: shieldctl ps)");
	shield_engine_remove(shield_engine_hash());
	shield_engines_sweep(true);
	if (rmdir(SHIELD_BPFFS) < 0 && errno == ENOTEMPTY)
		return shield_fail(
			error, EBUSY,
			"containers are under enforcement by an engine of another version (see: shieldctl status)");
	return 0;
}
