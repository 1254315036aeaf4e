/* SPDX-License-Identifier: Apache-2.0 */
#include "events/stream.h"

#include <errno.h>

#include "literal.h"

void suite_events_stream(void);

static void round_trip(void)
{
	for (unsigned int i = 0; i < 2 * SHIELD_FORMATS; i++) {
		struct shield_stream_request request = { .format = i / 2, .follow = i & 1 }, back = { .format = 99 };
		char line[SHIELD_STREAM_REQUEST_MAX];
		size_t length = strlen(shield_stream_print(&request, line));

		CU_ASSERT_EQUAL(shield_stream_parse(line, length - 1, &back), 0); /* without its newline */
		CU_ASSERT_EQUAL(back.format, 99);
		CU_ASSERT_EQUAL(shield_stream_parse(line, length, &back), 1);
		CU_ASSERT_EQUAL(back.format, request.format);
		CU_ASSERT_EQUAL(back.follow, request.follow);
	}
}

static int parse(const char *bytes)
{
	struct shield_stream_request request;

	return shield_stream_parse(bytes, strlen(bytes), &request);
}

static void refusals(void)
{
	char endless[SHIELD_STREAM_REQUEST_MAX];

	CU_ASSERT_EQUAL(parse(""), 0);
	CU_ASSERT_EQUAL(parse("json follow"), 0);
	CU_ASSERT_EQUAL(parse("json follow\nmore"), 1);
	CU_ASSERT_EQUAL(parse("\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("jso\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("jsonx\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("json  follow\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("json coloured\n"), -EINVAL);
	memset(endless, 'x', sizeof(endless));
	CU_ASSERT_EQUAL(shield_stream_parse(endless, sizeof(endless), NULL), -EINVAL);
	CU_ASSERT_EQUAL(shield_stream_parse(endless, sizeof(endless) - 2, NULL), 0);
}

void suite_events_stream(void)
{
	CU_pSuite suite = CU_add_suite("events/stream", NULL, NULL);

	CU_add_test(suite, "round trip", round_trip);
	CU_add_test(suite, "refusals", refusals);
}
