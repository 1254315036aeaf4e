/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the containers of unprivileged users may take of what a node has once: a user leaves room for others, and all of
 * them together leave half for root's. Root's containers have no limits but the maps' own.
 */
#ifndef SHIELD_ENGINE_SHARE_H
#define SHIELD_ENGINE_SHARE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"

#define SHIELD_USER_SLOTS 256	/* containers of one user */
#define SHIELD_USER_POLICIES 64 /* distinct ones: what an image's symlinks make of a profile counts, too */
#define SHIELD_USER_MOUNTS 8192 /* of all containers of one user */
#define SHIELD_USER_LINKS 1024	/* entries of the links map */

/* What some containers take. */
struct shield_share {
	uint32_t slots, policies, mounts, links;
	bool policy[SHIELD_POLICIES]; /* which ones */
};

/* Adds a container. */
void shield_share_add(struct shield_share *share, const struct shield_slot *slot, const struct shield_slot_info *info);

/* -EDQUOT where a user's share, or that of all users, is over its limit. */
int shield_share_judge(const struct shield_share *own, const struct shield_share *all, uint32_t owner,
		       struct shield_error *error);

/*
 * Judges the share of a slot's owner, with that slot in it. The lock must be held.
 * @slot: claimed, with its policy; @info: its own, which need not be written yet
 * Returns 0, at once for a slot of root's; -EDQUOT with what is used up.
 */
int shield_share_check(struct shield_engine *engine, uint32_t slot, const struct shield_slot_info *info,
		       struct shield_error *error);

#endif
