/* SPDX-License-Identifier: Apache-2.0 */
#include "events/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define NS 1000000000ull

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * NS + (uint64_t)time.tv_nsec;
}

uint64_t shield_clock_boot(void)
{
	return now(CLOCK_BOOTTIME);
}

uint64_t shield_clock_wall(uint64_t boot)
{
	return now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) + boot;
}

const char *shield_clock_rfc3339(uint64_t wall, char buffer[SHIELD_RFC3339_MAX])
{
	time_t seconds = (time_t)(wall / NS);
	struct tm parts = {};
	char date[24]; /* 19 bytes until the year 9999; a 64-bit count of ns ends in 2554 */

	gmtime_r(&seconds, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(buffer, SHIELD_RFC3339_MAX, "%s.%09uZ", date, (unsigned int)(wall % NS));
	return buffer;
}

const char *shield_clock_age(uint64_t ns, char buffer[SHIELD_AGE_MAX])
{
	uint64_t seconds = ns / NS;

	if (seconds < 60)
		snprintf(buffer, SHIELD_AGE_MAX, "%" PRIu64 "s", seconds);
	else if (seconds < 60 * 60)
		snprintf(buffer, SHIELD_AGE_MAX, "%" PRIu64 "m", seconds / 60);
	else if (seconds < 24 * 60 * 60)
		snprintf(buffer, SHIELD_AGE_MAX, "%" PRIu64 "h", seconds / (60 * 60));
	else
		snprintf(buffer, SHIELD_AGE_MAX, "%" PRIu64 "d", seconds / (24 * 60 * 60));
	return buffer;
}
