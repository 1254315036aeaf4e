/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/cover.h"

#include <stdint.h>
#include <string.h>

/* A component of a pattern: the bytes before the next '/' or the end. */
struct component {
	const char *text;
	size_t length;
};

static struct component first_component(const char *text)
{
	return (struct component){ text, strcspn(text, "/") };
}

/* The rest of a pattern after its first component and the '/'; NULL at the end. */
static const char *after_component(const char *text)
{
	text += strcspn(text, "/");
	return *text ? text + 1 : NULL;
}

static bool is_levels(struct component component)
{
	return component.length == 2 && !memcmp(component.text, "**", 2);
}

/*
 * Within one level a run of `wide` takes any bytes of `narrow`, its runs too, since these hold no '/'. What fails
 * starts again at the last run with one byte more taken.
 */
static bool component_covers(struct component wide, struct component narrow)
{
	size_t w = 0, n = 0, run = SIZE_MAX, taken = 0;

	if (is_levels(narrow))
		return false;
	while (n < narrow.length) {
		if (w < wide.length && wide.text[w] == '*') {
			run = ++w;
			taken = n;
		} else if (w < wide.length && wide.text[w] == narrow.text[n]) {
			w++;
			n++;
		} else if (run != SIZE_MAX) {
			w = run;
			n = ++taken;
		} else {
			return false;
		}
	}
	while (w < wide.length && wide.text[w] == '*')
		w++;
	return w == wide.length;
}

/* The same one level up: `**` takes one or more components, those that are `**` too. */
bool shield_pattern_covers(const char *wide, const char *narrow)
{
	const char *levels = NULL, *taken = NULL;

	if (*wide != *narrow) /* a path and an abstract name */
		return false;
	wide++;
	narrow++;
	while (narrow) {
		if (wide && is_levels(first_component(wide))) {
			levels = after_component(wide);
			taken = after_component(narrow);
			wide = levels;
			narrow = taken;
		} else if (wide && component_covers(first_component(wide), first_component(narrow))) {
			wide = after_component(wide);
			narrow = after_component(narrow);
		} else if (taken) {
			taken = after_component(taken);
			wide = levels;
			narrow = taken;
		} else {
			return false;
		}
	}
	return !wide;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	if (memcmp(a, b, bits / 8))
		return false;
	return !(bits % 8) || !((a[bits / 8] ^ b[bits / 8]) >> (8 - bits % 8));
}

/* An entry without `to` holds in both families, so one of all addresses of one family does not cover it. */
static bool address_covers(const struct shield_net_entry *wide, const struct shield_net_entry *narrow)
{
	if (!wide->family)
		return true;
	return wide->family == narrow->family && wide->prefix <= narrow->prefix &&
	       same_bits(wide->address, narrow->address, wide->prefix);
}

static bool span_is_covered(const struct shield_net_entry *wide, struct shield_port_span span)
{
	for (size_t i = 0; i < wide->port_count; i++)
		if (wide->ports[i].low <= span.low && wide->ports[i].high >= span.high)
			return true;
	return false;
}

static bool ports_cover(const struct shield_net_entry *wide, const struct shield_net_entry *narrow)
{
	if (!wide->port_count)
		return true;
	if (!narrow->port_count)
		return false;
	for (size_t i = 0; i < narrow->port_count; i++)
		if (!span_is_covered(wide, narrow->ports[i]))
			return false;
	return true;
}

bool shield_net_entry_covers(const struct shield_net_entry *wide, const struct shield_net_entry *narrow)
{
	if (wide->proto && wide->proto != narrow->proto)
		return false;
	return address_covers(wide, narrow) && ports_cover(wide, narrow);
}
