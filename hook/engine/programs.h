/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's programs: the base is loaded with the maps, the rest when a policy first needs it. The only place that
 * knows libbpf's objects.
 */
#ifndef SHIELD_ENGINE_PROGRAMS_H
#define SHIELD_ENGINE_PROGRAMS_H

#include <bpf/libbpf.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "engine/engine.h"
#include "engine/hooks.h"

static inline void shield_object_closep(struct bpf_object **object)
{
	bpf_object__close(*object);
}
#define _cleanup_object_ _cleanup_(shield_object_closep)

/* Is the program one of the table, or one that is on no LSM hook? */
bool shield_program_is_on_hook(const struct bpf_program *program);

/*
 * Loads what an engine begins with: new maps, the programs that are on no hook, and those of some hooks.
 * @hooks: which of the table, as bits
 * @ret: the loaded object, owned by the caller
 * Returns 0; -ENOTSUP naming a hook that this kernel does not have, or what libbpf says; another negative errno.
 */
int shield_programs_load(enum shield_tier tier, uint64_t hooks, struct bpf_object **ret, struct shield_error *error);

/*
 * Attaches programs of a loaded object, pins their links below @folder (the engine's), and notes the programs as
 * guarded.
 * @ret_attached: gets the bits of what is attached, also on failure
 */
int shield_programs_attach(struct bpf_object *object, uint64_t hooks, const char *folder, int guarded,
			   uint64_t *ret_attached, struct shield_error *error);

/*
 * Loads one of the programs that are neither the engine's base nor on a hook, joined to the engine's maps.
 * @ret: the loaded object, owned by the caller
 */
int shield_programs_load_on_demand(struct shield_engine *engine, const char *name, struct bpf_object **ret,
				   struct shield_error *error);

/* Notes what a descriptor is of, a map or a program, as guarded. */
int shield_programs_guard(int guarded, enum shield_part part, int fd, struct shield_error *error);

/* It is not to be guarded any more: it goes. */
void shield_programs_unguard(int guarded, enum shield_part part, int fd);

/*
 * Looks which hooks this kernel lacks.
 * @ret_kinds: gets the rules that cannot be enforced for it, as bits of their kinds
 */
int shield_programs_lacking(enum shield_tier tier, uint32_t *ret_kinds, struct shield_error *error);

/*
 * Sees that all that rules of these kinds need is attached: loads what is not. The lock must be held.
 * Returns 0; -ENOTSUP naming a rule that cannot be enforced on this kernel, when all others can be; another negative
 * errno.
 */
int shield_programs_require(struct shield_engine *engine, uint32_t kinds, struct shield_error *error);

/* Detaches what nothing but these kinds needs. The lock must be held. */
void shield_programs_retire(struct shield_engine *engine, uint32_t kinds);

#endif
