/* SPDX-License-Identifier: Apache-2.0 */
/* Which folders have something below them that a rule of `files` protects: who moves these moves that. */
#ifndef SHIELD_PROFILE_BELOW_H
#define SHIELD_PROFILE_BELOW_H

#include <stdint.h>

#include "bpf/abi.h"

/*
 * Sets `below` of the policy's states, whose moves and classes are final: 1 where '/' and some further bytes lead to a
 * state whose class has file_deny or file_read_only, and for the root directory where any state's class has.
 * @state_count: states in use
 * Returns 0 or -ENOMEM.
 */
int shield_mark_below(struct shield_policy *policy, uint32_t state_count);

#endif
