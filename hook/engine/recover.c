/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/recover.h"

#include <bpf/bpf.h>
#include <string.h>

#include "engine/policy.h"
#include "engine/slot.h"

#define KEY_MAX sizeof(struct shield_container_key)

static bool is_live(const struct shield_engine *engine, uint32_t slot)
{
	return slot < SHIELD_SLOTS && engine->slots[slot].state == SHIELD_SLOT_LIVE;
}

/* Does the entry of a map belong to a live slot? */
typedef bool (*belongs)(const struct shield_engine *engine, int map, const void *key);

static bool value_is_live(const struct shield_engine *engine, int map, const void *key)
{
	uint32_t slot;

	return bpf_map_lookup_elem(map, key, &slot) == 0 && is_live(engine, slot);
}

static bool key_is_live(const struct shield_engine *engine, int map, const void *key)
{
	(void)map;
	return is_live(engine, *(const uint32_t *)key);
}

/* Keys that begin with slot and generation. */
static bool generation_is_live(const struct shield_engine *engine, int map, const void *key)
{
	const struct {
		uint32_t slot, generation;
	} *of = key;

	(void)map;
	return is_live(engine, of->slot) && engine->slots[of->slot].generation == of->generation;
}

static void purge(struct shield_engine *engine, enum shield_map which, belongs keep)
{
	int map = shield_engine_map(engine, which, NULL);
	_Alignas(8) char key[KEY_MAX], next[KEY_MAX];

	for (bool more = bpf_map_get_next_key(map, NULL, next) == 0; more;) {
		memcpy(key, next, sizeof(key));
		more = bpf_map_get_next_key(map, key, next) == 0;
		if (!keep(engine, map, key))
			bpf_map_delete_elem(map, key);
	}
}

static void purge_pins(struct shield_engine *engine)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	char path[256];

	shield_engine_path(path, sizeof(path), "container", NULL);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		unsigned int slot, generation;

		if (sscanf(entry->d_name, "%u-%u-", &slot, &generation) != 2)
			continue;
		if (!is_live(engine, slot) || engine->slots[slot].generation != generation)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
}

/* One that was killed on the way from one policy to another has told the slot first. */
static void correct_keys(struct shield_engine *engine, const __u64 keys[SHIELD_POLICIES])
{
	int infos = shield_engine_map(engine, SHIELD_MAP_INFO, NULL);

	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		struct shield_slot_info info;

		if (!is_live(engine, slot) || bpf_map_lookup_elem(infos, &slot, &info) < 0 ||
		    info.policy_key == keys[engine->slots[slot].policy % SHIELD_POLICIES])
			continue;
		info.policy_key = keys[engine->slots[slot].policy % SHIELD_POLICIES];
		bpf_map_update_elem(infos, &slot, &info, BPF_EXIST);
	}
}

/* Counts what live slots share: roots and policies. */
static void recount(struct shield_engine *engine)
{
	uint16_t roots[SHIELD_ROOTS] = { 0 };
	uint32_t policies[SHIELD_POLICIES] = { 0 };
	__u64 keys[SHIELD_POLICIES] = { 0 };

	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		struct shield_slot_info info;

		if (!is_live(engine, slot) ||
		    bpf_map_lookup_elem(shield_engine_map(engine, SHIELD_MAP_INFO, NULL), &slot, &info) < 0)
			continue;
		roots[shield_root_hash(info.root_device, info.root_inode) % SHIELD_ROOTS]++;
		policies[engine->slots[slot].policy % SHIELD_POLICIES]++;
	}
	/* at no moment without a root that is there: whoever executes now would slip by */
	memcpy(engine->control->roots, roots, sizeof(roots));
	shield_policy_recount(engine, policies, keys);
	correct_keys(engine, keys);
}

static void recover(struct shield_engine *engine)
{
	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		if (engine->slots[slot].state == SHIELD_SLOT_CLAIMED)
			shield_slot_release(engine, slot);
	}
	purge(engine, SHIELD_MAP_CGROUPS, value_is_live);
	purge(engine, SHIELD_MAP_CONTAINERS, value_is_live);
	purge(engine, SHIELD_MAP_INFO, key_is_live);
	purge(engine, SHIELD_MAP_COUNTERS, key_is_live);
	purge(engine, SHIELD_MAP_MOUNTS, generation_is_live);
	purge(engine, SHIELD_MAP_LINKS, generation_is_live);
	purge(engine, SHIELD_MAP_OBSERVATIONS, generation_is_live);
	purge(engine, SHIELD_MAP_SYSCALLS, key_is_live);
	purge_pins(engine);
	recount(engine);
	engine->control->free_hint = 0;
}

void shield_slots_begin(struct shield_engine *engine)
{
	if (engine->control->busy)
		recover(engine);
	engine->control->busy = 1;
}

void shield_slots_end(struct shield_engine *engine)
{
	engine->control->busy = 0;
}
