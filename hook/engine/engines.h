/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All engines of this node. Every build has an engine of its own, which loads beside those of others, and a container
 * stays with the one that it started under. What any build may rely on of any other's, for ever:
 *
 *	SHIELD_BPFFS/HASH, HASH of 16 hexadecimal digits, with the folders map/ prog/ link/ container/; while it is
 *	being loaded the folder is HASH-new
 *	map/control	begins with abi, off, off_since, sequence (struct shield_engine_header)
 *	map/cgroups	from the id of a container's cgroup (u64) to its slot (u32); an entry may be deleted when the
 *			cgroup is gone
 *	map/tags	task storage: a task that has an entry is a container's, or is about to be
 *	prog/guard_sysctl, where there is one, is attached to the root cgroup and detached before its pin goes
 *	SHIELD_RUN_DIR/lock is held by whoever changes any of it, but for `off`
 *	abi is SHIELD_ABI_REMOVED in an engine that is being removed: link/ goes first, and the lock is held. Who has
 *	it open looks at that once it holds the lock.
 *
 * The rest is only for a build whose abi is the same.
 */
#ifndef SHIELD_ENGINE_ENGINES_H
#define SHIELD_ENGINE_ENGINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/pins.h"

#define SHIELD_ABI_REMOVED 0

/* The frozen beginning of struct shield_control. */
struct shield_engine_header {
	uint32_t abi;
	uint32_t off;
	uint64_t off_since;
	uint64_t sequence;
};

/* Reads an engine's header. -ENOENT when it is not there, or being removed. */
int shield_engine_header(const char *hash, struct shield_engine_header *ret, struct shield_error *error);

/*
 * Calls `each` for every engine, this build's too, until one returns non-zero; returns that, 0, or a negative errno
 * when nobody can tell which there are.
 */
int shield_engines_each(int (*each)(const char *hash, void *context), void *context, struct shield_error *error);

/* How many containers of an engine have processes, as its cgroups map says; or a negative errno. */
int shield_engine_containers(const char *hash, struct shield_error *error);

/*
 * Are there engines of other builds, or remains of any? One stat(2).
 * @loaded: this build's engine is there
 */
bool shield_engines_have_others(bool loaded);

/* Is a cgroup that of a container of another build's engine? */
bool shield_engines_hold(uint64_t cgroup);

/* Is some engine of another build switched off? @ret_since: when, as its header has it */
bool shield_engines_are_off(uint64_t *ret_since);

/*
 * Break-glass: switches all engines off or on, and leaves an event in each that has this build's layouts. It takes no
 * lock: it works when everything else hangs. Returns how many there are, or a negative errno; all were tried then.
 * Where an event cannot be left, *error says so beside the number.
 */
int shield_engines_switch(bool off, struct shield_error *error);

/*
 * Removes engines of other builds whose last container has ended, and what a killed loader left. One stat(2) where
 * there is nothing else than this build's engine. The lock must be held.
 * @loaded: this build's engine is. Where it is not, one that is switched off is kept: it is what says so
 * Returns how many were removed.
 */
unsigned int shield_engines_sweep(bool loaded);

/* Removes an engine, or what is left of one. The lock must be held. */
void shield_engine_remove(const char *hash);

/*
 * Removes what one that was killed has left of an engine that it was removing, so that it can be loaded. The lock must
 * be held. -EEXIST when it is something else.
 */
int shield_engine_clear(const char *hash, struct shield_error *error);

#endif
