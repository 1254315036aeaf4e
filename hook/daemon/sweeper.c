/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/sweeper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "engine/container.h"
#include "engine/sweep.h"
#include "events/clock.h"

#define INTERVAL 10000000000ull /* ns */

static void tell_swept(const struct shield_swept *swept)
{
	if (swept->containers)
		fprintf(stderr, "shieldd: removed what %u container%s left behind\n", swept->containers,
			swept->containers == 1 ? "" : "s");
	if (swept->engines)
		fprintf(stderr, "shieldd: removed %u engine%s of another version that no container needs any more\n",
			swept->engines, swept->engines == 1 ? "" : "s");
}

/* A container's program that runs although nothing saw it being executed is told of once. */
static int warn_unarmed(const struct shield_container *container, void *context)
{
	struct shield_sweeper *sweeper = context;
	uint32_t *warned = &sweeper->warned[container->slot];
	char id[SHIELD_ID_MAX];

	if (*warned == container->state.generation || !shield_container_is_unarmed(container))
		return 0;
	*warned = container->state.generation;
	fprintf(stderr,
		"shieldd: container %s is NOT ENFORCED: it runs its program, but never executed it after the hook "
		"(restored from a checkpoint?); stop it\n",
		shield_printable(container->info.id, id, sizeof(id)));
	return 0;
}

int shield_sweeper_run(struct shield_sweeper *sweeper, struct shield_engine *engine, struct shield_error *error)
{
	struct shield_error reason = {};
	struct shield_swept swept;
	int r;

	if (shield_clock_boot() < sweeper->next)
		return 0;
	r = shield_sweep_all(engine, &swept, &reason);
	if (r == -ESTALE)
		return shield_fail(error, ESTALE, "%s", reason.message);
	if (r == 0) {
		tell_swept(&swept);
		r = shield_container_each(engine, warn_unarmed, sweeper, &reason);
	}
	if (r < 0 && strcmp(reason.message, sweeper->last.message) != 0)
		fprintf(stderr, "shieldd: cannot sweep: %s\n", reason.message);
	sweeper->last = reason;
	sweeper->next = shield_clock_boot() + INTERVAL;
	return 0;
}
