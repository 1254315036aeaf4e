/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values: a function that can fail takes a struct shield_error, fills it with a sentence for people and
 * returns a negative errno; callers add context on the way up; only the mains print.
 */
#ifndef SHIELD_BASE_ERROR_H
#define SHIELD_BASE_ERROR_H

struct shield_error {
	char message[1024];
};

/*
 * Sets the message (printf-like) and returns -code.
 * @error: may be NULL: the caller does not want the text
 * @code: a positive errno; it is not appended to the text
 */
int shield_fail(struct shield_error *error, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: appends ": " and the text of errno `code`. */
int shield_fail_errno(struct shield_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts context and ": " before the message that is there. Returns `result`, so that it can be returned at once. */
int shield_wrap(struct shield_error *error, int result, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
