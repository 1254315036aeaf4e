/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/missed.h"

#include <unistd.h>

static void tell_count(const struct shield_answer *container, uint32_t act, uint64_t count, shield_missed_tell tell,
		       void *context)
{
	struct shield_evidence evidence = {
		.event = {
			.slot = container->slot,
			.generation = container->generation,
			.kind = SHIELD_KIND_CONTROL,
			.operand = SHIELD_OPERAND_CONTROL,
			.syscall = SHIELD_NO_SYSCALL,
			.pid = (uint32_t)getpid(),
			.tgid = (uint32_t)getpid(),
			.comm = "shieldd",
			.missed = { .control = act, .count = count },
		},
		.origin = container->origin,
	};

	tell(&evidence, context);
}

void shield_missed_look(struct shield_missed *missed, const struct shield_answer *container, shield_missed_tell tell,
			void *context)
{
	const struct shield_counters *counters = &container->container.counters;
	typeof(missed->told[0]) *told = &missed->told[container->slot];

	if (told->generation != container->generation) {
		told->generation = container->generation;
		told->suppressed = told->lost = 0;
	}
	if (counters->suppressed > told->suppressed) {
		told->suppressed = counters->suppressed;
		tell_count(container, SHIELD_CONTROL_SUPPRESSED, counters->suppressed, tell, context);
	}
	if (counters->lost > told->lost) {
		told->lost = counters->lost;
		tell_count(container, SHIELD_CONTROL_LOST, counters->lost, tell, context);
	}
}
