/* SPDX-License-Identifier: Apache-2.0 */
#include "events/writer.h"

#include <string.h>

#include "events/escape.h"

/* What stands before a value. Keys are ours: they need no escaping. */
static void begin(struct shield_writer *writer, const char *key)
{
	if (writer->comma)
		shield_text_add(writer->text, ",");
	writer->comma = true;
	if (!key)
		return;
	shield_text_add(writer->text, "\"");
	shield_text_add(writer->text, key);
	shield_text_add(writer->text, "\":");
}

void shield_write_open(struct shield_writer *writer, const char *key, char bracket)
{
	begin(writer, key);
	shield_text_add_bytes(writer->text, &bracket, 1);
	writer->comma = false;
}

void shield_write_close(struct shield_writer *writer, char bracket)
{
	shield_text_add_bytes(writer->text, &bracket, 1);
	writer->comma = true;
}

void shield_write_string(struct shield_writer *writer, const char *key, const char *string)
{
	begin(writer, key);
	shield_escape_json(writer->text, string, strlen(string));
}

void shield_write_number(struct shield_writer *writer, const char *key, uint64_t number)
{
	begin(writer, key);
	shield_text_add_number(writer->text, number);
}

void shield_write_bool(struct shield_writer *writer, const char *key, bool value)
{
	shield_write_raw(writer, key, value ? "true" : "false");
}

void shield_write_null(struct shield_writer *writer, const char *key)
{
	shield_write_raw(writer, key, "null");
}

void shield_write_array(struct shield_writer *writer, const char *key, const char *bytes, size_t size)
{
	begin(writer, key);
	if (bytes[0])
		shield_escape_json(writer->text, bytes, size);
	else
		shield_text_add(writer->text, "null");
}

void shield_write_raw(struct shield_writer *writer, const char *key, const char *json)
{
	begin(writer, key);
	shield_text_add(writer->text, json);
}
