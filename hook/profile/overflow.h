/* SPDX-License-Identifier: Apache-2.0 */
/* Names what made an automaton too large. */
#ifndef SHIELD_PROFILE_OVERFLOW_H
#define SHIELD_PROFILE_OVERFLOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "profile/automaton.h"

/*
 * Fails because the patterns need more than `limit` of `what`: names the list that most of them are in where even
 * without wildcards they need too many, else the pattern whose wildcards take part in most states.
 * @members, @count: the nodes in all states made so far
 * @needed: what they need without wildcards
 * Returns -E2BIG.
 */
int shield_automaton_overflow(const struct shield_automaton *automaton, const uint32_t *members, size_t count,
			      const char *what, size_t needed, uint32_t limit, struct shield_error *error);

#endif
