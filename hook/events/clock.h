/* SPDX-License-Identifier: Apache-2.0 */
/* Times of the engine (CLOCK_BOOTTIME) as people and machines read them. */
#ifndef SHIELD_EVENTS_CLOCK_H
#define SHIELD_EVENTS_CLOCK_H

#include <stdint.h>

#define SHIELD_RFC3339_MAX 40 /* bytes of a time's text, with its NUL */
#define SHIELD_AGE_MAX 32

/* ns since boot, suspended time included (clock_gettime(2), CLOCK_BOOTTIME). */
uint64_t shield_clock_boot(void);

/* The wall clock's ns since 1970 for a time since boot, as the two clocks stand to each other now. */
uint64_t shield_clock_wall(uint64_t boot);

/* "2024-05-01T12:03:14.123456789Z": RFC 3339, always UTC and ns. Returns `buffer`. */
const char *shield_clock_rfc3339(uint64_t wall, char buffer[SHIELD_RFC3339_MAX]);

/* A length of time in its largest whole unit: "12s", "5m", "3h", "2d". Returns `buffer`. */
const char *shield_clock_age(uint64_t ns, char buffer[SHIELD_AGE_MAX]);

#endif
