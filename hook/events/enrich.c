/* SPDX-License-Identifier: Apache-2.0 */
#include "events/enrich.h"

#include <errno.h>
#include <string.h>

#include "engine/container.h"
#include "events/clock.h"

int shield_origin_look_up(void *context, uint32_t slot, uint32_t generation, struct shield_origin *ret)
{
	struct shield_container container;
	int r = shield_container_at(context, slot, &container, NULL);

	if (r < 0)
		return r;
	if (container.state.generation != generation)
		return -ENOENT;
	shield_origin_of(&container.info, ret);
	return 0;
}

/* Where a slot's tenant is remembered, asked for unless it is there. */
static const struct shield_known *look_up(struct shield_enricher *enricher, uint32_t slot, uint32_t generation)
{
	struct shield_known *known = &enricher->known[slot];
	struct shield_origin origin;

	if (known->origin.id[0] && known->generation == generation)
		return known;
	if (enricher->look(enricher->context, slot, generation, &origin) < 0)
		return NULL;
	known->generation = generation;
	known->origin = origin;
	return known;
}

void shield_enrich(struct shield_enricher *enricher, const struct shield_event *event, uint64_t position,
		   struct shield_evidence *ret)
{
	const struct shield_known *known = NULL;

	if (event->slot < SHIELD_SLOTS)
		known = look_up(enricher, event->slot, event->generation);
	ret->event = *event;
	ret->time = shield_clock_wall(event->time);
	ret->instance = enricher->instance;
	ret->position = position;
	if (known)
		ret->origin = known->origin;
	else
		memset(&ret->origin, 0, sizeof(ret->origin));
}
