/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile that parses prints to a text that parses to the same text, alone and on top of itself as a base, and so
 * does its tidy text; and it compiles, unless it is too large.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/compile.h"
#include "profile/parse.h"
#include "profile/pretty.h"
#include "profile/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The canonical text of a text, NULL where it is refused. The base is taken over. */
static char *canonical(const char *text, size_t length, struct shield_profile *base)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_error error;
	char *printed = NULL;

	error.message[0] = '\0';
	if (shield_profile_parse(text, length, base, &profile, &error) < 0) {
		if (!error.message[0])
			abort();
		return NULL;
	}
	if (shield_profile_print(profile, &printed, NULL, NULL) < 0)
		abort();
	return printed;
}

/* Whatever parses compiles, or is too large. */
static void compile(const char *text)
{
	_cleanup_free_ struct shield_policy *policy = calloc(1, sizeof(*policy));
	_cleanup_profile_ struct shield_profile *profile = NULL;
	int result;

	if (!policy || shield_profile_parse(text, strlen(text), NULL, &profile, NULL) < 0)
		abort();
	result = shield_compile(profile, policy, NULL);
	if (result < 0 && result != -E2BIG)
		abort();
}

/* The tidy text of a canonical one means the same. */
static void prettify(const char *text)
{
	_cleanup_free_ char *pretty = NULL, *again = NULL;
	_cleanup_profile_ struct shield_profile *profile = NULL;

	if (shield_profile_parse(text, strlen(text), NULL, &profile, NULL) < 0 ||
	    shield_profile_pretty(profile, &pretty, NULL) < 0)
		abort();
	again = canonical(pretty, strlen(pretty), NULL);
	if (!again || strcmp(text, again) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *first = canonical((const char *)data, size, NULL), *second = NULL, *twice = NULL;
	struct shield_profile *base = NULL;

	if (!first)
		return 0;
	second = canonical(first, strlen(first), NULL);
	if (!second || strcmp(first, second) != 0)
		abort();
	if (shield_profile_parse(first, strlen(first), NULL, &base, NULL) < 0)
		abort();
	twice = canonical((const char *)data, size, base);
	compile(first);
	prettify(first);
	return 0;
}
