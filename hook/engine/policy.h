/* SPDX-License-Identifier: Apache-2.0 */
/* The node's policies: one for each distinct canonical text, there as long as a slot names it. The lock must be held. */
#ifndef SHIELD_ENGINE_POLICY_H
#define SHIELD_ENGINE_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "profile/profile.h"

/*
 * Takes the policy of a resolved profile for one more slot: the one that is there, or a new one, compiled and frozen.
 * @text: the profile's canonical text, @length bytes
 * @ret: where it is, and what it has rules about; @ret_key: its key in the policy_index map
 * Returns 0; -E2BIG when the profile or the number of policies is over a limit; another negative errno.
 */
int shield_policy_take(struct shield_engine *engine, const struct shield_profile *profile, const char *text,
		       size_t length, struct shield_policy_ref *ret, __u64 *ret_key, struct shield_error *error);

/* One slot less names the policy; the last one removes it. */
void shield_policy_drop(struct shield_engine *engine, __u64 key);

/*
 * Counts anew, after a hook was killed: @slots[id] slots name policy id. Removes what no slot names.
 * @ret_keys: gets the key of each id in the policy_index map
 */
void shield_policy_recount(struct shield_engine *engine, const uint32_t slots[SHIELD_POLICIES],
			   __u64 ret_keys[SHIELD_POLICIES]);

/*
 * Waits until no program runs any more that began before: each that looks at a slot from then on sees what it says
 * now. @id: of a policy that is there
 * Returns 0, or a negative errno: nothing was waited for.
 */
int shield_policy_settle(struct shield_engine *engine, uint32_t id, struct shield_error *error);

/* Maps a policy for reading. Release with shield_policy_unmap(). */
int shield_policy_map(struct shield_engine *engine, uint32_t id, const struct shield_policy **ret,
		      struct shield_error *error);
void shield_policy_unmap(const struct shield_policy *policy);

#endif
