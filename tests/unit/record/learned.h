/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles learned in tests: a helper, no suite. ' stands for " in what is expected. */
#ifndef SHIELD_TESTS_RECORD_LEARNED_H
#define SHIELD_TESTS_RECORD_LEARNED_H

#include "../profile/parsing.h"
#include "observed.h"
#include "profile/pretty.h"
#include "profile/print.h"
#include "record/learn.h"

static inline struct shield_profile *learned(struct shield_recording *recordings, size_t count)
{
	struct shield_profile *profile = NULL;
	struct shield_error error = {};

	for (size_t i = 0; i < count; i++)
		shield_recording_sort(&recordings[i]);
	CU_ASSERT_EQUAL_FATAL(shield_learn("web", recordings, count, &profile, &error), 0);
	CU_ASSERT_EQUAL(shield_learn_check(profile, &error), 0);
	return profile;
}

/* The tidy text has this somewhere, and parses. */
static inline void has(const struct shield_profile *profile, const char *expected)
{
	_cleanup_free_ char *want = with_quotes(expected), *text = NULL;
	_cleanup_profile_ struct shield_profile *again = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_profile_pretty(profile, &text, NULL), 0);
	CU_ASSERT_EQUAL(shield_profile_parse(text, strlen(text), NULL, &again, NULL), 0);
	if (!strstr(text, want))
		fprintf(stderr, "no %s in:\n%s\n", want, text);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, want));
}

static inline void has_note(const struct shield_profile *profile, const char *words)
{
	for (size_t i = 0; i < profile->notes.count; i++)
		if (strstr(profile->notes.item[i], words))
			return;
	fprintf(stderr, "no note says: %s\n", words);
	for (size_t i = 0; i < profile->notes.count; i++)
		fprintf(stderr, "  %s\n", profile->notes.item[i]);
	CU_FAIL("a note is missing");
}

#endif
