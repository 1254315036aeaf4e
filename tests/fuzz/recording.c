/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording's file: whatever is taken for one makes a profile, whose tidy text parses, and a seccomp profile. The
 * size that the file says it has is set right, so that inputs get past it.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/parse.h"
#include "profile/pretty.h"
#include "record/generalise.h"
#include "record/learn.h"
#include "record/seccomp.h"

#define SIZE_AT 16 /* hook/record/recording_file.c, struct header */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parses(const struct shield_profile *profile)
{
	_cleanup_profile_ struct shield_profile *again = NULL;
	_cleanup_free_ char *text = NULL;

	if (shield_profile_pretty(profile, &text, NULL) < 0 ||
	    shield_profile_parse(text, strlen(text), NULL, &again, NULL) < 0)
		abort();
}

static void learn(const struct shield_recording *recording)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_free_ char *seccomp = NULL;
	int r;

	if (shield_learn("fuzz", recording, 1, &profile, NULL) < 0)
		abort();
	r = shield_learn_check(profile, NULL);
	if (r < 0 && r != -E2BIG)
		abort();
	parses(profile);
	if (shield_generalise_directories(profile, 1, NULL) < 0 ||
	    shield_generalise_addresses(profile, 20, 50, NULL) < 0)
		abort();
	parses(profile);
	r = shield_seccomp_profile(recording, 1, &seccomp, NULL);
	if (r < 0 && r != -ENODATA)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_recording_ struct shield_recording recording = {};
	_cleanup_free_ char *bytes = malloc(size + 1);
	struct shield_error error = {};
	uint64_t length = size;

	if (!bytes)
		return 0;
	memcpy(bytes, data, size);
	if (size >= SIZE_AT + sizeof(length))
		memcpy(bytes + SIZE_AT, &length, sizeof(length));
	if (shield_recording_parse(bytes, size, "fuzz", &recording, &error) == 0)
		learn(&recording);
	else if (!error.message[0] || recording.item)
		abort();
	return 0;
}
