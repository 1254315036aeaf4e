/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/worker.h"

#include <CUnit/CUnit.h>

void suite_daemon_worker(void);

#define SECOND 1000000000ull

/* Ever later when it ends at once; at once again after it has run for a while. */
static void backs_off(void)
{
	static const unsigned int want[] = { 1, 2, 4, 8, 16, 32, 64, 64 };
	struct shield_worker worker = {};
	uint64_t now = 1000 * SECOND;

	CU_ASSERT_TRUE(shield_worker_is_due(&worker, now));
	for (unsigned int i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		shield_worker_started(&worker, 7, now);
		CU_ASSERT_FALSE(shield_worker_is_due(&worker, now));
		CU_ASSERT_EQUAL(shield_worker_ended(&worker, now), want[i]);
		CU_ASSERT_FALSE(shield_worker_is_due(&worker, now + want[i] * SECOND - 1));
		now += want[i] * SECOND;
		CU_ASSERT_TRUE(shield_worker_is_due(&worker, now));
	}
	shield_worker_started(&worker, 7, now);
	CU_ASSERT_EQUAL(shield_worker_ended(&worker, now + 60 * SECOND), 1);
}

static void says_how(void)
{
	char how[64];

	CU_ASSERT_STRING_EQUAL(shield_worker_how(9, how), "was killed by signal 9");
	CU_ASSERT_STRING_EQUAL(shield_worker_how(3 << 8, how), "exited with status 3");
}

void suite_daemon_worker(void)
{
	CU_pSuite suite = CU_add_suite("daemon/worker", NULL, NULL);

	CU_add_test(suite, "backs off", backs_off);
	CU_add_test(suite, "says how", says_how);
}
