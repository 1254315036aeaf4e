/* SPDX-License-Identifier: Apache-2.0 */
/* A point in time as people give it. */
#ifndef SHIELD_EVENTS_SINCE_H
#define SHIELD_EVENTS_SINCE_H

#include <stdint.h>

#include "base/error.h"

/*
 * Reads a length of time before now, "90s", "10m", "2h" or "3d", or a time of RFC 3339, "2024-05-01T12:03:14Z",
 * "2024-05-01T14:03:14.5+02:00".
 * @now: wall clock, ns since 1970; @ret: the same
 * Returns 0 or -EINVAL.
 */
int shield_since_parse(const char *word, uint64_t now, uint64_t *ret, struct shield_error *error);

#endif
