/* SPDX-License-Identifier: Apache-2.0 */
#include "events/enrich.h"

#include <string.h>

#include "engine/container.h"
#include "events/clock.h"

/* Where a slot's tenant is remembered, filled from the maps unless it is there. */
static const struct shield_known *look_up(struct shield_enricher *enricher, struct shield_engine *engine, uint32_t slot,
					  uint32_t generation)
{
	struct shield_known *known = &enricher->known[slot & (SHIELD_ENRICH_CACHE - 1)];
	struct shield_container container;

	if (known->origin.id[0] && known->slot == slot && known->generation == generation)
		return known;
	if (shield_container_at(engine, slot, &container, NULL) < 0 || container.state.generation != generation)
		return NULL;
	known->slot = slot;
	known->generation = generation;
	shield_origin_of(&container.info, &known->origin);
	return known;
}

void shield_enrich(struct shield_enricher *enricher, struct shield_engine *engine, const struct shield_event *event,
		   struct shield_evidence *ret)
{
	const struct shield_known *known = NULL;

	if (event->slot < SHIELD_SLOTS)
		known = look_up(enricher, engine, event->slot, event->generation);
	ret->event = *event;
	ret->time = shield_clock_wall(event->time);
	if (known)
		ret->origin = known->origin;
	else
		memset(&ret->origin, 0, sizeof(ret->origin));
}
