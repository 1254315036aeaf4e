/* SPDX-License-Identifier: Apache-2.0 */
/* How long to wait before the next attempt. Pure. */
#ifndef SHIELD_SINKS_BACKOFF_H
#define SHIELD_SINKS_BACKOFF_H

#include <stdint.h>

#define SHIELD_BACKOFF_FIRST 1000     /* ms */
#define SHIELD_BACKOFF_MAX 300000     /* ms */
#define SHIELD_BACKOFF_ASKED_MAX 3600 /* s: nobody can ask for more */

/*
 * Doubles with each failure, and differs by up to a quarter from one sender to the next, so that many of them do not come
 * back together.
 * @failures: in a row, at least 1
 * @asked: s that the receiver asked for (Retry-After), 0 = it did not; never less than that is waited
 * @random: any number
 * Returns ms.
 */
uint32_t shield_backoff(unsigned int failures, uint32_t asked, uint32_t random);

#endif
