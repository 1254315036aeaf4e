/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>

#include "profile/flatten.h"

static void expect(const struct shield_span *spans, size_t count, const struct shield_span *wanted, size_t wanted_count)
{
	struct shield_span flat[16];
	size_t pieces = shield_flatten(spans, count, flat);

	CU_ASSERT_EQUAL_FATAL(pieces, wanted_count);
	for (size_t i = 0; i < pieces; i++) {
		CU_ASSERT_EQUAL(flat[i].low, wanted[i].low);
		CU_ASSERT_EQUAL(flat[i].high, wanted[i].high);
		CU_ASSERT_EQUAL(flat[i].value, wanted[i].value);
	}
}
#define EXPECT(spans, wanted) \
	expect(spans, sizeof(spans) / sizeof((spans)[0]), wanted, sizeof(wanted) / sizeof((wanted)[0]))

static void test_first_wins(void)
{
	static const struct shield_span middle[] = { { 10, 20, 1 }, { 0, 30, 2 } };
	static const struct shield_span split[] = { { 0, 9, 2 }, { 10, 20, 1 }, { 21, 30, 2 } };
	static const struct shield_span hidden[] = { { 0, 30, 1 }, { 10, 20, 2 } };
	static const struct shield_span one[] = { { 0, 30, 1 } };
	static const struct shield_span holes[] = { { 10, 19, 1 }, { 30, 39, 2 }, { 15, 34, 3 } };
	static const struct shield_span filled[] = { { 10, 19, 1 }, { 20, 29, 3 }, { 30, 39, 2 } };

	EXPECT(middle, split);
	EXPECT(hidden, one);
	EXPECT(holes, filled);
}

static void test_neighbours(void)
{
	static const struct shield_span equal[] = { { 11, 20, 1 }, { 0, 10, 1 }, { 22, 30, 1 } };
	static const struct shield_span merged[] = { { 0, 20, 1 }, { 22, 30, 1 } };

	EXPECT(equal, merged);
}

static void test_edges(void)
{
	static const struct shield_span whole[] = { { 0, 0, 1 }, { UINT32_MAX, UINT32_MAX, 1 }, { 0, UINT32_MAX, 2 } };
	static const struct shield_span parts[] = { { 0, 0, 1 },
						    { 1, UINT32_MAX - 1, 2 },
						    { UINT32_MAX, UINT32_MAX, 1 } };
	static const struct shield_span empty[] = { { 5, 4, 1 }, { 7, 7, 2 } };
	static const struct shield_span left[] = { { 7, 7, 2 } };

	EXPECT(whole, parts);
	EXPECT(empty, left);
	CU_ASSERT_EQUAL(shield_flatten(NULL, 0, NULL), 0);
}

void suite_profile_flatten(void);

void suite_profile_flatten(void)
{
	CU_pSuite suite = CU_add_suite("profile/flatten", NULL, NULL);

	CU_add_test(suite, "the first of overlapping spans wins", test_first_wins);
	CU_add_test(suite, "equal neighbours become one", test_neighbours);
	CU_add_test(suite, "0, the largest number, empty spans", test_edges);
}
