/* SPDX-License-Identifier: Apache-2.0 */
/* The two ways in which programs can run on this kernel. */
#ifndef SHIELD_ENGINE_TIER_H
#define SHIELD_ENGINE_TIER_H

#include <stdbool.h>

#include "base/error.h"
#include "bpf/abi.h"

/* What people call it. */
const char *shield_tier_name(enum shield_tier tier);

/* Is `bpf` listed among the active LSMs (/sys/kernel/security/lsm)? True also where that cannot be read. */
bool shield_tier_lsm_is_likely(void);

/*
 * May programs stand in front of security_*()? The kernel skips such a program for whoever runs on a CPU on which it is
 * preempted at that moment, so it takes a kernel that does not preempt them.
 * @program: descriptor of the preemption program (bpf/control.bpf.c)
 * Returns 0, or -ENOTSUP with what to change.
 */
int shield_tier_front_is_safe(int program, struct shield_error *error);

#endif
