/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/compile_parts.h"

#include <errno.h>

#include "base/cleanup.h"
#include "profile/flatten.h"

/* Spans to disjoint ranges; of entries that overlap, the first has the rule. */
static int compile_ids(const struct shield_id_spans *spans, const char *what, struct shield_ids *ids,
		       struct shield_error *error)
{
	_cleanup_free_ struct shield_span *work = NULL;
	struct shield_span *flat;
	size_t count = 0;

	if (!spans->count)
		return 0;
	work = calloc(3 * spans->count, sizeof(*work));
	if (!work)
		return shield_fail_errno(error, ENOMEM, "compiling %ss", what);
	flat = work + spans->count;
	for (size_t i = 0; i < spans->count; i++)
		work[i] = (struct shield_span){ spans->item[i].low, spans->item[i].high, spans->item[i].entry };
	count = shield_flatten(work, spans->count, flat);
	if (count > SHIELD_ID_RANGES)
		return shield_fail(error, E2BIG, "setuid.allow: %zu separate %s ranges, a policy holds %d", count, what,
				   SHIELD_ID_RANGES);
	for (size_t i = 0; i < count; i++)
		ids->range[i] = (struct shield_id_range){
			.low = flat[i].low,
			.high = flat[i].high,
			.rule = SHIELD_RULE(SHIELD_LIST_ALLOW, flat[i].value),
		};
	ids->count = (uint32_t)count;
	return 0;
}

/* Refuses entries beyond what a rule's index can say. */
static int check_entries(const struct shield_id_spans *spans, struct shield_error *error)
{
	size_t entries = 0;

	for (size_t i = 0; i < spans->count; i++)
		if (spans->item[i].entry >= entries)
			entries = spans->item[i].entry + 1u;
	return shield_compile_count(SHIELD_KIND_SETUID, "allow", entries, error);
}

int shield_compile_ids(const struct shield_profile *profile, struct shield_policy *policy, struct shield_error *error)
{
	int result;

	if (!profile->setuid.present)
		return 0;
	result = check_entries(&profile->setuid.uids, error);
	if (result >= 0)
		result = check_entries(&profile->setuid.gids, error);
	if (result >= 0)
		result = compile_ids(&profile->setuid.uids, "uid", &policy->uids, error);
	if (result >= 0)
		result = compile_ids(&profile->setuid.gids, "gid", &policy->gids, error);
	return result;
}
