/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/overlap.h"

#include <string.h>

#include "bpf/abi.h"

/* A pattern in parts: the bytes of a component, or the components of a pattern. */
struct components {
	const char *text[SHIELD_DEPTH_MAX + 1];
	size_t length[SHIELD_DEPTH_MAX + 1];
	size_t count;
};

/*
 * Both tables are filled from the ends of the patterns: row[j] tells whether what is left of `a` from i on and of `b`
 * from j on can match the same. A run takes whatever the other has there, a run of it too.
 */
static bool component_overlaps(const char *a, size_t a_length, const char *b, size_t b_length)
{
	bool below[SHIELD_PATH_MAX] = {}, row[SHIELD_PATH_MAX];

	for (size_t i = a_length + 1; i--;) {
		for (size_t j = b_length + 1; j--;) {
			bool a_run = i < a_length && a[i] == '*', b_run = j < b_length && b[j] == '*';

			row[j] = i == a_length && j == b_length;
			if (a_run)
				row[j] |= below[j] || (j < b_length && row[j + 1]);
			if (b_run)
				row[j] |= row[j + 1] || (i < a_length && below[j]);
			if (!a_run && !b_run && i < a_length && j < b_length)
				row[j] = a[i] == b[j] && below[j + 1];
		}
		memcpy(below, row, b_length + 1);
	}
	return row[0];
}

static void split(const char *pattern, struct components *ret)
{
	const char *at = pattern + 1; /* '/', or '@' */

	ret->count = 0;
	while (at && ret->count <= SHIELD_DEPTH_MAX) {
		const char *end = strchr(at, '/');

		ret->text[ret->count] = at;
		ret->length[ret->count++] = end ? (size_t)(end - at) : strlen(at);
		at = end ? end + 1 : NULL;
	}
}

static bool is_levels(const struct components *pattern, size_t index)
{
	return pattern->length[index] == 2 && !memcmp(pattern->text[index], "**", 2);
}

/* `**` takes one or more components. */
bool shield_patterns_overlap(const char *a, const char *b)
{
	bool below[SHIELD_DEPTH_MAX + 2] = {}, row[SHIELD_DEPTH_MAX + 2] = {};
	struct components as, bs;

	if (*a != *b) /* a path and an abstract name */
		return false;
	split(a, &as);
	split(b, &bs);
	below[bs.count] = true; /* both at their ends */
	for (size_t i = as.count; i--;) {
		row[bs.count] = false;
		for (size_t j = bs.count; j--;) {
			bool a_levels = is_levels(&as, i), b_levels = is_levels(&bs, j);

			row[j] = below[j + 1] &&
				 (a_levels || b_levels ||
				  component_overlaps(as.text[i], as.length[i], bs.text[j], bs.length[j]));
			row[j] |= (a_levels && row[j + 1]) || (b_levels && below[j]);
		}
		memcpy(below, row, sizeof(below));
	}
	return row[0];
}

static bool addresses_overlap(const struct shield_net_entry *a, const struct shield_net_entry *b)
{
	unsigned int bits = a->prefix < b->prefix ? a->prefix : b->prefix;

	if (!a->family || !b->family)
		return true;
	if (a->family != b->family || memcmp(a->address, b->address, bits / 8))
		return false;
	return !(bits % 8) || !((a->address[bits / 8] ^ b->address[bits / 8]) >> (8 - bits % 8));
}

static bool ports_overlap(const struct shield_net_entry *a, const struct shield_net_entry *b)
{
	if (!a->port_count || !b->port_count)
		return true;
	for (size_t i = 0; i < a->port_count; i++)
		for (size_t j = 0; j < b->port_count; j++)
			if (a->ports[i].low <= b->ports[j].high && b->ports[j].low <= a->ports[i].high)
				return true;
	return false;
}

bool shield_net_entries_overlap(const struct shield_net_entry *a, const struct shield_net_entry *b)
{
	return (!a->proto || !b->proto || a->proto == b->proto) && addresses_overlap(a, b) && ports_overlap(a, b);
}
