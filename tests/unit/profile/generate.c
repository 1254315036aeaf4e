/* SPDX-License-Identifier: Apache-2.0 */
#include "generate.h"

#include <string.h>

static uint64_t state;

void random_seed(uint64_t seed)
{
	state = seed;
}

uint64_t random_state(void)
{
	return state;
}

/* splitmix64 */
uint64_t random_next(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15ull);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

uint32_t random_below(uint32_t limit)
{
	return (uint32_t)(random_next() % limit);
}

bool random_one_in(uint32_t count)
{
	return !random_below(count);
}

static const char *const words[] = {
	"a",
	"b",
	"aa",
	"ab",
	"ba",
	"aab",
	"x",
	"bin",
	"lib",
	"\xc3\xa9",
	"0123456789012345678901234567890123456789012345678901234567890", /* 61, 62 and 63 bytes */
	"01234567890123456789012345678901234567890123456789012345678901",
	"012345678901234567890123456789012345678901234567890123456789012"
};
static const char *const wild[] = { "*", "*", "**", "**", "a*", "*a", "a*b", "*b*", "*a*b", "b*a*" };

void random_pattern(char *buffer, uint32_t wildcards)
{
	uint32_t components = 1 + random_below(4);

	*buffer = '\0';
	for (uint32_t i = 0; i < components; i++) {
		strcat(buffer, "/");
		strcat(buffer, random_below(10) < wildcards ? RANDOM_PICK(wild)
							    : words[random_below(random_one_in(20) ? 13 : 9)]);
	}
}

/* Puts bytes where a pattern's `*` stands; none only where that matches. */
static char *fill_run(char *out, bool empty_too)
{
	uint32_t count = empty_too ? random_below(3) : 1 + random_below(2);

	while (count--)
		*out++ = "abx"[random_below(3)];
	return out;
}

void random_match(const char *pattern, char *buffer)
{
	char *out = buffer;

	for (const char *at = pattern; *at; at++) {
		if (*at != '*') {
			*out++ = *at;
			continue;
		}
		if (at[1] == '*') {
			at++;
			for (uint32_t levels = random_below(3); levels; levels--) {
				out = fill_run(out, false);
				*out++ = '/';
			}
			out = fill_run(out, false);
		} else {
			out = fill_run(out, at[-1] != '/' || (at[1] != '/' && at[1]));
		}
	}
	*out = '\0';
	if (random_one_in(6))
		strcpy(out, RANDOM_PICK(words));
	else if (random_one_in(6) && out > buffer + 2)
		out[-1] = '\0';
	else if (random_one_in(6))
		strcpy(out, "/a");
}
