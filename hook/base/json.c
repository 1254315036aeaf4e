/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "base/cleanup.h"
#include "base/names.h"

static void free_tokener(struct json_tokener **tokener)
{
	if (*tokener)
		json_tokener_free(*tokener);
}

/* Line of a byte, from 1. */
static size_t line_of(const char *text, size_t offset)
{
	size_t line = 1;

	for (const char *at = text; (at = memchr(at, '\n', offset - (size_t)(at - text))); at++)
		line++;
	return line;
}

/*
 * What json-c lets pass, seen in the text: a NUL (it ends a key early) as a byte or escaped, and control bytes within
 * strings. Also counts the members of all objects: one colon outside strings each.
 */
static int scan(const char *text, size_t length, size_t *ret_members, struct shield_error *error)
{
	bool quoted = false;
	size_t members = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (c == '"') {
			quoted = !quoted;
		} else if (c == ':') {
			members += !quoted;
		} else if (c == '\\') {
			if (length - i >= 6 && memcmp(text + i, "\\u0000", 6) == 0)
				return shield_fail(error, EINVAL, "line %zu: NUL in a string", line_of(text, i));
			i++;
		} else if (!c || (quoted && (unsigned char)c < 0x20)) {
			return shield_fail(error, EINVAL, "line %zu: control character", line_of(text, i));
		}
	}
	*ret_members = members;
	return 0;
}

/* JSON's white space only, to the end? */
static bool is_blank(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!memchr(" \t\r\n", text[i], 4))
			return false;
	return true;
}

/* Members of the objects in a value, at all levels. Parsing has bounded the depth. */
static size_t count_members(struct json_object *value)
{
	size_t count = 0;

	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += count_members(json_object_array_get_idx(value, i));
	} else if (json_object_is_type(value, json_type_object)) {
		for (struct lh_entry *entry = json_object_get_object(value)->head; entry; entry = entry->next)
			count += 1 + count_members((struct json_object *)lh_entry_v(entry));
	}
	return count;
}

/* Says what the tokener stopped at. */
static int parse_failed(const char *text, enum json_tokener_error why, size_t end, struct shield_error *error)
{
	if (why == json_tokener_error_depth)
		return shield_fail(error, E2BIG, "line %zu: nested deeper than %d levels", line_of(text, end),
				   SHIELD_JSON_DEPTH);
	if (why == json_tokener_error_parse_eof || why == json_tokener_continue)
		return shield_fail(error, EINVAL, "line %zu: the text ends too early", line_of(text, end));
	return shield_fail(error, EINVAL, "line %zu: not JSON: %s", line_of(text, end), json_tokener_error_desc(why));
}

int shield_json_parse(const char *text, size_t length, struct shield_json_document *ret, struct shield_error *error)
{
	_cleanup_(free_tokener) struct json_tokener *tokener = NULL;
	_cleanup_json_ struct shield_json_document document = {};
	enum json_tokener_error why;
	size_t members = 0, end;
	int result;

	if (length >= INT_MAX)
		return shield_fail(error, E2BIG, "larger than %d bytes", INT_MAX);
	result = scan(text, length, &members, error);
	if (result < 0)
		return result;
	tokener = json_tokener_new_ex(SHIELD_JSON_DEPTH);
	if (!tokener)
		return shield_fail(error, ENOMEM, "out of memory");
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	document.root = json_tokener_parse_ex(tokener, text, (int)length);
	why = json_tokener_get_error(tokener);
	end = json_tokener_get_parse_end(tokener);
	if (why == json_tokener_continue) {
		/* a number or literal alone is complete only once the end is seen */
		document.root = json_tokener_parse_ex(tokener, "", 1);
		why = json_tokener_get_error(tokener);
		end = length;
	}
	if (why != json_tokener_success)
		return parse_failed(text, why, end, error);
	if (!is_blank(text + end, length - end))
		return shield_fail(error, EINVAL, "line %zu: something follows the end", line_of(text, end));
	/* of two equal keys json-c keeps the last: half of what the author wrote would silently not count */
	if (count_members(document.root) != members)
		return shield_fail(error, EINVAL, "an object has the same key twice");
	ret->root = TAKE_PTR(document.root);
	return 0;
}

void shield_json_document_free(struct shield_json_document *document)
{
	if (document->root)
		json_object_put(document->root);
	document->root = NULL;
}

struct shield_json shield_json_root(const struct shield_json_document *document)
{
	return (struct shield_json){ .value = document->root };
}

/* A key that reads well after a dot. */
static bool is_plain(const char *key)
{
	return *key && strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == strlen(key);
}

/* Writes the way to a place; returns the bytes used of the buffer. */
static size_t write_place(const struct shield_json *at, char *buffer, size_t size)
{
	size_t used = 0;
	int wrote;

	if (!at->parent)
		return 0;
	used = write_place(at->parent, buffer, size);
	if (!at->key) {
		wrote = snprintf(buffer + used, size - used, "[%zu]", at->index);
	} else if (is_plain(at->key)) {
		wrote = snprintf(buffer + used, size - used, "%s%s", used ? "." : "", at->key);
	} else {
		char shown[128];

		wrote = snprintf(buffer + used, size - used, "[\"%s\"]",
				 shield_printable(at->key, shown, sizeof(shown)));
	}
	used += (size_t)wrote;
	return used < size ? used : size - 1;
}

int shield_json_fail(const struct shield_json *at, int code, struct shield_error *error, const char *format, ...)
{
	if (error) {
		char place[384] = "document";
		va_list args;

		va_start(args, format);
		vsnprintf(error->message, sizeof(error->message), format, args);
		va_end(args);
		write_place(at, place, sizeof(place));
		shield_wrap(error, 0, "%s", place);
	}
	return -code;
}

bool shield_json_is_object(const struct shield_json *at)
{
	return json_object_is_type(at->value, json_type_object);
}

bool shield_json_is_array(const struct shield_json *at)
{
	return json_object_is_type(at->value, json_type_array);
}

bool shield_json_is_string(const struct shield_json *at)
{
	return json_object_is_type(at->value, json_type_string);
}

bool shield_json_is_integer(const struct shield_json *at)
{
	return json_object_is_type(at->value, json_type_int);
}

bool shield_json_member(const struct shield_json *object, const char *key, struct shield_json *ret)
{
	struct json_object *value;

	if (!shield_json_is_object(object) || !json_object_object_get_ex(object->value, key, &value) || !value)
		return false;
	*ret = (struct shield_json){ .value = value, .parent = object, .key = key };
	return true;
}

size_t shield_json_length(const struct shield_json *array)
{
	return shield_json_is_array(array) ? json_object_array_length(array->value) : 0;
}

struct shield_json shield_json_element(const struct shield_json *array, size_t index)
{
	return (struct shield_json){
		.value = json_object_array_get_idx(array->value, index),
		.parent = array,
		.index = index,
	};
}

/* "expected WHAT, found an array" */
static int wrong_type(const struct shield_json *at, const char *expected, struct shield_error *error)
{
	static const char *const names[] = {
		[json_type_null] = "null",	 [json_type_boolean] = "a boolean", [json_type_double] = "a fraction",
		[json_type_int] = "an integer",	 [json_type_object] = "an object",  [json_type_array] = "an array",
		[json_type_string] = "a string",
	};

	return shield_json_fail(at, EINVAL, error, "expected %s, found %s", expected,
				names[json_object_get_type(at->value)]);
}

int shield_json_expect_object(const struct shield_json *at, struct shield_error *error)
{
	return shield_json_is_object(at) ? 0 : wrong_type(at, "an object", error);
}

int shield_json_expect_array(const struct shield_json *at, struct shield_error *error)
{
	return shield_json_is_array(at) ? 0 : wrong_type(at, "an array", error);
}

int shield_json_string(const struct shield_json *at, const char **ret, struct shield_error *error)
{
	if (!shield_json_is_string(at))
		return wrong_type(at, "a string", error);
	*ret = json_object_get_string(at->value);
	return 0;
}

int shield_json_bool(const struct shield_json *at, bool *ret, struct shield_error *error)
{
	if (!json_object_is_type(at->value, json_type_boolean))
		return wrong_type(at, "true or false", error);
	*ret = json_object_get_boolean(at->value);
	return 0;
}

int shield_json_integer(const struct shield_json *at, int64_t low, int64_t high, int64_t *ret,
			struct shield_error *error)
{
	int64_t value;

	if (!shield_json_is_integer(at))
		return wrong_type(at, "an integer", error);
	value = json_object_get_int64(at->value); /* saturates */
	if (value < low || value > high)
		return shield_json_fail(at, EINVAL, error,
					"expected an integer from %" PRId64 " to %" PRId64 ", found %" PRId64, low,
					high, value);
	*ret = value;
	return 0;
}

int shield_json_choice(const struct shield_json *at, const char *const *choices, size_t *ret,
		       struct shield_error *error)
{
	char list[256] = "", shown[64];
	const char *value = NULL;
	size_t used = 0;
	int result = shield_json_string(at, &value, error);

	if (result < 0)
		return result;
	for (size_t i = 0; choices[i]; i++) {
		if (strcmp(choices[i], value) == 0) {
			*ret = i;
			return 0;
		}
	}
	for (size_t i = 0; choices[i] && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "", choices[i]);
	return shield_json_fail(at, EINVAL, error, "\"%s\" is not one of %s",
				shield_printable(value, shown, sizeof(shown)), list);
}

static bool is_known(const char *key, const char *const *keys)
{
	for (; *keys; keys++)
		if (strcmp(key, *keys) == 0)
			return true;
	return false;
}

int shield_json_known_keys(const struct shield_json *object, const char *const *keys, struct shield_error *error)
{
	int result = shield_json_expect_object(object, error);

	if (result < 0)
		return result;
	for (struct lh_entry *entry = json_object_get_object(object->value)->head; entry; entry = entry->next) {
		struct shield_json member = { .parent = object, .key = (const char *)lh_entry_k(entry) };
		const char *nearest;

		if (is_known(member.key, keys))
			continue;
		nearest = shield_nearest(member.key, keys);
		if (nearest)
			return shield_json_fail(&member, EINVAL, error, "unknown key; did you mean \"%s\"?", nearest);
		return shield_json_fail(&member, EINVAL, error, "unknown key");
	}
	return 0;
}

int shield_json_each_member(const struct shield_json *object,
			    int (*each)(const struct shield_json *member, void *context), void *context)
{
	if (!shield_json_is_object(object))
		return 0;
	for (struct lh_entry *entry = json_object_get_object(object->value)->head; entry; entry = entry->next) {
		struct shield_json member = {
			.value = (struct json_object *)lh_entry_v(entry),
			.parent = object,
			.key = (const char *)lh_entry_k(entry),
		};
		int result = each(&member, context);

		if (result)
			return result;
	}
	return 0;
}

int shield_json_version(const struct shield_json *root, struct shield_error *error)
{
	struct shield_json at;
	int64_t version;

	if (!shield_json_member(root, "version", &at))
		return shield_json_fail(root, EINVAL, error, "\"version\" is missing; add \"version\": 1");
	return shield_json_integer(&at, 1, 1, &version, error);
}
