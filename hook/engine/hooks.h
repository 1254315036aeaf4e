/* SPDX-License-Identifier: Apache-2.0 */
/* The programs on LSM hooks, by name, and which rules need which: a hook is attached when a policy first needs it. */
#ifndef SHIELD_ENGINE_HOOKS_H
#define SHIELD_ENGINE_HOOKS_H

#include <stdint.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "engine/engine.h"

struct shield_hook {
	const char *program; /* its name in bpf/, and of its pins */
	const char *lsm;     /* the LSM hook */
	uint32_t kinds;	     /* bit n = rules of kind n need it; all bits = always attached */
};
#define SHIELD_HOOK_ALWAYS UINT32_MAX

/* The table, ended by an entry without a program. An index into it is a bit of shield_control.attached. */
extern const struct shield_hook shield_hooks[];

/*
 * Attaches what a policy needs and is not attached yet. The lock must be held.
 * Returns 0; -ENOTSUP naming the rule whose hook this kernel does not have or refuses; another negative errno.
 */
int shield_hooks_require(struct shield_engine *engine, const struct shield_policy *policy, struct shield_error *error);

/* Attaches one program of the table and pins the link. @program: its descriptor; @pin: where */
int shield_hook_attach(const struct shield_hook *hook, int program, const char *pin, struct shield_error *error);

#endif
