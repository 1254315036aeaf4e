/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/sweep.h"

#include <bpf/bpf.h>
#include <errno.h>

#include "base/cleanup.h"
#include "engine/engines.h"
#include "engine/lock.h"
#include "engine/recover.h"
#include "engine/slot.h"
#include "oci/cgroup.h"
#include "oci/process.h"

#define SWEEP_SLOTS 4

bool shield_slot_is_dead(struct shield_engine *engine, uint32_t slot)
{
	struct shield_slot_info info;
	uint64_t start;
	int populated;

	if (engine->slots[slot].state != SHIELD_SLOT_LIVE ||
	    bpf_map_lookup_elem(shield_engine_map(engine, SHIELD_MAP_INFO, NULL), &slot, &info) < 0)
		return false;
	if (shield_process_start((pid_t)info.init_pid, &start, NULL) == 0 && start == info.init_start)
		return false;
	populated = shield_cgroup_is_populated(engine->slots[slot].cgroup);
	return populated == 0 || populated == -ESTALE;
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
	shield_engines_sweep(true);
}

/*
 * Is there anything to sweep, or to recover? Told without the lock, so that hooks need not wait for a look at every
 * container: what is found is looked at again.
 */
static bool is_due(struct shield_engine *engine)
{
	if (engine->control->busy || engine->control->abi == SHIELD_ABI_REMOVED || shield_engines_have_others(true))
		return true;
	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		if (shield_slot_is_dead(engine, slot))
			return true;
	}
	return false;
}

int shield_sweep_all(struct shield_engine *engine, struct shield_swept *ret, struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	int r;

	*ret = (struct shield_swept){};
	if (!is_due(engine))
		return 0;
	r = shield_engine_lock(engine, &lock, error);
	if (r < 0)
		return r;
	shield_slots_begin(engine);
	for (uint32_t slot = 0; slot < engine->control->slots_used; slot++) {
		if (shield_slot_is_dead(engine, slot)) {
			shield_slot_release(engine, slot);
			ret->containers++;
		}
	}
	ret->engines = shield_engines_sweep(true);
	shield_slots_end(engine);
	return 0;
}
