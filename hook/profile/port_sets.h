/* SPDX-License-Identifier: Apache-2.0 */
/* The port sets of a policy: what is decided for an address, by protocol and port; equal ones are shared. */
#ifndef SHIELD_PROFILE_PORT_SETS_H
#define SHIELD_PROFILE_PORT_SETS_H

#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"
#include "profile/flatten.h"

#define SHIELD_PORT_SET_TABLE (2 * SHIELD_PORT_SETS)

/* What of the policy is in use. Zeroed = none. */
struct shield_port_sets {
	uint32_t set_count;
	uint32_t range_count;
	uint16_t table[SHIELD_PORT_SET_TABLE]; /* index + 1 by hash */
};

/*
 * Adds a set to the policy, or finds its equal.
 * @spans: sorted, disjoint, covering all keys from 0; values are shield_decision
 * @limit: set on failure to the text of the limit that was passed
 * Returns the set's index, or -E2BIG.
 */
int shield_port_sets_add(struct shield_port_sets *sets, struct shield_policy *policy, const struct shield_span *spans,
			 size_t count, const char **limit);

#endif
