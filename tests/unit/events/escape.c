/* SPDX-License-Identifier: Apache-2.0 */
#include "events/escape.h"

#include "literal.h"

void suite_events_escape(void);

static void json_is(const char *bytes, size_t max, const char *expected)
{
	struct shield_text text = {};

	shield_escape_json(&text, bytes, max);
	text_is(&text, expected);
}

static void terminal_is(const char *bytes, size_t max, const char *expected)
{
	struct shield_text text = {};

	shield_escape_terminal(&text, bytes, max);
	text_is(&text, expected);
}

static void json(void)
{
	json_is("/usr/bin/id", 64, "\"/usr/bin/id\"");
	json_is("", 64, "\"\"");
	json_is("a\"b", 64, "\"a\\\"b\"");
	json_is("a\\b", 64, "\"a\\\\x5cb\"");
	json_is("\x01\n\x1f\x7f", 64, "\"\\u0001\\u000a\\u001f\\u007f\"");
	json_is("\xc2\x9b", 64, "\"\\u009b\""); /* CSI, a control in C1 */
	json_is("\xc3\xa9\xe2\x82\xac", 64, "\"\xc3\xa9\xe2\x82\xac\"");
	json_is("\xf0\x9f\x98\x80", 64, "\"\xf0\x9f\x98\x80\"");
}

static void json_of_no_utf8(void)
{
	json_is("\xff", 64, "\"\\\\xff\"");
	json_is("\x80"
		"a",
		64, "\"\\\\x80a\"");
	json_is("\xc0\xaf", 64, "\"\\\\xc0\\\\xaf\"");			     /* overlong '/' */
	json_is("\xe0\x80\xaf", 64, "\"\\\\xe0\\\\x80\\\\xaf\"");	     /* overlong */
	json_is("\xed\xa0\x80", 64, "\"\\\\xed\\\\xa0\\\\x80\"");	     /* a surrogate */
	json_is("\xf4\x90\x80\x80", 64, "\"\\\\xf4\\\\x90\\\\x80\\\\x80\""); /* above U+10FFFF */
	json_is("\xe2\x82", 64, "\"\\\\xe2\\\\x82\"");			     /* cut by the end */
	json_is("\xe2\x82z", 64, "\"\\\\xe2\\\\x82z\"");		     /* cut by another */
}

static void ends_with_the_array(void)
{
	char full[4] = { 'a', 'b', 'c', 'd' };
	char cut[2] = { 'a', '\xe2' };

	json_is(full, sizeof(full), "\"abcd\"");
	terminal_is(full, sizeof(full), "abcd");
	json_is(cut, sizeof(cut), "\"a\\\\xe2\"");
	json_is("ab\0cd", 5, "\"ab\"");
}

static void terminal(void)
{
	terminal_is("/usr/bin/id", 64, "/usr/bin/id");
	terminal_is("\xc3\xa9", 64, "\xc3\xa9");
	terminal_is("\033[2J", 64, "\\x1b[2J");
	terminal_is("a\nb", 64, "a\\x0ab");
	terminal_is("\xc2\x9b", 64, "\\xc2\\x9b");
	terminal_is("\xe2\x80\xae", 64, "\\xe2\\x80\\xae"); /* turns the direction of writing */
	terminal_is("\xe2\x81\xa6", 64, "\\xe2\\x81\\xa6");
	terminal_is("a\\x41", 64, "a\\x5cx41");
	terminal_is("\xff", 64, "\\xff");
}

static void terminal_quotes(void)
{
	terminal_is("", 64, "\"\"");
	terminal_is("a b", 64, "\"a b\"");
	terminal_is("a\" -> b", 64, "\"a\\x22 -> b\"");
	terminal_is("a\"", 64, "a\\x22");
}

void suite_events_escape(void)
{
	CU_pSuite suite = CU_add_suite("events/escape", NULL, NULL);

	CU_add_test(suite, "json", json);
	CU_add_test(suite, "json of no UTF-8", json_of_no_utf8);
	CU_add_test(suite, "ends with the array", ends_with_the_array);
	CU_add_test(suite, "terminal", terminal);
	CU_add_test(suite, "terminal: quotes", terminal_quotes);
}
