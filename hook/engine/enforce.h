/* SPDX-License-Identifier: Apache-2.0 */
/* From what a container's annotations ask for to its enforcement: what the hook does, and shieldd for users' hooks. */
#ifndef SHIELD_ENGINE_ENFORCE_H
#define SHIELD_ENGINE_ENFORCE_H

#include "base/error.h"
#include "oci/client.h"
#include "oci/state.h"
#include "profile/select.h"

struct shield_enforce {
	const struct shield_state *state;
	const struct shield_subject *subject;
	struct shield_client *client; /* as in struct shield_attach */
	void (*warn)(const char *message);
};

/*
 * Selects by the node's configuration, and attaches what it selects; nothing where that is nothing.
 * Returns 0; -EPERM where the node refuses the container; what shield_select(), shield_profile_load() and
 * shield_attach() return: the container must not start.
 */
int shield_enforce(const struct shield_enforce *enforce, struct shield_error *error);

#endif
