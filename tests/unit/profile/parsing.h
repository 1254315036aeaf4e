/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles written in tests: ' stands for ", in JSON and in messages. */
#ifndef SHIELD_TESTS_PROFILE_PARSING_H
#define SHIELD_TESTS_PROFILE_PARSING_H

#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/parse.h"

static inline char *with_quotes(const char *text)
{
	char *copy = strdup(text);

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

/* The message is this, but for the kind of its quotes. */
static inline void says(const struct shield_error *error, const char *message)
{
	_cleanup_free_ char *said = with_quotes(error->message), *expected = with_quotes(message);

	if (strcmp(said, expected) != 0)
		fprintf(stderr, "said:     %s\nexpected: %s\n", said, expected);
	CU_ASSERT_STRING_EQUAL(said, expected);
}

/* Parses what must be right; `base` may be NULL. Aborts the test where it is not. */
static inline struct shield_profile *parsed_on(struct shield_profile *base, const char *text)
{
	_cleanup_free_ char *json = with_quotes(text);
	struct shield_profile *profile = NULL;
	struct shield_error error = {};
	int result = shield_profile_parse(json, strlen(json), base, &profile, &error);

	if (result < 0)
		fprintf(stderr, "%s: %s\n", json, error.message);
	CU_ASSERT_EQUAL_FATAL(result, 0);
	return profile;
}

static inline struct shield_profile *parsed(const char *text)
{
	return parsed_on(NULL, text);
}

/* Parses what must be refused with exactly this message, and with nothing returned. */
static inline void refused_as(int code, const char *text, const char *message)
{
	_cleanup_free_ char *json = with_quotes(text);
	struct shield_profile *profile = NULL;
	struct shield_error error = {};
	int result = shield_profile_parse(json, strlen(json), NULL, &profile, &error);

	CU_ASSERT_EQUAL(result, -code);
	CU_ASSERT_PTR_NULL(profile);
	says(&error, message);
	shield_profile_free(profile);
}

static inline void refused(const char *text, const char *message)
{
	refused_as(EINVAL, text, message);
}

#endif
