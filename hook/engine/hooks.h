/* SPDX-License-Identifier: Apache-2.0 */
/* The programs on LSM hooks, by name, and which rules need which. Pure: what is loaded and attached is programs.h's. */
#ifndef SHIELD_ENGINE_HOOKS_H
#define SHIELD_ENGINE_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/abi.h"

struct shield_hook {
	const char *program;  /* its name in bpf/, and of its link's pin */
	const char *lsm;      /* the LSM hook; or the tracepoint */
	const char *function; /* behind "security_", where it is not called like the hook; NULL = it is */
	const char *unless;   /* kernels without this struct need no such program; NULL = all need it */
	uint32_t kinds;	      /* bit n = rules of kind n need it; all bits = always attached */
	bool is_void;	      /* the function returns nothing */
	bool front_only;      /* only in front of security_*(): SHIELD_TIER_FMOD_RET */
	bool is_tracepoint;
};
#define SHIELD_HOOK_ALWAYS UINT32_MAX
#define SHIELD_HOOK_RECORD (1u << SHIELD_KIND_NONE) /* no rule's, but a recording's */

/* The table, ended by an entry without a program. An index into it is a bit of shield_control.attached. */
extern const struct shield_hook shield_hooks[];

/* The hooks that rules of these kinds need in a tier, as bits. SHIELD_HOOK_ALWAYS gives those that are always needed. */
uint64_t shield_hooks_of(uint32_t kinds, enum shield_tier tier);

/* The hooks that nothing but these kinds needs, as bits. */
uint64_t shield_hooks_only_of(uint32_t kinds);

/*
 * Writes what stands for the hook in the kernel's types: the function bpf_lsm_NAME or security_NAME, by the tier; the
 * type btf_trace_NAME for a tracepoint.
 */
void shield_hook_function(const struct shield_hook *hook, enum shield_tier tier, char *buffer, size_t size);

/* The rules of a policy, as bits of their kinds. */
uint32_t shield_policy_kinds(const struct shield_policy *policy);

#endif
