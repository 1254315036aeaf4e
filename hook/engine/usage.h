/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine's programs cost: how often they ran and how long, as the kernel counts it while somebody asks. */
#ifndef SHIELD_ENGINE_USAGE_H
#define SHIELD_ENGINE_USAGE_H

#include <stdint.h>

#include "engine/engine.h"

#define SHIELD_USAGE_NAME_MAX 64

struct shield_usage {
	uint32_t id;			  /* of the program, in the kernel */
	char name[SHIELD_USAGE_NAME_MAX]; /* as in bpf/ */
	uint64_t runs;
	uint64_t time; /* ns */
};

/*
 * Has the kernel count, for all BPF programs of the node (bpf(2), BPF_ENABLE_STATS; it costs each run some ns).
 * @ret_fd: owned by the caller; while anybody has one open the kernel counts
 */
int shield_usage_enable(int *ret_fd, struct shield_error *error);

/* Calls `each` for every program on a hook, as shield_usage_each() does. */
int shield_usage_each_hook(const struct shield_engine *engine,
			   int (*each)(const struct shield_usage *usage, void *context), void *context,
			   struct shield_error *error);

/*
 * Calls `each` for every program that is pinned, until one returns non-zero; returns that, 0, or a negative errno.
 * What was counted so far stays when nobody counts any more.
 */
int shield_usage_each(const struct shield_engine *engine, int (*each)(const struct shield_usage *usage, void *context),
		      void *context, struct shield_error *error);

#endif
