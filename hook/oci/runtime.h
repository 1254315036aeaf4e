/* SPDX-License-Identifier: Apache-2.0 */
/* Containers as their runtimes know them, for one that no hook was called for. */
#ifndef SHIELD_OCI_RUNTIME_H
#define SHIELD_OCI_RUNTIME_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"
#include "oci/state.h"

/* Where a runtime keeps its containers, each in a folder of its id. */
struct shield_runtime_root {
	const char *runtime; /* its program's name */
	const char *folder;  /* a glob(7) pattern */
	const char *file;    /* what a container's folder has in it where it is this runtime's; NULL = any is */
};

/* Those of crun and runc, by podman, CRI-O and containerd; ended by one without a runtime. */
extern const struct shield_runtime_root shield_runtime_roots[];

/* Finds a runtime's program: on PATH, or where packages of CRI-O have theirs. */
bool shield_runtime_program(const char *runtime, char ret[PATH_MAX]);

/*
 * Finds a container by its id or a unique prefix of it, and asks its runtime for its state.
 * @ret_text: what the state borrows from; owned by the caller
 * @ret: release with shield_state_free()
 * Returns 0; -ENOENT; -EEXIST when the prefix is not unique (the error names the candidates); another negative errno
 * with what the runtime says.
 */
int shield_runtime_find(const struct shield_runtime_root *roots, const char *id, char **ret_text,
			struct shield_state *ret, struct shield_error *error);

/*
 * Calls `each` with the state of every container, as its runtime has it, until one returns non-zero; returns that, or 0.
 * One whose runtime does not answer is left out: it may have ended.
 */
int shield_runtime_each(const struct shield_runtime_root *roots,
			int (*each)(const struct shield_state *state, void *context), void *context);

/* The id of the container that podman calls `name`. @ret: owned by the caller. Returns 0 or -ENOENT. */
int shield_runtime_podman_id(const char *name, char **ret, struct shield_error *error);

#endif
