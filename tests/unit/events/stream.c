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

static void same_filter(const struct shield_filter *a, const struct shield_filter *b)
{
	CU_ASSERT_EQUAL(a->since, b->since);
	CU_ASSERT_EQUAL(a->kinds, b->kinds);
	CU_ASSERT_EQUAL(a->verdicts, b->verdicts);
	CU_ASSERT_EQUAL_FATAL(a->length, b->length);
	CU_ASSERT_EQUAL(memcmp(a->patterns, b->patterns, a->length), 0);
}

static void line_of(const struct shield_stream_request *request, const char *expected)
{
	struct shield_stream_request back = {};
	char line[SHIELD_STREAM_REQUEST_MAX];

	CU_ASSERT_STRING_EQUAL(shield_stream_print(request, line), expected);
	CU_ASSERT_EQUAL(shield_stream_parse(line, strlen(line), &back), 1);
	CU_ASSERT_EQUAL(back.format, request->format);
	CU_ASSERT_EQUAL(back.follow, request->follow);
	same_filter(&back.filter, &request->filter);
}

static void filters(void)
{
	struct shield_stream_request request = { .format = SHIELD_FORMAT_COLOURED, .follow = true };

	request.filter.since = 12;
	CU_ASSERT_EQUAL(shield_filter_add(&request.filter, "verdict", "kill", NULL), 0);
	CU_ASSERT_EQUAL(shield_filter_add(&request.filter, "verdict", "deny", NULL), 0);
	CU_ASSERT_EQUAL(shield_filter_add(&request.filter, "kind", "exec", NULL), 0);
	line_of(&request, "v2 compact coloured follow since=12 kind=exec verdict=deny verdict=kill\n");
	request = (struct shield_stream_request){ .format = SHIELD_FORMAT_JSON };
	CU_ASSERT_EQUAL(shield_filter_add(&request.filter, "pod", "a b%=\n\xc3", NULL), 0);
	CU_ASSERT_EQUAL(shield_filter_add(&request.filter, "rule", "exec.allow[3]", NULL), 0);
	line_of(&request, "v2 json pod=a%20b%25=%0A%C3 rule=exec.allow[3]\n");
}

/* Whatever fits a filter fits a request. */
static void largest(void)
{
	struct shield_stream_request request = { .format = SHIELD_FORMAT_COLOURED, .follow = true }, back = {};
	char line[SHIELD_STREAM_REQUEST_MAX];

	request.filter.since = INT64_MAX;
	request.filter.kinds = ((1u << (SHIELD_KIND_CONTROL + 1)) - 1) & ~1u;
	request.filter.verdicts = (1u << SHIELD_VERDICTS) - 1;
	while (shield_filter_add(&request.filter, "namespace", "\xff", NULL) == 0)
		;
	shield_stream_print(&request, line);
	CU_ASSERT_EQUAL(shield_stream_parse(line, strlen(line), &back), 1);
	same_filter(&back.filter, &request.filter);
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
	CU_ASSERT_EQUAL(parse("json\0\n"), 0);
	CU_ASSERT_EQUAL(parse("json \n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("json pod=a\n"), -EINVAL); /* only the second version has these */
	CU_ASSERT_EQUAL(parse("v2\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json\n"), 1);
	CU_ASSERT_EQUAL(parse("v2 json \n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod=\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod=a  pod=b\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod=a follow\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod=%4\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod=%4a\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod=%00\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json pod=a\tb\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json kind=none\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json verdict=no\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json since=1m\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v2 json shoe=1\n"), -EINVAL);
	CU_ASSERT_EQUAL(parse("v3 json\n"), -EINVAL);
	CU_ASSERT_EQUAL(shield_stream_parse("js\0on\n", 6, NULL), -EINVAL);
	memset(endless, 'x', sizeof(endless));
	CU_ASSERT_EQUAL(shield_stream_parse(endless, sizeof(endless), NULL), -EINVAL);
	CU_ASSERT_EQUAL(shield_stream_parse(endless, sizeof(endless) - 2, NULL), 0);
}

void suite_events_stream(void)
{
	CU_pSuite suite = CU_add_suite("events/stream", NULL, NULL);

	CU_add_test(suite, "round trip", round_trip);
	CU_add_test(suite, "filters", filters);
	CU_add_test(suite, "largest", largest);
	CU_add_test(suite, "refusals", refusals);
}
