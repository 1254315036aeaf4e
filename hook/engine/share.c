/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/share.h"

#include <bpf/bpf.h>
#include <errno.h>

void shield_share_add(struct shield_share *share, const struct shield_slot *slot, const struct shield_slot_info *info)
{
	bool *known = &share->policy[slot->policy % SHIELD_POLICIES];

	share->slots++;
	share->policies += !*known;
	*known = true;
	share->mounts += info->mount_count;
	share->links += info->links;
}

int shield_share_judge(const struct shield_share *own, const struct shield_share *all, uint32_t owner,
		       struct shield_error *error)
{
	const struct {
		const char *name;
		uint32_t own, own_most, all, all_most;
	} limits[] = {
		{ "containers under enforcement", own->slots, SHIELD_USER_SLOTS, all->slots, SHIELD_SLOTS / 2 },
		{ "distinct policies", own->policies, SHIELD_USER_POLICIES, all->policies, SHIELD_POLICIES / 2 },
		{ "mounts of containers", own->mounts, SHIELD_USER_MOUNTS, all->mounts, SHIELD_MOUNT_ENTRIES / 2 },
		{ "symbolic links on the way to what profiles name", own->links, SHIELD_USER_LINKS, all->links,
		  SHIELD_LINKS_PIECES / 2 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i].own > limits[i].own_most)
			return shield_fail(error, EDQUOT, "user %u has more %s than the %u that one user may have",
					   owner, limits[i].name, limits[i].own_most);
		if (limits[i].all > limits[i].all_most)
			return shield_fail(error, EDQUOT,
					   "unprivileged users have more %s than the %u that they may have together",
					   limits[i].name, limits[i].all_most);
	}
	return 0;
}

int shield_share_check(struct shield_engine *engine, uint32_t slot, const struct shield_slot_info *info,
		       struct shield_error *error)
{
	int infos = shield_engine_map(engine, SHIELD_MAP_INFO, error);
	uint32_t owner = engine->slots[slot].owner;
	struct shield_share own = {}, all = {};

	if (!owner || infos < 0)
		return owner ? infos : 0;
	for (uint32_t i = 0; i < engine->control->slots_used; i++) {
		const struct shield_slot *other = &engine->slots[i];
		struct shield_slot_info its;

		if (other->state == SHIELD_SLOT_FREE || !other->owner)
			continue;
		if (i == slot)
			its = *info;
		else if (bpf_map_lookup_elem(infos, &i, &its) < 0)
			continue;
		shield_share_add(&all, other, &its);
		if (other->owner == owner)
			shield_share_add(&own, other, &its);
	}
	return shield_share_judge(&own, &all, owner, error);
}
