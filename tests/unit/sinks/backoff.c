/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/backoff.h"

#include <CUnit/CUnit.h>

void suite_sinks_backoff(void);

static void doubles(void)
{
	static const uint32_t waits[] = { 1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 300000, 300000 };

	for (unsigned int i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		CU_ASSERT_EQUAL(shield_backoff(i + 1, 0, 0), waits[i]);
	CU_ASSERT_EQUAL(shield_backoff(4000000000u, 0, 0), 300000);
}

static void differs(void)
{
	CU_ASSERT_EQUAL(shield_backoff(1, 0, 250), 1250);
	CU_ASSERT_EQUAL(shield_backoff(1, 0, 251), 1000);
	for (uint32_t random = 0; random < 5000; random++) {
		CU_ASSERT_TRUE(shield_backoff(3, 0, random) >= 4000);
		CU_ASSERT_TRUE(shield_backoff(3, 0, random) <= 5000);
	}
}

static void asked(void)
{
	CU_ASSERT_EQUAL(shield_backoff(1, 30, 0), 30000);
	CU_ASSERT_TRUE(shield_backoff(1, 30, 4294967295u) >= 30000);
	CU_ASSERT_EQUAL(shield_backoff(9, 30, 0), 256000);
	CU_ASSERT_EQUAL(shield_backoff(1, 4294967295u, 0), 3600000);
}

void suite_sinks_backoff(void)
{
	CU_pSuite suite = CU_add_suite("sinks/backoff", NULL, NULL);

	CU_add_test(suite, "doubles", doubles);
	CU_add_test(suite, "differs", differs);
	CU_add_test(suite, "asked for", asked);
}
