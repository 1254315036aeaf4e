/* SPDX-License-Identifier: Apache-2.0 */
/* Learning: the group setuid. */
#include <string.h>

#include "record/learn_parts.h"

static void add_id(struct shield_learner *learner, struct shield_id_spans *list, uint32_t id)
{
	struct shield_id_span *larger;
	size_t at = 0;

	while (at < list->count && list->item[at].low < id)
		at++;
	if (at < list->count && list->item[at].low == id)
		return;
	larger = reallocarray(list->item, list->count + 1, sizeof(*larger));
	if (!larger) {
		learner->failed = true;
		return;
	}
	list->item = larger;
	memmove(larger + at + 1, larger + at, (list->count++ - at) * sizeof(*larger));
	larger[at] = (struct shield_id_span){ id, id, 0 };
}

void shield_learn_identity(struct shield_learner *learner, const struct shield_act *act)
{
	const struct shield_event_ids *ids = &act->item->ids;

	if (ids->change == SHIELD_CHANGE_GROUPS && ids->wanted == UINT32_MAX)
		learner->leaves_groups = true;
	else if (act->item->operand != SHIELD_OPERAND_IDS || ids->wanted == UINT32_MAX)
		shield_learn_cannot(learner, act, "an id that the container does not have; it is not allowed");
	else if (ids->change == SHIELD_CHANGE_UID)
		add_id(learner, &learner->profile->setuid.uids, ids->wanted);
	else
		add_id(learner, &learner->profile->setuid.gids, ids->wanted);
}

static void merge_spans(struct shield_id_spans *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (kept && list->item[kept - 1].high + 1 == list->item[i].low)
			list->item[kept - 1].high = list->item[i].high;
		else
			list->item[kept++] = list->item[i];
	}
	list->count = kept;
}

void shield_learn_finish_identity(struct shield_learner *learner)
{
	struct shield_profile *profile = learner->profile;

	profile->setuid.present = profile->setuid.default_deny = learner->kinds & 1u << SHIELD_KIND_SETUID;
	merge_spans(&profile->setuid.uids);
	merge_spans(&profile->setuid.gids);
	if (learner->leaves_groups && !profile->setuid.gids.count)
		shield_learn_note(learner, "setuid: groups were left, and none was taken: that needs some gid in "
					   "setuid.allow, so that it is not allowed");
}
