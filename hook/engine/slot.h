/* SPDX-License-Identifier: Apache-2.0 */
/* Slots: claimed, filled, and released with all that goes with them. The lock must be held. */
#ifndef SHIELD_ENGINE_SLOT_H
#define SHIELD_ENGINE_SLOT_H

#include <stdint.h>

#include "engine/engine.h"

/* Claims a free slot for a user's container. -ENOSPC when all are taken. */
int shield_slot_claim(struct shield_engine *engine, uint32_t owner, uint32_t *ret, struct shield_error *error);

/* Makes a filled slot live. */
void shield_slot_open(struct shield_engine *engine, uint32_t slot, const struct shield_slot_info *info);

/* Removes a slot and everything that goes with it. A tag that still names it matches nothing from then on. */
void shield_slot_release(struct shield_engine *engine, uint32_t slot);

/* The path of a pin that belongs to a slot's present generation. */
void shield_slot_pin(const struct shield_engine *engine, uint32_t slot, const char *name, char *buffer, size_t size);

/* The pins that a slot can have: names for shield_slot_pin(), NULL-terminated. */
extern const char *const shield_slot_pins[];
#define SHIELD_PIN_PEER4 "network_peer4"
#define SHIELD_PIN_PEER6 "network_peer6"

#endif
