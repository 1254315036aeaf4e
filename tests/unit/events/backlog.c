/* SPDX-License-Identifier: Apache-2.0 */
#include "events/backlog.h"

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

/* The header promises that the kernel's ring, 2 MiB with 8 bytes before each event, holds less than the backlog. */
static void holds_a_ring(void)
{
	CU_ASSERT_TRUE(SHIELD_BACKLOG >= 2 * 1024 * 1024 / (sizeof(struct shield_event) + 8));
}

void suite_events_backlog(void)
{
	CU_pSuite suite = CU_add_suite("events/backlog", NULL, NULL);

	CU_add_test(suite, "keeps the last", keeps_the_last);
	CU_add_test(suite, "holds a ring", holds_a_ring);
}
