/* SPDX-License-Identifier: Apache-2.0 */
/* What attach must know of a container, gathered before anything is changed. */
#ifndef SHIELD_ENGINE_FACTS_H
#define SHIELD_ENGINE_FACTS_H

#include <stdint.h>

#include "engine/announce.h"
#include "oci/bundle.h"
#include "oci/cgroup.h"
#include "oci/client.h"
#include "oci/state.h"

struct shield_facts {
	bool running; /* the container has started */
	struct shield_bundle bundle;
	struct shield_cgroup cgroup;
	int init;	     /* pidfd, owned */
	uint64_t init_start; /* clock ticks */
	int root;	     /* the root directory, O_PATH, owned */
	bool overlay;	     /* the root is one */
	struct shield_idmap uids, gids;
	struct shield_looker looker;
	struct shield_resolve root_seen; /* the root as enforcement sees it */
	struct shield_resolve host_seen; /* the hook's own root */
};
#define SHIELD_FACTS_NONE ((struct shield_facts){ .init = -1, .root = -1, .looker = { -1 } })

/*
 * Gathers the facts of a container that is being created, or that runs. The engine must be loaded.
 * @client: the user whose container it is, checked here; its bundle is taken over. NULL = root
 * @ret: release with shield_facts_free()
 * Returns 0; -EPERM for a container that shares its cgroup or its root with the host, or is not the client's; -ENOTSUP
 * for one that never execs; another negative errno.
 */
int shield_facts_gather(const struct shield_state *state, struct shield_client *client, bool running,
			struct shield_facts *ret, struct shield_error *error);

void shield_facts_free(struct shield_facts *facts);
#define _cleanup_facts_ _cleanup_(shield_facts_free)

#endif
