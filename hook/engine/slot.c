/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/slot.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "engine/links.h"
#include "engine/peers.h"
#include "engine/policy.h"
#include "engine/recorder.h"

const char *const shield_slot_pins[] = { SHIELD_PIN_PEER4, SHIELD_PIN_PEER6, NULL };

int shield_slot_claim(struct shield_engine *engine, uint32_t owner, uint32_t *ret, struct shield_error *error)
{
	struct shield_control *control = engine->control;
	uint32_t slot = control->free_hint;

	while (slot < control->slots_used && engine->slots[slot].state != SHIELD_SLOT_FREE)
		slot++;
	if (slot >= SHIELD_SLOTS)
		return shield_fail(error, ENOSPC, "%d containers are under enforcement already", SHIELD_SLOTS);
	if (slot >= control->slots_used)
		control->slots_used = slot + 1;
	control->free_hint = slot + 1;
	engine->slots[slot].generation++;
	engine->slots[slot].owner = owner;
	engine->slots[slot].state = SHIELD_SLOT_CLAIMED;
	*ret = slot;
	return 0;
}

static uint16_t *root_count(struct shield_engine *engine, const struct shield_slot_info *info)
{
	uint32_t hash = shield_root_hash(info->root_device, info->root_inode);

	return &engine->control->roots[hash % SHIELD_ROOTS];
}

void shield_slot_open(struct shield_engine *engine, uint32_t slot, const struct shield_slot_info *info)
{
	__atomic_add_fetch(root_count(engine, info), 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&engine->slots[slot].state, SHIELD_SLOT_LIVE, __ATOMIC_SEQ_CST);
}

void shield_slot_pin(const struct shield_engine *engine, uint32_t slot, const char *name, char *buffer, size_t size)
{
	char file[64];

	snprintf(file, sizeof(file), "%u-%u-%s", slot, engine->slots[slot].generation, name);
	shield_engine_path(buffer, size, "container", file);
}

/* Deletes a key from a map that leads to slots, if it leads to this one. */
static void delete_key(struct shield_engine *engine, enum shield_map map, const void *key, uint32_t slot)
{
	int fd = shield_engine_map(engine, map, NULL);
	uint32_t found;

	if (bpf_map_lookup_elem(fd, key, &found) == 0 && found == slot)
		bpf_map_delete_elem(fd, key);
}

static void delete_mounts(struct shield_engine *engine, uint32_t slot, const struct shield_slot_info *info)
{
	struct shield_mount_key key = { .slot = slot, .generation = engine->slots[slot].generation };

	for (uint32_t i = 0; i < info->mount_count; i++) {
		key.inode = info->mount[i];
		bpf_map_delete_elem(shield_engine_map(engine, SHIELD_MAP_MOUNTS, NULL), &key);
	}
}

static void delete_info(struct shield_engine *engine, uint32_t slot, bool was_live)
{
	int infos = shield_engine_map(engine, SHIELD_MAP_INFO, NULL);
	struct shield_container_key key;
	struct shield_slot_info info;

	if (bpf_map_lookup_elem(infos, &slot, &info) < 0)
		return;
	memcpy(key.id, info.id, sizeof(key.id));
	delete_key(engine, SHIELD_MAP_CONTAINERS, &key, slot);
	delete_mounts(engine, slot, &info);
	if (was_live) {
		__atomic_sub_fetch(root_count(engine, &info), 1, __ATOMIC_SEQ_CST);
		shield_policy_drop(engine, info.policy_key);
	}
	bpf_map_delete_elem(infos, &slot);
}

void shield_slot_release(struct shield_engine *engine, uint32_t slot)
{
	struct shield_slot *entry = &engine->slots[slot];
	bool was_live = entry->state == SHIELD_SLOT_LIVE;
	uint64_t cgroup = entry->cgroup;

	if (entry->state == SHIELD_SLOT_FREE)
		return;
	/* first, so that tags match nothing while the rest goes */
	__atomic_store_n(&entry->state, SHIELD_SLOT_CLAIMED, __ATOMIC_SEQ_CST);
	delete_key(engine, SHIELD_MAP_CGROUPS, &cgroup, slot);
	shield_peers_unlink(engine, slot);
	shield_slot_links_delete(engine, slot);
	shield_recorder_end(engine, slot, was_live);
	delete_info(engine, slot, was_live);
	bpf_map_delete_elem(shield_engine_map(engine, SHIELD_MAP_COUNTERS, NULL), &slot);
	entry->generation++;
	__atomic_store_n(&entry->state, SHIELD_SLOT_FREE, __ATOMIC_SEQ_CST);
	if (slot < engine->control->free_hint)
		engine->control->free_hint = slot;
}
