/* SPDX-License-Identifier: Apache-2.0 */
#include "events/enrich.h"

#include "events/clock.h"
#include "literal.h"

void suite_events_enrich(void);

/* No maps are there: what is not remembered cannot be looked up. */
static void remembers(void)
{
	static struct shield_enricher enricher;
	struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_event event = { BY_NGINX };
	struct shield_evidence evidence;
	struct shield_known *known = &enricher.known[3];

	known->slot = 3;
	known->generation = 9;
	known->origin = (struct shield_origin)WEB;
	event.time = shield_clock_boot();
	shield_enrich(&enricher, &engine, &event, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.container, "nginx-1");
	CU_ASSERT_EQUAL(evidence.event.sequence, 41);
	CU_ASSERT_TRUE(shield_clock_wall(shield_clock_boot()) - evidence.time < 10000000000);
	event.generation = 8; /* an earlier tenant of the slot */
	shield_enrich(&enricher, &engine, &event, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.id, "");
	event.generation = 9;
	event.slot = 3 + SHIELD_ENRICH_CACHE; /* the same place of the cache */
	shield_enrich(&enricher, &engine, &event, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.id, "");
	CU_ASSERT_STRING_EQUAL(known->origin.container, "nginx-1"); /* a miss forgets nobody */
	event.slot = SHIELD_SLOTS;
	shield_enrich(&enricher, &engine, &event, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.id, "");
}

void suite_events_enrich(void)
{
	CU_pSuite suite = CU_add_suite("events/enrich", NULL, NULL);

	CU_add_test(suite, "remembers", remembers);
}
