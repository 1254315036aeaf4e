/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/recorder.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <syslog.h>

#include "engine/container.h"
#include "engine/programs.h"
#include "events/clock.h"
#include "record/recording.h"

int shield_recorder_begin(struct shield_engine *engine, uint32_t slot, struct shield_error *error)
{
	const struct shield_syscalls none = {};
	int calls = shield_engine_map(engine, SHIELD_MAP_SYSCALLS, error);

	if (calls < 0)
		return calls;
	if (bpf_map_update_elem(calls, &slot, &none, BPF_ANY) == 0)
		return 0;
	if (errno == E2BIG)
		return shield_fail(error, E2BIG, "%d recordings run on this node already", SHIELD_RECORDINGS);
	return shield_fail_errno(error, errno, "cannot write the map %s", shield_map_name(SHIELD_MAP_SYSCALLS));
}

static void save_recording(struct shield_engine *engine, const struct shield_container *container)
{
	_cleanup_recording_ struct shield_recording recording = {};
	struct shield_error error;
	int r = shield_recording_read(engine, container, &recording, &error);

	if (r == 0) {
		recording.ended = shield_clock_wall(shield_clock_boot());
		r = shield_recording_save(SHIELD_RECORDINGS_DIR, &recording, &error);
	}
	if (r == 0)
		return;
	fprintf(stderr, "oci-shield: the recording %s of container %.12s is lost: %s\n", container->info.record,
		container->info.id, error.message);
	syslog(LOG_ERR, "the recording %s of container %.12s is lost: %s", container->info.record, container->info.id,
	       error.message);
}

/* The program that sees all system calls of the node goes with the last recording. */
static void forget_syscalls(struct shield_engine *engine, uint32_t slot)
{
	bpf_map_delete_elem(shield_engine_map(engine, SHIELD_MAP_SYSCALLS, NULL), &slot);
	for (uint32_t i = 0; i < engine->control->slots_used; i++) {
		if (i != slot && engine->slots[i].state != SHIELD_SLOT_FREE &&
		    engine->slots[i].flags & SHIELD_SLOT_RECORD)
			return;
	}
	shield_programs_retire(engine, SHIELD_HOOK_RECORD);
}

void shield_recorder_end(struct shield_engine *engine, uint32_t slot, bool was_live)
{
	struct shield_container container = { .slot = slot, .state = engine->slots[slot] };
	int infos = shield_engine_map(engine, SHIELD_MAP_INFO, NULL);
	int counters = shield_engine_map(engine, SHIELD_MAP_COUNTERS, NULL);

	bpf_map_lookup_elem(counters, &slot, &container.counters);
	if (was_live && bpf_map_lookup_elem(infos, &slot, &container.info) == 0 && container.info.record[0])
		save_recording(engine, &container);
	shield_recording_forget(engine, &container);
	if (container.state.flags & SHIELD_SLOT_RECORD)
		forget_syscalls(engine, slot);
}
