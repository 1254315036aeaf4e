/* SPDX-License-Identifier: Apache-2.0 */
/* From an event's slot and generation to the container's names. */
#ifndef SHIELD_EVENTS_ENRICH_H
#define SHIELD_EVENTS_ENRICH_H

#include "engine/engine.h"
#include "events/origin.h"

#define SHIELD_ENRICH_CACHE 128 /* containers remembered; power of two */

/*
 * Zeroed = knows nobody yet. What was learnt of a container stays until another takes its place, so that the last
 * events of one that has ended still have its names.
 */
struct shield_enricher {
	struct shield_known {
		uint32_t slot, generation;
		struct shield_origin origin; /* empty id = nothing is known here */
	} known[SHIELD_ENRICH_CACHE];
};

/*
 * Completes an event: wall clock time and names. A container that is gone, or whose slot another has taken since,
 * leaves the names empty: that is no error.
 */
void shield_enrich(struct shield_enricher *enricher, struct shield_engine *engine, const struct shield_event *event,
		   struct shield_evidence *ret);

#endif
