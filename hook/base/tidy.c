/* SPDX-License-Identifier: Apache-2.0 */
#include "base/tidy.h"

#include <string.h>

/* The end of a string that starts at its quote. */
static const char *string_end(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

/* The end of a value, and how many columns it takes on one line: a blank follows each comma and colon. */
static const char *value_end(const char *at, size_t *ret_columns)
{
	size_t depth = 0, columns = 0;

	for (; *at; columns++) {
		const char *end = *at == '"' ? string_end(at) : at + 1;

		if (!depth && strchr(",:]}", *at))
			break;
		columns += (size_t)(end - at) - 1 + (depth && strchr(",:", *at));
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at = end;
	}
	*ret_columns = columns;
	return at;
}

static void add_line(struct shield_text *text, size_t level)
{
	shield_text_add_bytes(text, "\n", 1);
	while (level--)
		shield_text_add_bytes(text, "  ", 2);
}

/* On one line. */
static void add_inline(struct shield_text *text, const char *at, const char *end)
{
	while (at < end) {
		const char *next = *at == '"' ? string_end(at) : at + 1;

		shield_text_add_bytes(text, at, (size_t)(next - at));
		if (*at == ',' || *at == ':')
			shield_text_add_bytes(text, " ", 1);
		at = next;
	}
}

struct layout {
	struct shield_text *text;
	size_t level;
	size_t column; /* that the next value starts at */
};

static const char *add_value(struct layout *layout, const char *at);

/* One member of an object or element of an array. Returns what follows. */
static const char *add_member(struct layout *layout, const char *at)
{
	size_t columns;
	const char *end = value_end(at, &columns);

	add_line(layout->text, layout->level);
	layout->column = 2 * layout->level;
	if (*end == ':') {
		add_inline(layout->text, at, end + 1);
		layout->column += columns + 2;
		at = end + 1;
	}
	at = add_value(layout, at);
	if (*at == ',')
		shield_text_add_bytes(layout->text, ",", 1);
	return at;
}

static const char *add_value(struct layout *layout, const char *at)
{
	size_t columns;
	const char *end = value_end(at, &columns);
	bool fits = layout->level && layout->column + columns + 1 <= SHIELD_TIDY_WIDTH;

	if ((*at != '{' && *at != '[') || fits || end - at == 2) {
		add_inline(layout->text, at, end);
		return end;
	}
	shield_text_add_bytes(layout->text, at, 1);
	layout->level++;
	do
		at = add_member(layout, at + 1);
	while (*at == ',');
	layout->level--;
	add_line(layout->text, layout->level);
	shield_text_add_bytes(layout->text, at, 1);
	return end;
}

void shield_text_add_tidy(struct shield_text *text, const char *json)
{
	struct layout layout = { .text = text };

	add_value(&layout, json);
	shield_text_add_bytes(text, "\n", 1);
}
