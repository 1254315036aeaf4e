/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers, patterns and paths for tests: a helper, no suite. Equal seeds give equal ones. */
#ifndef TESTS_UNIT_PROFILE_GENERATE_H
#define TESTS_UNIT_PROFILE_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#define RANDOM_PATH_SIZE 256 /* holds any path or pattern made here, with a byte before it */

void random_seed(uint64_t seed);
uint64_t random_state(void);
uint64_t random_next(void);

/* A number below a limit. */
uint32_t random_below(uint32_t limit);
bool random_one_in(uint32_t count);
#define RANDOM_PICK(array) ((array)[random_below(sizeof(array) / sizeof((array)[0]))])

/* A pattern; of ten components `wildcards` have some. */
void random_pattern(char *buffer, uint32_t wildcards);

/* A path that a pattern matches, or, now and then, nearly so. */
void random_match(const char *pattern, char *buffer);

#endif
