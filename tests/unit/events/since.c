/* SPDX-License-Identifier: Apache-2.0 */
#include "events/since.h"

#include <errno.h>

#include "literal.h"

void suite_events_since(void);

static void is(const char *word, uint64_t expected)
{
	uint64_t since = 0;

	CU_ASSERT_EQUAL(shield_since_parse(word, A_TIME, &since, NULL), 0);
	CU_ASSERT_EQUAL(since, expected);
}

static void ages(void)
{
	is("0s", A_TIME);
	is("90s", A_TIME - 90000000000);
	is("10m", A_TIME - 600000000000);
	is("2h", A_TIME - 7200000000000);
	is("3d", A_TIME - 259200000000000);
	is("99999d", 0);
}

static void dates(void)
{
	is("2024-05-01T12:03:14Z", A_TIME - 7);
	is("2024-05-01T12:03:14.000000007Z", A_TIME);
	is("2024-05-01T12:03:14.0000000079Z", A_TIME);
	is("2024-05-01T14:03:14.5+02:00", A_TIME - 7 + 500000000);
	is("2024-05-01T06:33:14-05:30", A_TIME - 7);
	is("1970-01-01T00:00:00Z", 0);
}

static void refusals(void)
{
	static const char *const words[] = {
		"",
		"10",
		"m",
		"10w",
		"10mm",
		"-1m",
		"1.5h",
		"100000d",
		" 10m",
		"yesterday",
		"2024-05-01",
		"2024-05-01T12:03:14",
		"2024-05-01 12:03:14Z",
		"2024-05-01T12:03:14z",
		"2024-5-01T12:03:14Z",
		"2024-13-01T12:03:14Z",
		"2024-05-01T25:03:14Z",
		"2024-05-01T12:03:14.Z",
		"2024-05-01T12:03:14+2:00",
		"2024-05-01T12:03:14+24:00",
		"2024-05-01T12:03:14+02:000",
		"1969-12-31T23:59:59Z",
		"9999-01-01T00:00:00Z",
		"2024-05-01T12:03:14ZZ",
	};
	uint64_t since = 42;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		CU_ASSERT_EQUAL(shield_since_parse(words[i], A_TIME, &since, NULL), -EINVAL);
		CU_ASSERT_EQUAL(since, 42);
	}
}

void suite_events_since(void)
{
	CU_pSuite suite = CU_add_suite("events/since", NULL, NULL);

	CU_add_test(suite, "ages", ages);
	CU_add_test(suite, "dates", dates);
	CU_add_test(suite, "refusals", refusals);
}
