/* SPDX-License-Identifier: Apache-2.0 */
#include "events/writer.h"

#include "literal.h"

void suite_events_writer(void);

static void commas(void)
{
	struct shield_text text = {};
	struct shield_writer writer = { .text = &text };
	char unterminated[2] = { 'x', 'y' };

	shield_write_open(&writer, NULL, '{');
	shield_write_open(&writer, "empty", '{');
	shield_write_close(&writer, '}');
	shield_write_string(&writer, "s", "a\"b");
	shield_write_number(&writer, "n", UINT64_MAX);
	shield_write_open(&writer, "list", '[');
	shield_write_bool(&writer, NULL, true);
	shield_write_bool(&writer, NULL, false);
	shield_write_null(&writer, NULL);
	shield_write_close(&writer, ']');
	shield_write_array(&writer, "a", unterminated, sizeof(unterminated));
	shield_write_array(&writer, "none", "", 1);
	shield_write_raw(&writer, "raw", "{\"k\":1}");
	shield_write_close(&writer, '}');
	text_is(&text, "{\"empty\":{},\"s\":\"a\\\"b\",\"n\":18446744073709551615,\"list\":[true,false,null],"
		       "\"a\":\"xy\",\"none\":null,\"raw\":{\"k\":1}}");
}

void suite_events_writer(void)
{
	CU_pSuite suite = CU_add_suite("events/writer", NULL, NULL);

	CU_add_test(suite, "commas", commas);
}
