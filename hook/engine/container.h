/* SPDX-License-Identifier: Apache-2.0 */
/* Containers under enforcement, as the engine's maps know them. */
#ifndef SHIELD_ENGINE_CONTAINER_H
#define SHIELD_ENGINE_CONTAINER_H

#include <stdint.h>

#include "engine/engine.h"

struct shield_container {
	uint32_t slot;
	struct shield_slot state;
	struct shield_slot_info info;
	struct shield_counters counters; /* zero when none */
};

/*
 * Finds a container by its id, a unique prefix of it, or its container name.
 * Returns 0; -ENOENT; -EEXIST when the prefix is not unique (the error names the candidates).
 */
int shield_container_find(struct shield_engine *engine, const char *id, struct shield_container *ret,
			  struct shield_error *error);

/* The container of a slot's current generation. -ENOENT when it is free. */
int shield_container_at(struct shield_engine *engine, uint32_t slot, struct shield_container *ret,
			struct shield_error *error);

/* Calls `each` for every container until one returns non-zero; returns that, 0, or a negative errno. */
int shield_container_each(struct shield_engine *engine,
			  int (*each)(const struct shield_container *container, void *context), void *context,
			  struct shield_error *error);

/* Is its init still running? */
bool shield_container_is_running(const struct shield_container *container);

/*
 * Does its init run the container's own program although nothing saw it being executed? Then nothing is enforced on
 * it, as after a restore from a checkpoint. False for the runtime's own work before the program, and for containers of
 * users: their file systems could hold up whoever looks.
 */
bool shield_container_is_unarmed(const struct shield_container *container);

/*
 * Has the container's first process left the container's cgroup, and nobody is in it? What a runtime executes in such a
 * container goes elsewhere, too, and is not known to be the container's.
 */
bool shield_container_is_astray(const struct shield_container *container);

/* Break-glass for one container: audit or enforce. Leaves an event; where it cannot, *error says so beside 0. */
int shield_container_set_mode(struct shield_engine *engine, const struct shield_container *container, bool audit,
			      struct shield_error *error);

/*
 * Gathers from now on what the container's profile refuses or reports, for a recording. -EEXIST when it is recorded
 * already.
 */
int shield_container_observe(struct shield_engine *engine, const struct shield_container *container, const char *name,
			     struct shield_error *error);

/* Reads the canonical text (JSON) of a container's policy. @ret: owned by the caller */
int shield_container_profile(struct shield_engine *engine, const struct shield_container *container, char **ret,
			     struct shield_error *error);

#endif
