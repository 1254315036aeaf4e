/* SPDX-License-Identifier: Apache-2.0 */
/* From an event's slot and generation to the container's names. */
#ifndef SHIELD_EVENTS_ENRICH_H
#define SHIELD_EVENTS_ENRICH_H

#include "engine/engine.h"
#include "events/origin.h"

/* Asks for the names of a slot's tenant. Returns 0; a negative errno when it is gone, or nobody answers. */
typedef int (*shield_origin_look)(void *context, uint32_t slot, uint32_t generation, struct shield_origin *ret);

/* The one that asks the maps. @context: the engine */
int shield_origin_look_up(void *context, uint32_t slot, uint32_t generation, struct shield_origin *ret);

/*
 * Knows nobody yet when `known` is zero. What was learnt of a container stays until another takes its slot, so that
 * the last events of one that has ended still have its names. To be static: only what is used takes memory.
 */
struct shield_enricher {
	shield_origin_look look;
	void *context;
	uint64_t instance; /* shield_control.instance */
	struct shield_known {
		uint32_t generation;
		struct shield_origin origin; /* empty id = nothing is known here */
	} known[SHIELD_SLOTS];
};

/*
 * Completes an event: wall clock time, names, and where it was. A container that is gone, or whose slot another has
 * taken since, leaves the names empty: that is no error.
 */
void shield_enrich(struct shield_enricher *enricher, const struct shield_event *event, uint64_t position,
		   struct shield_evidence *ret);

#endif
