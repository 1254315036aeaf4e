/* SPDX-License-Identifier: Apache-2.0 */
/* The symlinks that were followed for a slot's profile, kept as long as the slot. The lock must be held. */
#ifndef SHIELD_ENGINE_LINKS_H
#define SHIELD_ENGINE_LINKS_H

#include <stdint.h>

#include "engine/engine.h"
#include "profile/links.h"

/*
 * Keeps links with the slot's present generation, in place of those that were kept: which must be the first of them.
 * Returns how many entries of the map that takes; -E2BIG when there is no room on the node; another negative errno.
 */
int shield_slot_links_write(struct shield_engine *engine, uint32_t slot, const struct shield_links *links,
			    struct shield_error *error);

/* Reads what is kept. @ret: release with shield_links_free() */
int shield_slot_links_read(struct shield_engine *engine, uint32_t slot, struct shield_links *ret,
			   struct shield_error *error);

/* Removes what is kept. */
void shield_slot_links_delete(struct shield_engine *engine, uint32_t slot);

#endif
