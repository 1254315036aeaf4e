/* SPDX-License-Identifier: Apache-2.0 */
/* From a profile to the policy that BPF enforces. Pure: no input or output, the same profile gives the same bytes. */
#ifndef SHIELD_PROFILE_COMPILE_H
#define SHIELD_PROFILE_COMPILE_H

#include "base/error.h"
#include "bpf/abi.h"
#include "profile/profile.h"

/*
 * Compiles a profile.
 * @policy: zeroed, owned by the caller, may be a mapped BPF map: pages that are not needed stay untouched. All fields
 * but source and source_length are set. On failure its content is to be thrown away.
 * Returns 0; -E2BIG naming the JSON path and the limit when the profile is larger than a policy; -EINVAL naming the
 * JSON path for a pattern that is none; -ENOMEM.
 *
 * The mode is not compiled in: `mode: audit` is a flag of the slot, so that both modes share a policy.
 */
int shield_compile(const struct shield_profile *profile, struct shield_policy *policy, struct shield_error *error);

#endif
