/* SPDX-License-Identifier: Apache-2.0 */
/* The hook's side, in a user namespace, where it can enforce nothing itself: it asks shieldd to. */
#ifndef SHIELD_ROOTLESS_PLEAD_H
#define SHIELD_ROOTLESS_PLEAD_H

#include "oci/state.h"
#include "rootless/message.h"

/*
 * Asks, and waits for the answer.
 * @text: the OCI state as the runtime wrote it, `length` bytes; @state: the same, parsed
 * @warn: hears shieldd's warnings
 * Returns 0 when shieldd has done it; -ENOTCONN where no shieldd runs; -EPERM when it refuses; -EAGAIN when it stays
 * busy; another negative errno.
 */
int shield_plead(enum shield_plea_stage stage, const char *text, size_t length, const struct shield_state *state,
		 void (*warn)(const char *message), struct shield_error *error);

/* Would shieldd hear? Returns 0, or a negative errno. */
int shield_plead_probe(struct shield_error *error);

#endif
