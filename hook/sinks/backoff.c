/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/backoff.h"

uint32_t shield_backoff(unsigned int failures, uint32_t asked, uint32_t random)
{
	uint32_t wait = SHIELD_BACKOFF_FIRST;

	while (--failures && wait < SHIELD_BACKOFF_MAX)
		wait *= 2;
	if (wait > SHIELD_BACKOFF_MAX)
		wait = SHIELD_BACKOFF_MAX;
	if (asked > SHIELD_BACKOFF_ASKED_MAX)
		asked = SHIELD_BACKOFF_ASKED_MAX;
	if (wait < asked * 1000)
		wait = asked * 1000;
	return wait + random % (wait / 4 + 1);
}
