/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The verdicts: who wins, which rule matched. Pure functions of a policy and the facts of an act, without helpers, so
 * that the same code decides in the kernel, in `shieldctl profile explain` and in the unit tests.
 * Loops are bounded by constants and indices masked, for the verifier.
 */
#ifndef SHIELD_DECIDE_H
#define SHIELD_DECIDE_H

#include "abi.h"

/* A decision: whether the act is refused, why, and by which entry of the profile. */
typedef __u32 shield_decision;
#define SHIELD_DECISION(refused, reason, rule) ((__u32)(refused) << 31 | (__u32)(reason) << 16 | (__u32)(rule))
#define SHIELD_REFUSED(decision) ((decision) >> 31)
#define SHIELD_DECISION_REASON(decision) ((decision) >> 16 & 0xff)
#define SHIELD_DECISION_RULE(decision) ((decision)&0xffff)

#define SHIELD_ALLOWED_BY(rule) SHIELD_DECISION(0, SHIELD_REASON_NONE, rule)
#define SHIELD_REFUSED_BY(reason, rule) SHIELD_DECISION(1, reason, rule)
#define SHIELD_SWITCH_VIOLATED SHIELD_REFUSED_BY(SHIELD_REASON_NONE, SHIELD_RULE(SHIELD_LIST_SWITCH, 0))

#undef __always_inline /* <linux/stddef.h> has one that only suggests */
#define __always_inline inline __attribute__((always_inline))

/* Hides where a value comes from: the compiler would turn the arithmetic below back into branches. */
#define SHIELD_OPAQUE(value) __asm__ volatile("" : "+r"(value))

/*
 * Runs the automaton on from a state, over `length` bytes of a name, at most `most`. Returns the state it ends in.
 * Without a branch on what it reads: the verifier would follow both ways at every byte.
 */
static __always_inline __u32 shield_walk_on(const struct shield_policy *policy, __u32 state, const char *path,
					    __u32 length, __u32 most)
{
	for (__u32 i = 0; i < most; i++) {
		if (i >= length)
			break;
		const struct shield_dfa_state *from = &policy->states[state & (SHIELD_DFA_STATES - 1)];
		__u32 byte = (__u8)path[i];
		const struct shield_dfa_cell *cell = &policy->cells[(from->base + byte) & (SHIELD_DFA_CELLS - 1)];
		__u64 own = -(((__u64)(cell->check ^ state) - 1) >> 63); /* all ones where the cell is the state's */

		SHIELD_OPAQUE(own);
		state = (cell->next & own) | (from->other & ~own);
	}
	return state & (SHIELD_DFA_STATES - 1);
}

#define SHIELD_WALK_START 1 /* the state before the first byte */

/* The state that a name of `length` bytes leads to. */
static __always_inline __u32 shield_walk(const struct shield_policy *policy, const char *path, __u32 length)
{
	return shield_walk_on(policy, SHIELD_WALK_START, path, length, SHIELD_PATH_MAX);
}

/* The index of the class of a name, 0 = no pattern. */
static __always_inline __u32 shield_match(const struct shield_policy *policy, const char *path, __u32 length)
{
	return policy->states[shield_walk(policy, path, length)].class & (SHIELD_CLASSES - 1);
}

/*
 * May a file of this class be executed by, or through, any of `from` (the caller's executable and script, and for an
 * interpreter the script it was named by)? deny beats allow beats default.
 */
static __always_inline shield_decision shield_decide_exec(const struct shield_policy *policy,
							  const struct shield_class *class, __u64 from)
{
	if (class->deny)
		return SHIELD_REFUSED_BY(SHIELD_REASON_RULE, class->deny);
	if (class->allow)
		return SHIELD_ALLOWED_BY(class->allow);
	if (class->from & from)
		return SHIELD_ALLOWED_BY(class->allow_from);
	if (!(policy->flags & SHIELD_POLICY_EXEC_DEFAULT_DENY))
		return SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	if (class->allow_from)
		return SHIELD_REFUSED_BY(SHIELD_REASON_FROM, class->allow_from);
	return SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
}

/* May a file of this class, in the image or not, be mapped executable? The executable itself was judged by exec. */
static __always_inline shield_decision shield_decide_library(const struct shield_policy *policy,
							     const struct shield_class *class, __u32 in_image)
{
	if (class->deny)
		return SHIELD_REFUSED_BY(SHIELD_REASON_RULE, class->deny);
	switch (policy->libraries) {
	case SHIELD_LIBRARIES_ANY:
		return SHIELD_ALLOWED_BY(0);
	case SHIELD_LIBRARIES_LIST:
		if (class->library)
			return SHIELD_ALLOWED_BY(class->library);
		return SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_LIBRARIES, 0));
	default:
		if (in_image)
			return SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_LIBRARIES, 0));
		return SHIELD_REFUSED_BY(SHIELD_REASON_NOT_IMAGE, SHIELD_RULE(SHIELD_LIST_LIBRARIES, 0));
	}
}

/* All ones where a < b, without a branch: in a search the verifier would follow both ways at every step. */
static __always_inline __u32 shield_less(__u32 a, __u32 b)
{
	__u64 difference = (__u64)a - b;

	SHIELD_OPAQUE(difference);
	return (__u32) - (difference >> 63);
}

/* The same for 64 bits, by the borrow of a - b. */
static __always_inline __u32 shield_less64(__u64 a, __u64 b)
{
	__u64 borrow = (~a & b) | ((~a | b) & (a - b));

	SHIELD_OPAQUE(borrow);
	return (__u32) - (borrow >> 63);
}

/* All ones where a == b. */
static __always_inline __u32 shield_equal64(__u64 a, __u64 b)
{
	return ~(shield_less64(a, b) | shield_less64(b, a));
}

/* The last range of a port set that starts at or below the key. */
static __always_inline shield_decision shield_decide_port(const struct shield_policy *policy, __u32 set, __u32 key)
{
	const struct shield_port_set *ports = &policy->port_sets[set & (SHIELD_PORT_SETS - 1)];
	__u32 at = ports->first;
	__u32 end = at + ports->count;

	for (__u32 step = SHIELD_PORT_SET_MAX / 2; step; step >>= 1) {
		__u32 next = at + step;
		__u32 start = policy->port_ranges[next & (SHIELD_PORT_RANGES - 1)].start;

		at += step & shield_less(next, end) & ~shield_less(key, start);
	}
	const struct shield_port_range *range = &policy->port_ranges[at & (SHIELD_PORT_RANGES - 1)];

	return SHIELD_DECISION(range->refused, range->reason, range->rule);
}

/* The port set of an IPv4 address (host byte order). */
static __always_inline __u32 shield_net4_set(const struct shield_policy *policy, __u32 direction, __u32 address)
{
	const struct shield_net4 *net = &policy->net4[direction & 1];
	__u32 at = 0;

	for (__u32 step = SHIELD_NET4_RANGES / 2; step; step >>= 1) {
		__u32 next = at + step;
		__u32 start = net->start[next & (SHIELD_NET4_RANGES - 1)];

		at += step & shield_less(next, net->count) & ~shield_less(address, start);
	}
	return net->set[at & (SHIELD_NET4_RANGES - 1)];
}

/* The same for IPv6: the address as two halves in host byte order. v4-mapped addresses belong to shield_net4_set. */
static __always_inline __u32 shield_net6_set(const struct shield_policy *policy, __u32 direction, __u64 high, __u64 low)
{
	const struct shield_net6 *net = &policy->net6[direction & 1];
	__u32 at = 0;

	for (__u32 step = SHIELD_NET6_RANGES / 2; step; step >>= 1) {
		__u32 next = at + step;
		__u32 i = next & (SHIELD_NET6_RANGES - 1);

		__u32 above = shield_less64(high, net->high[i]) |
			      (shield_equal64(high, net->high[i]) & shield_less64(low, net->low[i]));

		at += step & shield_less(next, net->count) & ~above;
	}
	return net->set[at & (SHIELD_NET6_RANGES - 1)];
}

/* May an IPv4 address be reached, or bound? */
static __always_inline shield_decision shield_decide_net4(const struct shield_policy *policy, __u32 direction,
							  __u32 address, __u32 proto, __u16 port)
{
	return shield_decide_port(policy, shield_net4_set(policy, direction, address), SHIELD_PORT_KEY(proto, port));
}

/* May an IPv6 address be reached, or bound? */
static __always_inline shield_decision shield_decide_net6(const struct shield_policy *policy, __u32 direction,
							  __u64 high, __u64 low, __u32 proto, __u16 port)
{
	return shield_decide_port(policy, shield_net6_set(policy, direction, high, low), SHIELD_PORT_KEY(proto, port));
}

/* The container's own id for one of the initial user namespace; UINT32_MAX = not mapped. */
static __always_inline __u32 shield_container_id(const struct shield_idmap *map, __u32 outside)
{
	for (__u32 i = 0; i < SHIELD_IDMAP_EXTENTS; i++) {
		const struct shield_idmap_extent *extent = &map->extent[i];

		if (i >= map->count)
			break;
		if (outside - extent->lower < extent->count)
			return outside - extent->lower + extent->first;
	}
	return ~0u;
}

/* May a task take this id (the container's own)? */
static __always_inline shield_decision shield_decide_id(const struct shield_policy *policy,
							const struct shield_ids *ids, __u32 id)
{
	if (!(policy->flags & SHIELD_POLICY_SETUID_DEFAULT_DENY))
		return SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	for (__u32 i = 0; i < SHIELD_ID_RANGES; i++) {
		if (i >= ids->count || id == ~0u)
			break;
		if (id >= ids->range[i].low && id <= ids->range[i].high)
			return SHIELD_ALLOWED_BY(ids->range[i].rule);
	}
	return SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
}

/* May an executable with these names trace a task of its own container? */
static __always_inline shield_decision shield_decide_trace(const struct shield_policy *policy, __u64 names)
{
	if (!(policy->flags & SHIELD_POLICY_PTRACE_DEFAULT_DENY) || (policy->tracers & names))
		return SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_ALLOW, 0));
	return SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
}

/* May a file of this class be opened, or (write) changed? */
static __always_inline shield_decision shield_decide_file(const struct shield_class *class, __u32 write)
{
	if (class->file_deny)
		return SHIELD_REFUSED_BY(SHIELD_REASON_RULE, class->file_deny);
	if (write && class->file_read_only)
		return SHIELD_REFUSED_BY(SHIELD_REASON_RULE, class->file_read_only);
	return SHIELD_ALLOWED_BY(0);
}

/* May a unix socket of this class be connected to? */
static __always_inline shield_decision shield_decide_unix(const struct shield_policy *policy,
							  const struct shield_class *class)
{
	if (class->unix_deny)
		return SHIELD_REFUSED_BY(SHIELD_REASON_RULE, class->unix_deny);
	if (class->unix_allow)
		return SHIELD_ALLOWED_BY(class->unix_allow);
	if (!(policy->flags & SHIELD_POLICY_UNIX_DEFAULT_DENY))
		return SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
	return SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0));
}

/* May a capability be used, in whatever user namespace? */
static __always_inline shield_decision shield_decide_capability(const struct shield_policy *policy, __u32 capability)
{
	__u16 rule = policy->capability[capability & (SHIELD_CAPABILITIES - 1)];

	if (!rule)
		return SHIELD_ALLOWED_BY(0);
	return SHIELD_REFUSED_BY(
		SHIELD_RULE_LIST(rule) == SHIELD_LIST_DENY ? SHIELD_REASON_RULE : SHIELD_REASON_DEFAULT, rule);
}

/* May a socket of this address family exist? */
static __always_inline shield_decision shield_decide_family(const struct shield_policy *policy, __u32 family)
{
	if (family < 64 && (policy->families & 1ull << family))
		return SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_SWITCH, 0));
	return SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_SWITCH, 0));
}

#endif
