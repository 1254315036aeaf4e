/* SPDX-License-Identifier: Apache-2.0 */
#include "events/clock.h"

#include <time.h>

#include "literal.h"

void suite_events_clock(void);

static void rfc3339(void)
{
	char text[SHIELD_RFC3339_MAX];

	CU_ASSERT_STRING_EQUAL(shield_clock_rfc3339(0, text), "1970-01-01T00:00:00.000000000Z");
	CU_ASSERT_STRING_EQUAL(shield_clock_rfc3339(A_TIME, text), "2024-05-01T12:03:14.000000007Z");
	CU_ASSERT_STRING_EQUAL(shield_clock_rfc3339(951827696123456789, text), "2000-02-29T12:34:56.123456789Z");
	CU_ASSERT_STRING_EQUAL(shield_clock_rfc3339(UINT64_MAX, text), "2554-07-21T23:34:33.709551615Z");
}

static void wall(void)
{
	uint64_t before = (uint64_t)time(NULL);
	uint64_t now = shield_clock_wall(shield_clock_boot()) / 1000000000;

	CU_ASSERT_TRUE(now >= before && now <= before + 10);
	CU_ASSERT_TRUE(shield_clock_wall(2000000000) - shield_clock_wall(0) > 1900000000);
}

static void age(void)
{
	const uint64_t second = 1000000000;
	char text[SHIELD_AGE_MAX];

	CU_ASSERT_STRING_EQUAL(shield_clock_age(second - 1, text), "0s");
	CU_ASSERT_STRING_EQUAL(shield_clock_age(59 * second, text), "59s");
	CU_ASSERT_STRING_EQUAL(shield_clock_age(60 * second, text), "1m");
	CU_ASSERT_STRING_EQUAL(shield_clock_age(3599 * second, text), "59m");
	CU_ASSERT_STRING_EQUAL(shield_clock_age(3600 * second, text), "1h");
	CU_ASSERT_STRING_EQUAL(shield_clock_age(86399 * second, text), "23h");
	CU_ASSERT_STRING_EQUAL(shield_clock_age(86400 * second, text), "1d");
}

void suite_events_clock(void)
{
	CU_pSuite suite = CU_add_suite("events/clock", NULL, NULL);

	CU_add_test(suite, "RFC 3339", rfc3339);
	CU_add_test(suite, "wall clock", wall);
	CU_add_test(suite, "age", age);
}
