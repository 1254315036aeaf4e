/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers, and rules and acts drawn with them, for the tests that hold the enforcement against reference.h, in
 * user space and in the kernel: a helper, no suite. Values are few and close together, so that rules overlap and acts
 * fall on their edges.
 */
#ifndef TESTS_UNIT_PROFILE_GENERATE_H
#define TESTS_UNIT_PROFILE_GENERATE_H

#include "profile/profile.h"

extern uint64_t random_state; /* the seed, until the first draw */

uint64_t next_random(void);
uint32_t below(uint32_t limit);
bool one_in(uint32_t count);
#define PICK(array) ((array)[below(sizeof(array) / sizeof((array)[0]))])

/* Adds entries, which a profile's JSON can hold, to network.egress or network.bind. */
void generate_net(struct shield_profile *profile, enum shield_direction direction);

/* Adds entries, each with a uid or gid, to setuid.allow. */
void generate_ids(struct shield_profile *profile);

/* An address at, before or after an edge of an entry, or anywhere. Returns its family. */
int generate_address(const struct shield_net_rules *rules, uint8_t address[16]);

#endif
