/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int shield_fail(struct shield_error *error, int code, const char *format, ...)
{
	if (error) {
		va_list args;

		va_start(args, format);
		vsnprintf(error->message, sizeof(error->message), format, args);
		va_end(args);
	}
	return -code;
}

/* Puts `first`, ": " and `second` into the message, cut at its size. */
static void join(struct shield_error *error, const char *first, const char *second)
{
	char joined[sizeof(error->message)];
	size_t length = (size_t)snprintf(joined, sizeof(joined), "%s: ", first);

	if (length < sizeof(joined))
		snprintf(joined + length, sizeof(joined) - length, "%s", second);
	memcpy(error->message, joined, sizeof(joined));
}

int shield_fail_errno(struct shield_error *error, int code, const char *format, ...)
{
	if (error) {
		char what[sizeof(error->message)];
		va_list args;

		va_start(args, format);
		vsnprintf(what, sizeof(what), format, args);
		va_end(args);
		join(error, what, strerror(code));
	}
	return -code;
}

int shield_wrap(struct shield_error *error, int result, const char *format, ...)
{
	if (error) {
		char context[sizeof(error->message)], message[sizeof(error->message)];
		va_list args;

		va_start(args, format);
		vsnprintf(context, sizeof(context), format, args);
		va_end(args);
		memcpy(message, error->message, sizeof(message));
		join(error, context, message);
	}
	return result;
}
