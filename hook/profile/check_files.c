/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about files. */
#include "profile/check_parts.h"

#include <string.h>

#include "profile/cover.h"

/* What matches below every folder makes all of them ones that must stay where they are. */
static void check_reach(const struct shield_check *check, const char *list, const struct shield_strings *patterns)
{
	for (size_t i = 0; i < patterns->count; i++) {
		const char *pattern = patterns->item[i];

		if (!strcmp(pattern, "/**") || !strncmp(pattern, "/**/", 4))
			shield_check_say(
				check, SHIELD_CHECK_WARNING, shield_place(list, i).text,
				"\"%s\" matches below every folder: none can be renamed; start it with a folder",
				pattern);
	}
}

static void check_read_only(const struct shield_check *check, size_t index)
{
	const struct shield_strings *deny = &check->profile->files.deny, *read_only = &check->profile->files.read_only;
	size_t other = shield_check_covered_by(deny, read_only->item[index]);

	if (other == SHIELD_CHECK_NONE)
		shield_check_superfluous(check, "files.read_only", read_only, index, "protected");
	else
		shield_check_say(check, SHIELD_CHECK_NOTE, shield_place("files.read_only", index).text,
				 "\"%s\" is refused by files.deny[%zu] (\"%s\") already", read_only->item[index], other,
				 deny->item[other]);
}

void shield_check_files(const struct shield_check *check)
{
	const struct shield_strings *deny = &check->profile->files.deny, *read_only = &check->profile->files.read_only;

	if (!check->profile->files.present)
		return;
	for (size_t i = 0; i < deny->count; i++)
		shield_check_superfluous(check, "files.deny", deny, i, "refused");
	for (size_t i = 0; i < read_only->count; i++)
		check_read_only(check, i);
	check_reach(check, "files.deny", deny);
	check_reach(check, "files.read_only", read_only);
}
