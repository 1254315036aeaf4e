/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules and acts drawn at random, for the tests that hold the enforcement against reference.h, in user space and in the
 * kernel: a helper, no suite. Values are few and close together, so that rules overlap and acts fall on their edges.
 */
#ifndef TESTS_UNIT_PROFILE_GENERATE_RULES_H
#define TESTS_UNIT_PROFILE_GENERATE_RULES_H

#include "profile/profile.h"

/* Adds entries, which a profile's JSON can hold, to network.egress or network.bind. */
void generate_net(struct shield_profile *profile, enum shield_direction direction);

/* Adds entries, each with a uid or gid, to setuid.allow. */
void generate_ids(struct shield_profile *profile);

/* An address at, before or after an edge of an entry, or anywhere. Returns its family. */
int generate_address(const struct shield_net_rules *rules, uint8_t address[16]);

#endif
