/* SPDX-License-Identifier: Apache-2.0 */
/* Events that never came: those over a container's rate, and those that the ring had no room for. */
#ifndef SHIELD_DAEMON_MISSED_H
#define SHIELD_DAEMON_MISSED_H

#include <stdint.h>

#include "bpf/abi.h"
#include "daemon/questions.h"
#include "events/origin.h"

#define SHIELD_MISSED_INTERVAL 10000000000ull /* ns between two looks */

/* What was told of each slot's tenant. Zeroed = nothing. */
struct shield_missed {
	struct {
		uint32_t generation;
		uint64_t suppressed, lost;
	} told[SHIELD_SLOTS];
};

typedef void (*shield_missed_tell)(struct shield_evidence *evidence, void *context);

/*
 * Compares a container's counters with what was told of it, and tells what has come since: one evidence for each that
 * has grown, with the count so far. Its time, instance and position are the callback's to fill in.
 */
void shield_missed_look(struct shield_missed *missed, const struct shield_answer *container, shield_missed_tell tell,
			void *context);

#endif
