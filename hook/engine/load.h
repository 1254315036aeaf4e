/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the engine: the only place that knows libbpf's objects. */
#ifndef SHIELD_ENGINE_LOAD_H
#define SHIELD_ENGINE_LOAD_H

#include "base/error.h"

/*
 * Loads this build's programs and maps, pins them, attaches the hooks that are always needed, and sees that they run.
 * The lock must be held and the engine not be loaded. The caller is left in the root cgroup, so that what the engine
 * allocates is charged to no container and no session.
 * Returns 0; -ENOTSUP with what this kernel lacks and how to mend it; another negative errno. On failure nothing of it
 * stays pinned.
 */
int shield_engine_load(struct shield_error *error);

#endif
