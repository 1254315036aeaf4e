/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/missed.h"

#include <CUnit/CUnit.h>

void suite_daemon_missed(void);

static struct shield_evidence told[4];
static unsigned int count;

static void tell(struct shield_evidence *evidence, void *context)
{
	(void)context;
	CU_ASSERT_TRUE_FATAL(count < 4);
	told[count++] = *evidence;
}

static unsigned int look(struct shield_missed *missed, uint32_t generation, uint64_t suppressed, uint64_t lost)
{
	struct shield_answer container = { .slot = 5,
					   .generation = generation,
					   .origin.id = "c",
					   .container.counters = { .suppressed = suppressed, .lost = lost } };

	count = 0;
	shield_missed_look(missed, &container, tell, NULL);
	return count;
}

static void tells_what_has_grown(void)
{
	static struct shield_missed missed;

	CU_ASSERT_EQUAL(look(&missed, 1, 0, 0), 0);
	CU_ASSERT_EQUAL(look(&missed, 1, 7, 0), 1);
	CU_ASSERT_TRUE(shield_event_is_missed(&told[0].event));
	CU_ASSERT_EQUAL(told[0].event.missed.control, SHIELD_CONTROL_SUPPRESSED);
	CU_ASSERT_EQUAL(told[0].event.missed.count, 7);
	CU_ASSERT_EQUAL(told[0].event.slot, 5);
	CU_ASSERT_STRING_EQUAL(told[0].origin.id, "c");
	CU_ASSERT_EQUAL(look(&missed, 1, 7, 0), 0);
	CU_ASSERT_EQUAL(look(&missed, 1, 9, 2), 2);
	CU_ASSERT_EQUAL(told[0].event.missed.count, 9);
	CU_ASSERT_EQUAL(told[1].event.missed.control, SHIELD_CONTROL_LOST);
	CU_ASSERT_EQUAL(told[1].event.missed.count, 2);
	CU_ASSERT_EQUAL(look(&missed, 2, 1, 0), 1); /* another tenant */
	CU_ASSERT_EQUAL(told[0].event.missed.count, 1);
}

void suite_daemon_missed(void)
{
	CU_pSuite suite = CU_add_suite("daemon/missed", NULL, NULL);

	CU_add_test(suite, "tells what has grown", tells_what_has_grown);
}
