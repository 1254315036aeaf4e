/* SPDX-License-Identifier: Apache-2.0 */
#include "events/enrich.h"

#include <errno.h>

#include "events/clock.h"
#include "literal.h"

void suite_events_enrich(void);

/* Knows slot 7, and nobody else. */
static int look(void *context, uint32_t slot, uint32_t generation, struct shield_origin *ret)
{
	++*(unsigned int *)context;
	if (slot != 7 || generation != 9)
		return -ENOENT;
	*ret = (struct shield_origin)WEB;
	return 0;
}

static void asks_once(void)
{
	static struct shield_enricher enricher = { .look = look, .instance = 5 };
	struct shield_event event = { BY_NGINX };
	struct shield_evidence evidence;
	unsigned int asked = 0;

	enricher.context = &asked;
	event.slot = 7;
	shield_enrich(&enricher, &event, 800, &evidence);
	shield_enrich(&enricher, &event, 1600, &evidence);
	CU_ASSERT_EQUAL(asked, 1);
	CU_ASSERT_STRING_EQUAL(evidence.origin.container, "nginx-1");
	CU_ASSERT_EQUAL(evidence.instance, 5);
	CU_ASSERT_EQUAL(evidence.position, 1600);
}

/* No maps are there: what is not remembered cannot be looked up. */
static void remembers(void)
{
	struct shield_engine engine = SHIELD_ENGINE_NONE;
	static struct shield_enricher enricher = { .look = shield_origin_look_up };
	struct shield_event event = { BY_NGINX };
	struct shield_evidence evidence;
	struct shield_known *known = &enricher.known[3];

	enricher.context = &engine;
	known->generation = 9;
	known->origin = (struct shield_origin)WEB;
	event.time = shield_clock_boot();
	shield_enrich(&enricher, &event, 0, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.container, "nginx-1");
	CU_ASSERT_EQUAL(evidence.event.sequence, 41);
	CU_ASSERT_TRUE(shield_clock_wall(shield_clock_boot()) - evidence.time < 10000000000);
	event.generation = 8; /* an earlier tenant of the slot */
	shield_enrich(&enricher, &event, 0, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.id, "");
	event.generation = 9;
	event.slot = SHIELD_SLOTS - 1;
	shield_enrich(&enricher, &event, 0, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.id, "");
	CU_ASSERT_STRING_EQUAL(known->origin.container, "nginx-1"); /* a miss forgets nobody */
	event.slot = SHIELD_SLOTS;
	shield_enrich(&enricher, &event, 0, &evidence);
	CU_ASSERT_STRING_EQUAL(evidence.origin.id, "");
}

void suite_events_enrich(void)
{
	CU_pSuite suite = CU_add_suite("events/enrich", NULL, NULL);

	CU_add_test(suite, "asks once", asks_once);
	CU_add_test(suite, "remembers", remembers);
}
