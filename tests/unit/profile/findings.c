/* SPDX-License-Identifier: Apache-2.0 */
#include "findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void gather(enum shield_check_severity severity, const char *place, const char *sentence, void *context)
{
	struct findings *findings = context;

	if (findings->count == sizeof(findings->text) / sizeof(findings->text[0]))
		abort();
	snprintf(findings->text[findings->count++], sizeof(findings->text[0]), "%s %s: %s",
		 severity == SHIELD_CHECK_NOTE ? "note" : "warning", place, sentence);
}

struct findings find_in(struct shield_profile *profile)
{
	struct findings findings = {};

	shield_check(profile, gather, &findings);
	shield_profile_free(profile);
	return findings;
}

bool has_finding(const struct findings *findings, const char *start)
{
	for (size_t i = 0; i < findings->count; i++)
		if (!strncmp(findings->text[i], start, strlen(start)))
			return true;
	for (size_t i = 0; i < findings->count; i++)
		fprintf(stderr, "found: %s\n", findings->text[i]);
	return false;
}
