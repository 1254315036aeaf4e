/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "profile/check_parts.h"
#include "profile/cover.h"

struct shield_place shield_place(const char *list, size_t index)
{
	struct shield_place place;

	snprintf(place.text, sizeof(place.text), "%s[%zu]", list, index);
	return place;
}

void shield_check_say(const struct shield_check *check, enum shield_check_severity severity, const char *place,
		      const char *format, ...)
{
	char sentence[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	check->report(severity, place, sentence, check->context);
}

bool shield_check_allow_list(const struct shield_check *check, const char *group, bool default_deny, size_t count)
{
	char place[sizeof(struct shield_place)];

	if (default_deny || !count)
		return default_deny;
	snprintf(place, sizeof(place), "%s.allow", group);
	shield_check_say(check, SHIELD_CHECK_WARNING, place,
			 "has no effect: %s.default is allow; set it to \"deny\" if only these are meant", group);
	return false;
}

void shield_check_refuses(const struct shield_check *check, const char *group, bool default_deny, size_t count)
{
	if (!default_deny && !count)
		shield_check_say(check, SHIELD_CHECK_NOTE, group,
				 "refuses nothing: the default is allow, and there is no entry");
}

size_t shield_check_covered_by(const struct shield_strings *patterns, const char *pattern)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (shield_pattern_covers(patterns->item[i], pattern))
			return i;
	return SHIELD_CHECK_NONE;
}

bool shield_check_makes_superfluous(const char *wide, size_t wide_index, const char *narrow, size_t narrow_index)
{
	if (wide_index == narrow_index || !shield_pattern_covers(wide, narrow))
		return false;
	return wide_index < narrow_index || !shield_pattern_covers(narrow, wide);
}

void shield_check_superfluous(const struct shield_check *check, const char *list, const struct shield_strings *patterns,
			      size_t index, const char *what)
{
	for (size_t other = 0; other < patterns->count; other++) {
		if (!shield_check_makes_superfluous(patterns->item[other], other, patterns->item[index], index))
			continue;
		shield_check_say(check, SHIELD_CHECK_NOTE, shield_place(list, index).text,
				 "\"%s\" is %s by %s[%zu] (\"%s\") already", patterns->item[index], what, list, other,
				 patterns->item[other]);
		return;
	}
}

/* Ids that an earlier entry allows already. */
static void check_ids(const struct shield_check *check, const char *what, const struct shield_id_spans *spans)
{
	for (size_t i = 1; i < spans->count; i++) {
		const struct shield_id_span *span = &spans->item[i];

		for (size_t other = 0; other < i; other++) {
			const struct shield_id_span *wide = &spans->item[other];

			if (wide->low > span->low || wide->high < span->high)
				continue;
			shield_check_say(check, SHIELD_CHECK_NOTE, shield_place("setuid.allow", span->entry).text,
					 "%s %u-%u: allowed by setuid.allow[%u] already", what, span->low, span->high,
					 wide->entry);
			break;
		}
	}
}

static void check_all_ids(const struct shield_check *check, const char *what, const struct shield_id_spans *spans)
{
	for (size_t i = 0; i < spans->count; i++)
		if (!spans->item[i].low && spans->item[i].high == UINT32_MAX - 1)
			shield_check_say(check, SHIELD_CHECK_WARNING,
					 shield_place("setuid.allow", spans->item[i].entry).text,
					 "allows every %s: setuid.default has no effect on them", what);
}

void shield_check_setuid(const struct shield_check *check)
{
	const struct shield_id_spans *uids = &check->profile->setuid.uids, *gids = &check->profile->setuid.gids;

	if (!check->profile->setuid.present ||
	    !shield_check_allow_list(check, "setuid", check->profile->setuid.default_deny, uids->count + gids->count))
		return;
	check_all_ids(check, "uid", uids);
	check_all_ids(check, "gid", gids);
	check_ids(check, "uids", uids);
	check_ids(check, "gids", gids);
}

void shield_check(const struct shield_profile *profile, shield_check_report report, void *context)
{
	struct shield_check check = { profile, report, context };

	if (profile->audit)
		shield_check_say(&check, SHIELD_CHECK_NOTE, "mode",
				 "audit: nothing is refused, whatever the actions are");
	shield_check_exec(&check);
	shield_check_net(&check);
	shield_check_unix(&check);
	shield_check_ptrace(&check);
	shield_check_setuid(&check);
	shield_check_capabilities(&check);
	shield_check_kernel(&check);
	shield_check_files(&check);
}
