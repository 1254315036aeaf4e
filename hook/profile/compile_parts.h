/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of shield_compile(): each fills its fields of the policy, and returns what shield_compile() does. */
#ifndef SHIELD_PROFILE_COMPILE_PARTS_H
#define SHIELD_PROFILE_COMPILE_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "profile/profile.h"

/*
 * Names: the paths of exec, exec.libraries, `from`, ptrace and files, the sockets of network.unix. Sets the automaton,
 * its classes, tracers, deny_lengths, flags.
 */
int shield_compile_paths(const struct shield_profile *profile, struct shield_policy *policy,
			 struct shield_error *error);

/* Addresses and ports of network.egress and network.bind. */
int shield_compile_net(const struct shield_profile *profile, struct shield_policy *policy, struct shield_error *error);

/* uids and gids of setuid. */
int shield_compile_ids(const struct shield_profile *profile, struct shield_policy *policy, struct shield_error *error);

/* The rule that refuses each capability, those of a later kernel too. */
int shield_compile_capabilities(const struct shield_profile *profile, struct shield_policy *policy,
				struct shield_error *error);

/* Refuses a list that is longer than a rule's index can say: -E2BIG naming it. */
int shield_compile_count(uint8_t kind, const char *list, size_t count, struct shield_error *error);

#endif
