/* SPDX-License-Identifier: Apache-2.0 */
/* Making a learned profile shorter and wider, where somebody asks for it: each widened entry has a note. Pure. */
#ifndef SHIELD_RECORD_GENERALISE_H
#define SHIELD_RECORD_GENERALISE_H

#include "base/error.h"
#include "profile/profile.h"

#define SHIELD_GENERALISE_FILES 4 /* of one directory, that stay as they are when nobody says how many */

/*
 * More than `most` files of one directory in exec.allow or exec.libraries become DIRECTORY/ and `*`. Entries with and
 * without `from` stay apart; together, entries are from all of the programs that one of them was from.
 * Returns 0 or -ENOMEM.
 */
int shield_generalise_directories(struct shield_profile *profile, unsigned int most, struct shield_error *error);

/*
 * The addresses of network.egress.allow become networks of so many bits, but for the loopback ones; entries that are
 * then of one network and protocol become one with the ports of all.
 * Returns 0 or -ENOMEM.
 */
int shield_generalise_addresses(struct shield_profile *profile, uint8_t bits4, uint8_t bits6,
				struct shield_error *error);

#endif
