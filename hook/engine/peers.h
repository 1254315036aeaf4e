/* SPDX-License-Identifier: Apache-2.0 */
/* The programs that note UDP peers who spoke first, on a container's cgroup. The lock must be held. */
#ifndef SHIELD_ENGINE_PEERS_H
#define SHIELD_ENGINE_PEERS_H

#include <stdint.h>

#include "engine/engine.h"

/* Attaches them, and pins the links with the slot. @cgroup: the container's, a directory; borrowed */
int shield_peers_link(const struct shield_engine *engine, uint32_t slot, int cgroup, struct shield_error *error);

/* Detaches them. */
void shield_peers_unlink(const struct shield_engine *engine, uint32_t slot);

#endif
