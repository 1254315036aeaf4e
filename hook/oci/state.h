/* SPDX-License-Identifier: Apache-2.0 */
/* The container's state as the runtime hands it to a hook on standard input (OCI runtime-spec, runtime.md "State"). */
#ifndef SHIELD_OCI_STATE_H
#define SHIELD_OCI_STATE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/error.h"

#define SHIELD_STATE_MAX (1024 * 1024) /* bytes of a state that is read */

struct shield_annotation {
	const char *key, *value;
};

/* Strings are borrowed from the text it was parsed from. */
struct shield_state {
	const char *id;	    /* printable, without '/' and shorter than SHIELD_ID_MAX */
	const char *bundle; /* absolute */
	const char *
		status; /* "created", "running", ...; NULL = not said; what a hook reads there depends on the runtime */
	pid_t pid;	/* of the container's init in the hook's pid namespace; 0 = not said, as at poststop */
	struct shield_annotation *annotations; /* owned */
	size_t annotation_count;
};

/*
 * Parses a state. Members it does not know are ignored: runtimes add some, and `status` differs between them.
 * @text: `length` bytes and a NUL behind them; decoded in place, so it is modified and must outlive the state
 * @ret: release with shield_state_free()
 * Returns 0; -EINVAL with the member that is missing or malformed; -ENOMEM.
 */
int shield_state_parse(char *text, size_t length, struct shield_state *ret, struct shield_error *error);

/* Releases what the state owns. A zeroed state is fine. */
void shield_state_free(struct shield_state *state);
#define _cleanup_state_ _cleanup_(shield_state_free)

#endif
