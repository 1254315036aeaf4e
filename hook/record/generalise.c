/* SPDX-License-Identifier: Apache-2.0 */
#include "record/generalise.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <string.h>

#include "base/address.h"

static int note(struct shield_profile *profile, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int note(struct shield_profile *profile, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return shield_strings_add(&profile->notes, text);
}

/* Bytes of a path's directory, with its last slash. */
static size_t directory_length(const char *path)
{
	return (size_t)(strrchr(path, '/') - path) + 1;
}

static bool same_directory(const char *a, const char *b)
{
	size_t length = directory_length(a);

	return length == directory_length(b) && memcmp(a, b, length) == 0;
}

static char *whole_directory(const char *path)
{
	char *pattern = NULL;

	return asprintf(&pattern, "%.*s*", (int)directory_length(path), path) < 0 ? NULL : pattern;
}

/* How many of the list are in the directory of one of them. */
static size_t count_libraries(const struct shield_strings *list, const char *path)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += same_directory(list->item[i], path);
	return count;
}

static int generalise_libraries(struct shield_profile *profile, unsigned int most)
{
	struct shield_strings *list = &profile->exec.library, wide = {};
	int r = 0;

	for (size_t i = 0; r == 0 && i < list->count; i++) {
		size_t count = count_libraries(list, list->item[i]), before = wide.count;

		r = shield_strings_add(&wide, count > most ? whole_directory(list->item[i]) : strdup(list->item[i]));
		if (r == 0 && count > most && wide.count > before)
			r = note(profile, "exec.libraries[%zu]: %s stands for %zu files", before, wide.item[before],
				 count);
	}
	if (r < 0) {
		shield_strings_free(&wide);
		return r;
	}
	shield_strings_free(list);
	*list = wide;
	return 0;
}

/* Are two entries to become one, if there are enough of them? */
static bool are_alike(const struct shield_exec_entry *a, const struct shield_exec_entry *b)
{
	return !a->from.count == !b->from.count && same_directory(a->path, b->path);
}

static size_t count_entries(const struct shield_exec_entries *list, const struct shield_exec_entry *like)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += are_alike(&list->item[i], like);
	return count;
}

/* Takes the names of an entry that goes, and its place in the list. */
static int absorb(struct shield_exec_entries *list, struct shield_exec_entry *into, size_t index)
{
	struct shield_exec_entry *gone = &list->item[index];
	int r = 0;

	for (size_t i = 0; r == 0 && i < gone->from.count; i++)
		r = shield_strings_add(&into->from, strdup(gone->from.item[i]));
	shield_strings_free(&gone->from);
	free(gone->path);
	memmove(gone, gone + 1, (--list->count - index) * sizeof(*gone));
	return r;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int widen_entry(struct shield_exec_entries *list, size_t index)
{
	struct shield_exec_entry *entry = &list->item[index];
	char *pattern = whole_directory(entry->path);

	if (!pattern)
		return -ENOMEM;
	for (size_t i = list->count - 1; i > index; i--)
		if (are_alike(&list->item[i], entry) && absorb(list, entry, i) < 0) {
			free(pattern);
			return -ENOMEM;
		}
	free(entry->path);
	entry->path = pattern;
	if (entry->from.count)
		qsort(entry->from.item, entry->from.count, sizeof(*entry->from.item), compare_strings);
	return 0;
}

static int generalise_exec(struct shield_profile *profile, unsigned int most)
{
	struct shield_exec_entries *list = &profile->exec.allow;

	for (size_t i = 0; i < list->count; i++) {
		size_t count = count_entries(list, &list->item[i]);
		int r;

		if (count <= most)
			continue;
		r = widen_entry(list, i);
		if (r == 0)
			r = note(profile, "exec.allow[%zu]: %s stands for %zu files", i, list->item[i].path, count);
		if (r < 0)
			return r;
	}
	return 0;
}

int shield_generalise_directories(struct shield_profile *profile, unsigned int most, struct shield_error *error)
{
	int r = generalise_exec(profile, most);

	if (r == 0)
		r = generalise_libraries(profile, most);
	return r < 0 ? shield_fail(error, ENOMEM, "profile %s: out of memory", profile->name) : 0;
}

/* Clears the bits of an address beyond its prefix. */
static void mask(struct shield_net_entry *entry)
{
	for (unsigned int i = 0; i < sizeof(entry->address); i++) {
		unsigned int kept = entry->prefix > 8 * i ? entry->prefix - 8 * i : 0;

		if (kept < 8)
			entry->address[i] &= (uint8_t)(0xff00 >> kept);
	}
}

static bool is_loopback(const struct shield_net_entry *entry)
{
	static const uint8_t loopback6[16] = { [15] = 1 };

	return entry->family == AF_INET ? entry->address[0] == 127 : memcmp(entry->address, loopback6, 16) == 0;
}

static bool same_peers(const struct shield_net_entry *a, const struct shield_net_entry *b)
{
	return a->family == b->family && a->prefix == b->prefix && a->proto == b->proto &&
	       memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

static int compare_spans(const void *a, const void *b)
{
	return ((const struct shield_port_span *)a)->low - ((const struct shield_port_span *)b)->low;
}

/* Sorted, what overlaps or touches as one. */
static void merge_spans(struct shield_net_entry *entry)
{
	struct shield_port_span *ports = entry->ports;
	size_t kept = 0;

	qsort(ports, entry->port_count, sizeof(*ports), compare_spans);
	for (size_t i = 0; i < entry->port_count; i++) {
		if (!kept || ports[kept - 1].high + 1 < ports[i].low)
			ports[kept++] = ports[i];
		else if (ports[kept - 1].high < ports[i].high)
			ports[kept - 1].high = ports[i].high;
	}
	entry->port_count = kept;
}

/* An entry without ports is for all of them. */
static int add_ports(struct shield_net_entry *into, const struct shield_net_entry *from)
{
	struct shield_port_span *larger;

	if (!into->port_count || !from->port_count) {
		into->port_count = 0;
		return 0;
	}
	larger = reallocarray(into->ports, into->port_count + from->port_count, sizeof(*larger));
	if (!larger)
		return -ENOMEM;
	memcpy(larger + into->port_count, from->ports, from->port_count * sizeof(*larger));
	into->ports = larger;
	into->port_count += from->port_count;
	merge_spans(into);
	return 0;
}

/* Makes one entry of those that are of one network by now. Returns how many there were, or -ENOMEM. */
static int unite(struct shield_net_entries *list, size_t index)
{
	int count = 1;

	for (size_t i = list->count - 1; i > index; i--) {
		if (!same_peers(&list->item[i], &list->item[index]))
			continue;
		if (add_ports(&list->item[index], &list->item[i]) < 0)
			return -ENOMEM;
		free(list->item[i].ports);
		memmove(&list->item[i], &list->item[i + 1], (--list->count - i) * sizeof(*list->item));
		count++;
	}
	return count;
}

static int note_network(struct shield_profile *profile, size_t index, int count)
{
	const struct shield_net_entry *entry = &profile->network.rules[SHIELD_EGRESS].allow.item[index];
	struct shield_cidr cidr = { .family = entry->family, .prefix = entry->prefix };
	char network[SHIELD_CIDR_MAX];

	memcpy(cidr.address, entry->address, sizeof(cidr.address));
	return note(profile, "network.egress.allow[%zu]: %s stands for %d address%s", index,
		    shield_cidr_format(&cidr, network), count, count == 1 ? "" : "es");
}

int shield_generalise_addresses(struct shield_profile *profile, uint8_t bits4, uint8_t bits6,
				struct shield_error *error)
{
	struct shield_net_entries *list = &profile->network.rules[SHIELD_EGRESS].allow;
	int r = 0;

	for (size_t i = 0; i < list->count; i++) {
		struct shield_net_entry *entry = &list->item[i];
		uint8_t bits = entry->family == AF_INET ? bits4 : bits6;

		if (!entry->family || is_loopback(entry) || entry->prefix <= bits)
			continue;
		entry->prefix = bits;
		mask(entry);
	}
	for (size_t i = 0; r >= 0 && i < list->count; i++) {
		const struct shield_net_entry *entry = &list->item[i];
		bool is_network = entry->family && entry->prefix < (entry->family == AF_INET ? 32 : 128);

		r = unite(list, i);
		if (r > 0 && is_network)
			r = note_network(profile, i, r);
	}
	return r < 0 ? shield_fail(error, ENOMEM, "profile %s: out of memory", profile->name) : 0;
}
