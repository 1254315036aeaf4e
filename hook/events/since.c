/* SPDX-License-Identifier: Apache-2.0 */
#include "events/since.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/names.h"

#define NS 1000000000ull
#define DIGITS "0123456789"

/* Has a word this shape? 'd' stands for a digit, other characters for themselves. */
static bool has_shape(const char *word, const char *shape)
{
	for (; *shape; word++, shape++)
		if (*shape == 'd' ? *word < '0' || *word > '9' : *word != *shape)
			return false;
	return true;
}

static unsigned int number(const char *digits, size_t count)
{
	unsigned int value = 0;

	while (count--)
		value = value * 10 + (unsigned int)(*digits++ - '0');
	return value;
}

/* "90s", "10m", "2h", "3d" */
static bool parse_age(const char *word, uint64_t *ret)
{
	static const struct {
		char letter;
		uint64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 60 * 60 }, { 'd', 24 * 60 * 60 } };
	size_t digits = strspn(word, DIGITS);

	if (!digits || digits > 5 || !word[digits] || word[digits + 1])
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (word[digits] == units[i].letter) {
			*ret = number(word, digits) * units[i].seconds * NS;
			return true;
		}
	}
	return false;
}

/* ".5", or nothing: ns. Returns what follows. */
static const char *parse_fraction(const char *word, uint64_t *ret)
{
	uint64_t unit = NS / 10;

	*ret = 0;
	if (!has_shape(word, ".d"))
		return word;
	for (word++; *word >= '0' && *word <= '9'; word++, unit /= 10)
		*ret += unit * (uint64_t)(*word - '0');
	return word;
}

/* "Z", "+02:00": seconds east of Greenwich. */
static bool parse_zone(const char *word, int *ret)
{
	*ret = 0;
	if (!strcmp(word, "Z"))
		return true;
	if ((!has_shape(word, "+dd:dd") && !has_shape(word, "-dd:dd")) || word[6])
		return false;
	*ret = (int)(number(word + 1, 2) * 60 * 60 + number(word + 4, 2) * 60) * (*word == '-' ? -1 : 1);
	return number(word + 1, 2) < 24 && number(word + 4, 2) < 60;
}

static bool parse_date(const char *word, uint64_t *ret)
{
	struct tm parts = {};
	uint64_t fraction;
	const char *rest;
	time_t seconds;
	int zone;

	if (!has_shape(word, "dddd-dd-ddTdd:dd:dd"))
		return false;
	rest = strptime(word, "%Y-%m-%dT%H:%M:%S", &parts);
	if (!rest)
		return false;
	rest = parse_fraction(rest, &fraction);
	if (!parse_zone(rest, &zone))
		return false;
	seconds = timegm(&parts) - zone;
	if (seconds < 0 || (uint64_t)seconds >= INT64_MAX / NS)
		return false;
	*ret = (uint64_t)seconds * NS + fraction;
	return true;
}

int shield_since_parse(const char *word, uint64_t now, uint64_t *ret, struct shield_error *error)
{
	uint64_t age;
	char shown[48];

	if (parse_age(word, &age)) {
		*ret = age < now ? now - age : 0;
		return 0;
	}
	if (parse_date(word, ret))
		return 0;
	return shield_fail(error, EINVAL, "\"%s\" is no time: 90s, 10m, 2h or 3d ago, or 2024-05-01T12:03:14Z",
			   shield_printable(word, shown, sizeof(shown)));
}
