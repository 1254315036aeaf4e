/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64 /* levels within a skipped value: bits of a uint64_t */

struct shield_scan shield_scan_start(char *text, size_t length)
{
	return (struct shield_scan){ .text = text, .at = text, .end = text + length };
}

static void blank(struct shield_scan *scan)
{
	/* the NUL behind the text ends it */
	while (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\t' || *scan->at == '\r')
		scan->at++;
}

static int expected(const struct shield_scan *scan, const char *what, struct shield_error *error)
{
	if (scan->at >= scan->end)
		return shield_fail(error, EINVAL, "the JSON text ends where %s is expected", what);
	return shield_fail(error, EINVAL, "byte %zu: expected %s", (size_t)(scan->at - scan->text), what);
}

bool shield_scan_is(struct shield_scan *scan, char first)
{
	blank(scan);
	return *scan->at == first;
}

/* Consumes a word such as `true`. */
static bool word(struct shield_scan *scan, const char *text, size_t length)
{
	if ((size_t)(scan->end - scan->at) < length || memcmp(scan->at, text, length) != 0)
		return false;
	scan->at += length;
	scan->fresh = false;
	return true;
}

bool shield_scan_null(struct shield_scan *scan)
{
	blank(scan);
	return word(scan, "null", 4);
}

int shield_scan_enter(struct shield_scan *scan, char open, struct shield_error *error)
{
	if (!shield_scan_is(scan, open))
		return expected(scan, open == '{' ? "an object" : "an array", error);
	scan->at++;
	scan->fresh = true;
	return 0;
}

/* Is there another value before the closing bracket? Consumes the comma, or the bracket. */
static int another(struct shield_scan *scan, char close, struct shield_error *error)
{
	blank(scan);
	if (*scan->at == close) {
		scan->at++;
		scan->fresh = false;
		return 0;
	}
	if (!scan->fresh) {
		if (*scan->at != ',')
			return expected(scan, close == '}' ? "',' or '}'" : "',' or ']'", error);
		scan->at++;
		blank(scan);
	}
	scan->fresh = false;
	return 1;
}

int shield_scan_member(struct shield_scan *scan, const char **ret_key, struct shield_error *error)
{
	const char *key;
	int result = another(scan, '}', error);

	if (result <= 0)
		return result;
	result = shield_scan_string(scan, &key, error);
	if (result < 0)
		return result;
	blank(scan);
	if (*scan->at != ':')
		return expected(scan, "':'", error);
	scan->at++;
	*ret_key = key;
	return 1;
}

int shield_scan_element(struct shield_scan *scan, struct shield_error *error)
{
	return another(scan, ']', error);
}

/* The four digits of a \u escape, or -1. */
static int hex4(const char *digits)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = digits[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value * 16 + ((c | 0x20) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

static char *put_utf8(char *to, unsigned int code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

/* Decodes what follows `\u` at the cursor. Half a surrogate pair becomes U+FFFD, as in Go. NULL = no such escape. */
static char *unicode(struct shield_scan *scan, char *to)
{
	int code = hex4(scan->at), low;

	if (code <= 0)
		return NULL;
	scan->at += 4;
	if (code < 0xd800 || code > 0xdfff)
		return put_utf8(to, (unsigned int)code);
	if (code < 0xdc00 && scan->at[0] == '\\' && scan->at[1] == 'u') {
		low = hex4(scan->at + 2);
		if (low >= 0xdc00 && low <= 0xdfff) {
			scan->at += 6;
			return put_utf8(to, 0x10000u + ((unsigned int)(code - 0xd800) << 10) +
						    (unsigned int)(low - 0xdc00));
		}
	}
	return put_utf8(to, 0xfffd);
}

/* Decodes the escape at the cursor, which stands behind the backslash. Never writes more than it reads. */
static char *escape(struct shield_scan *scan, char *to)
{
	static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
	char c = *scan->at;
	const char *found;

	if (c == 'u') {
		scan->at++;
		return unicode(scan, to);
	}
	found = c ? strchr(from, c) : NULL;
	if (!found)
		return NULL;
	scan->at++;
	*to++ = into[found - from];
	return to;
}

int shield_scan_string(struct shield_scan *scan, const char **ret, struct shield_error *error)
{
	char *start, *to;

	if (!shield_scan_is(scan, '"'))
		return expected(scan, "a string", error);
	start = to = ++scan->at;
	while (*scan->at != '"') {
		if ((unsigned char)*scan->at < 0x20)
			return expected(scan, "the rest of a string", error);
		if (*scan->at != '\\') {
			*to++ = *scan->at++;
			continue;
		}
		scan->at++;
		to = escape(scan, to);
		if (!to)
			return expected(scan, "an escape that is not a NUL", error);
	}
	scan->at++;
	scan->fresh = false;
	*to = '\0';
	*ret = start;
	return 0;
}

int shield_scan_bool(struct shield_scan *scan, bool *ret, struct shield_error *error)
{
	blank(scan);
	if (word(scan, "true", 4)) {
		*ret = true;
		return 0;
	}
	if (word(scan, "false", 5)) {
		*ret = false;
		return 0;
	}
	return expected(scan, "true or false", error);
}

int shield_scan_integer(struct shield_scan *scan, int64_t *ret, struct shield_error *error)
{
	long long value;
	char *end;

	blank(scan);
	if (*scan->at != '-' && (*scan->at < '0' || *scan->at > '9'))
		return expected(scan, "an integer", error);
	errno = 0;
	value = strtoll(scan->at, &end, 10);
	if (errno || end == scan->at || *end == '.' || *end == 'e' || *end == 'E')
		return expected(scan, "an integer of 64 bits", error);
	scan->at = end;
	scan->fresh = false;
	*ret = value;
	return 0;
}

/* The closing quote of the string that starts behind `at`, or NULL. */
static char *closing_quote(char *at, const char *end)
{
	for (char *from = at + 1;; from = at + 1) {
		const char *before;

		at = memchr(from, '"', (size_t)(end - from));
		if (!at)
			return NULL;
		for (before = at; before > from && before[-1] == '\\'; before--)
			;
		if (!((at - before) & 1))
			return at;
	}
}

/* A number or word: up to what can follow a value. */
static void skip_plain(struct shield_scan *scan)
{
	while (scan->at < scan->end && !strchr(",]} \n\t\r", *scan->at))
		scan->at++;
}

/* Nested values, whose opening bracket stands at the cursor. */
static int skip_nested(struct shield_scan *scan, struct shield_error *error)
{
	uint64_t objects = 0; /* a bit per level: an object, not an array */
	unsigned int depth = 0;

	do {
		switch (*scan->at) {
		case '"':
			scan->at = closing_quote(scan->at, scan->end);
			if (!scan->at) {
				scan->at = scan->end;
				return expected(scan, "the rest of a string", error);
			}
			break;
		case '{':
		case '[':
			if (depth++ == DEPTH_MAX)
				return shield_fail(error, EINVAL, "byte %zu: nested deeper than %d levels",
						   (size_t)(scan->at - scan->text), DEPTH_MAX);
			objects = objects << 1 | (*scan->at == '{');
			break;
		case '}':
		case ']':
			if ((objects & 1) != (*scan->at == '}'))
				return expected(scan, objects & 1 ? "'}'" : "']'", error);
			objects >>= 1;
			depth--;
			break;
		case '\0':
			return expected(scan, "the rest of a value", error);
		}
		scan->at++;
	} while (depth);
	return 0;
}

int shield_scan_skip(struct shield_scan *scan, struct shield_error *error)
{
	const char *start;
	int result = 0;

	blank(scan);
	start = scan->at;
	if (*scan->at == '{' || *scan->at == '[') {
		result = skip_nested(scan, error);
	} else if (*scan->at == '"') {
		char *quote = closing_quote(scan->at, scan->end);

		if (!quote)
			return expected(scan, "a whole string", error);
		scan->at = quote + 1;
	} else {
		skip_plain(scan);
		if (scan->at == start)
			return expected(scan, "a value", error);
	}
	scan->fresh = false;
	return result;
}

int shield_scan_finish(struct shield_scan *scan, struct shield_error *error)
{
	blank(scan);
	if (scan->at < scan->end)
		return shield_fail(error, EINVAL, "byte %zu: something follows the end of the document",
				   (size_t)(scan->at - scan->text));
	return 0;
}
