/* SPDX-License-Identifier: Apache-2.0 */
#include "events/backlog.h"

#include "events/ring.h"
#include "literal.h"

void suite_events_backlog(void);

static void add(struct shield_backlog *backlog, uint64_t count)
{
	while (count--) {
		shield_backlog_next(backlog)->event.sequence = backlog->end;
		shield_backlog_commit(backlog);
	}
}

static void keeps_the_last(void)
{
	_cleanup_backlog_ struct shield_backlog backlog = {};

	CU_ASSERT_EQUAL_FATAL(shield_backlog_init(&backlog, NULL), 0);
	CU_ASSERT_EQUAL(shield_backlog_start(&backlog), 0);
	CU_ASSERT_PTR_NULL(shield_backlog_at(&backlog, 0));
	add(&backlog, SHIELD_BACKLOG);
	CU_ASSERT_EQUAL(shield_backlog_start(&backlog), 0);
	CU_ASSERT_EQUAL_FATAL(shield_backlog_at(&backlog, 0)->event.sequence, 0);
	add(&backlog, 3);
	CU_ASSERT_EQUAL(shield_backlog_start(&backlog), 3);
	CU_ASSERT_PTR_NULL(shield_backlog_at(&backlog, 2));
	CU_ASSERT_EQUAL_FATAL(shield_backlog_at(&backlog, 3)->event.sequence, 3);
	CU_ASSERT_EQUAL_FATAL(shield_backlog_at(&backlog, SHIELD_BACKLOG + 2)->event.sequence, SHIELD_BACKLOG + 2);
	CU_ASSERT_PTR_NULL(shield_backlog_at(&backlog, SHIELD_BACKLOG + 3));
}

/* The header promises that readers have their turn many times before the backlog has gone round. */
static void holds_many_batches(void)
{
	CU_ASSERT_TRUE(SHIELD_BACKLOG >= 8 * SHIELD_RING_BATCH);
}

void suite_events_backlog(void)
{
	CU_pSuite suite = CU_add_suite("events/backlog", NULL, NULL);

	CU_add_test(suite, "keeps the last", keeps_the_last);
	CU_add_test(suite, "holds many batches", holds_many_batches);
}
