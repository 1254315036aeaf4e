/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/parse_parts.h"

#include "parsing.h"

void suite_profile_parse_parts(void);

static void spans(void)
{
	uint32_t low = 1, high = 1;

	CU_ASSERT_TRUE(shield_parse_span("0-65535", 65535, &low, &high));
	CU_ASSERT_TRUE(low == 0 && high == 65535);
	CU_ASSERT_TRUE(shield_parse_span("7-7", 65535, &low, &high));
	CU_ASSERT_TRUE(shield_parse_span("0-4294967294", UINT32_MAX - 1, &low, &high));
	CU_ASSERT_EQUAL(high, UINT32_MAX - 1);
}

static void not_spans(void)
{
	static const char *const texts[] = { "",     "-",     "1",     "1-",	  "-1",
					     "2-1",  "1-2-3", "1--2",  " 1-2",	  "1-2 ",
					     "1-+2", "1 - 2", "0x1-2", "1-65536", "99999999999999999999-1" };
	uint32_t low = 5, high = 6;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		CU_ASSERT_FALSE(shield_parse_span(texts[i], 65535, &low, &high));
	CU_ASSERT_TRUE(low == 5 && high == 6);
}

void suite_profile_parse_parts(void)
{
	CU_pSuite suite = CU_add_suite("profile/parse_parts", NULL, NULL);

	CU_add_test(suite, "spans", spans);
	CU_add_test(suite, "not spans", not_spans);
}
