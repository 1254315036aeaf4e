/* SPDX-License-Identifier: Apache-2.0 */
#include "events/stream.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/text.h"

#define RECORD_WORDS "record " SHIELD_LITERAL(SHIELD_ABI)

static const char *const formats[SHIELD_FORMATS] = {
	[SHIELD_FORMAT_COMPACT] = "compact",
	[SHIELD_FORMAT_COLOURED] = "compact coloured",
	[SHIELD_FORMAT_JSON] = "json",
	[SHIELD_FORMAT_RECORD] = (RECORD_WORDS),
};

#define FILTERED "v2"

/* " namespace=%41" is the most that three bytes of patterns become; then there are " verdict=audit" and the like. */
_Static_assert(SHIELD_STREAM_REQUEST_MAX >= 5 * SHIELD_FILTER_PATTERNS + 20 * (SHIELD_KINDS + SHIELD_VERDICTS) + 80,
	       "room for any filter");

struct line {
	char *bytes; /* SHIELD_STREAM_REQUEST_MAX of them */
	size_t length;
};

static void __attribute__((format(printf, 2, 3))) add(struct line *line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	line->length += (size_t)vsnprintf(line->bytes + line->length, SHIELD_STREAM_REQUEST_MAX - line->length, format,
					  arguments);
	va_end(arguments);
}

static bool is_plain(char byte)
{
	return byte > ' ' && byte < 0x7f && byte != '%';
}

/* " FIELD=VALUE" */
static void add_condition(const char *field, const char *value, void *context)
{
	struct line *line = context;

	add(line, " %s=", field);
	for (; *value; value++)
		add(line, is_plain(*value) ? "%c" : "%%%02X", (unsigned char)*value);
}

const char *shield_stream_print(const struct shield_stream_request *request, char buffer[SHIELD_STREAM_REQUEST_MAX])
{
	struct line line = { .bytes = buffer };

	if (!shield_filter_is_empty(&request->filter))
		add(&line, FILTERED " ");
	add(&line, "%s%s", formats[request->format], request->follow ? " follow" : "");
	shield_filter_each(&request->filter, add_condition, &line);
	add(&line, "\n");
	return buffer;
}

/* The value of a hexadecimal digit, or -EINVAL. */
static int digit_of(char byte)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *found = byte ? strchr(digits, byte) : NULL;

	return found ? (int)(found - digits) : -EINVAL;
}

/* Undoes what add_condition() does to a value, where it stands. Returns 0 or -EINVAL. */
static int decode(char *value)
{
	char *to = value;

	for (; *value; value++) {
		int high, low;

		if (is_plain(*value)) {
			*to++ = *value;
			continue;
		}
		high = *value == '%' ? digit_of(value[1]) : -EINVAL;
		low = high >= 0 ? digit_of(value[2]) : -EINVAL;
		if (low < 0 || !(high | low))
			return -EINVAL;
		*to++ = (char)(high << 4 | low);
		value += 2;
	}
	*to = '\0';
	return 0;
}

/* FIELD=VALUE */
static int parse_condition(char *word, struct shield_filter *filter)
{
	char *value = strchr(word, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	return decode(value) < 0 || shield_filter_add(filter, word, value, NULL) < 0 ? -EINVAL : 0;
}

/* Takes the next word, if it is this one. @next: what follows it; NULL = nothing */
static bool take(char **next, const char *word)
{
	size_t length = strlen(word);

	if (!*next || strncmp(*next, word, length) != 0 || ((*next)[length] && (*next)[length] != ' '))
		return false;
	*next = (*next)[length] ? *next + length + 1 : NULL;
	return true;
}

/* A whole line, without its newline. */
static int parse_line(char *line, struct shield_stream_request *ret)
{
	char *next = line, *word;
	bool filtered = take(&next, FILTERED);
	unsigned int format = SHIELD_FORMATS;

	/* backwards: "compact" begins "compact coloured" */
	while (format > 0 && !take(&next, formats[format - 1]))
		format--;
	if (!format)
		return -EINVAL;
	ret->format = format - 1;
	ret->follow = take(&next, "follow");
	if (next && !filtered)
		return -EINVAL;
	while ((word = strsep(&next, " ")))
		if (parse_condition(word, &ret->filter) < 0)
			return -EINVAL;
	return 0;
}

int shield_stream_parse(const char *bytes, size_t length, struct shield_stream_request *ret)
{
	const char *end = memchr(bytes, '\n', length);
	struct shield_stream_request request = {};
	char line[SHIELD_STREAM_REQUEST_MAX];

	if (!end)
		return length < SHIELD_STREAM_REQUEST_MAX - 1 ? 0 : -EINVAL;
	length = (size_t)(end - bytes);
	if (length >= sizeof(line) || memchr(bytes, '\0', length))
		return -EINVAL;
	memcpy(line, bytes, length);
	line[length] = '\0';
	if (parse_line(line, &request) < 0)
		return -EINVAL;
	*ret = request;
	return 1;
}

int shield_stream_subscribe(const struct shield_stream_request *request, int *ret_fd, struct shield_error *error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SHIELD_STREAM_SOCKET };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char line[SHIELD_STREAM_REQUEST_MAX];

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot create a socket");
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return shield_fail_errno(error, errno, "cannot connect to shieldd at %s", SHIELD_STREAM_SOCKET);
	shield_stream_print(request, line);
	/* a socket that was just connected has room for one line */
	if (send(fd, line, strlen(line), MSG_NOSIGNAL) != (ssize_t)strlen(line))
		return shield_fail_errno(error, errno, "cannot ask shieldd at %s", SHIELD_STREAM_SOCKET);
	*ret_fd = TAKE_FD(fd);
	return 0;
}
