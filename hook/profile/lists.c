/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/lists.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more item behind a list's. @item: address of its pointer */
static int reserve(void *item, size_t count, size_t size)
{
	void *larger;

	if (count > SHIELD_RULE_INDEX_MAX)
		return -E2BIG;
	larger = reallocarray(*(void **)item, count + 1, size);
	if (!larger)
		return -ENOMEM;
	*(void **)item = larger;
	return 0;
}

/* Closes the gap of an item that was released. */
static void close_gap(void *item, size_t *count, size_t index, size_t size)
{
	char *gap = (char *)item + index * size;

	memmove(gap, gap + size, (--*count - index) * size);
}

int shield_list_add_string(struct shield_strings *list, const char *string)
{
	if (list->count > SHIELD_RULE_INDEX_MAX && !shield_strings_have(list, string))
		return -E2BIG;
	return shield_strings_add(list, strdup(string));
}

int shield_list_add_strings(struct shield_strings *list, const struct shield_strings *other)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < other->count; i++)
		result = shield_list_add_string(list, other->item[i]);
	return result;
}

void shield_list_remove_string(struct shield_strings *list, size_t index)
{
	free(list->item[index]);
	close_gap(list->item, &list->count, index, sizeof(*list->item));
}

static void free_exec(struct shield_exec_entry *entry)
{
	free(entry->path);
	shield_strings_free(&entry->from);
}

static int append_exec(struct shield_exec_entries *list, const struct shield_exec_entry *entry)
{
	struct shield_exec_entry copy = { .path = strdup(entry->path) };
	int result = copy.path ? shield_list_add_strings(&copy.from, &entry->from) : -ENOMEM;

	if (result == 0)
		result = reserve(&list->item, list->count, sizeof(*list->item));
	if (result < 0) {
		free_exec(&copy);
		return result;
	}
	list->item[list->count++] = copy;
	return 0;
}

/* The first entry from `at` on with this path; the count where there is none. */
static size_t find_path(const struct shield_exec_entries *list, size_t at, const char *path)
{
	while (at < list->count && strcmp(list->item[at].path, path) != 0)
		at++;
	return at;
}

/* Is the path allowed from anywhere, or from this program? @from: NULL = only anywhere counts */
static bool has_exec(const struct shield_exec_entries *list, const char *path, const char *from)
{
	for (size_t i = find_path(list, 0, path); i < list->count; i = find_path(list, i + 1, path))
		if (!list->item[i].from.count || (from && shield_strings_have(&list->item[i].from, from)))
			return true;
	return false;
}

int shield_list_add_exec(struct shield_exec_entries *list, const struct shield_exec_entry *entry)
{
	size_t same = find_path(list, 0, entry->path);
	int result = 0;

	if (same == list->count)
		return append_exec(list, entry);
	if (has_exec(list, entry->path, NULL))
		return 0;
	if (!entry->from.count) {
		shield_strings_free(&list->item[same].from);
		for (size_t i = same; (i = find_path(list, i + 1, entry->path)) < list->count; i--)
			shield_list_remove_exec(list, i);
	}
	for (size_t i = 0; result == 0 && i < entry->from.count; i++)
		if (!has_exec(list, entry->path, entry->from.item[i]))
			result = shield_list_add_string(&list->item[same].from, entry->from.item[i]);
	return result;
}

void shield_list_remove_exec(struct shield_exec_entries *list, size_t index)
{
	free_exec(&list->item[index]);
	close_gap(list->item, &list->count, index, sizeof(*list->item));
}

void shield_list_free_exec(struct shield_exec_entries *list)
{
	for (size_t i = 0; i < list->count; i++)
		free_exec(&list->item[i]);
	free(list->item);
	*list = (struct shield_exec_entries){};
}

bool shield_net_entries_equal(const struct shield_net_entry *a, const struct shield_net_entry *b)
{
	if (a->family != b->family || a->prefix != b->prefix || a->proto != b->proto ||
	    a->port_count != b->port_count || memcmp(a->address, b->address, sizeof(a->address)) != 0)
		return false;
	for (size_t i = 0; i < a->port_count; i++)
		if (a->ports[i].low != b->ports[i].low || a->ports[i].high != b->ports[i].high)
			return false;
	return true;
}

static bool has_net(const struct shield_net_entries *list, const struct shield_net_entry *entry)
{
	for (size_t i = 0; i < list->count; i++)
		if (shield_net_entries_equal(&list->item[i], entry))
			return true;
	return false;
}

int shield_list_add_net(struct shield_net_entries *list, const struct shield_net_entry *entry)
{
	struct shield_net_entry copy = *entry;
	int result;

	if (has_net(list, entry))
		return 0;
	result = reserve(&list->item, list->count, sizeof(*list->item));
	if (result < 0)
		return result;
	copy.ports = NULL;
	if (entry->port_count) {
		copy.ports = calloc(entry->port_count, sizeof(*copy.ports));
		if (!copy.ports)
			return -ENOMEM;
		memcpy(copy.ports, entry->ports, entry->port_count * sizeof(*copy.ports));
	}
	list->item[list->count++] = copy;
	return 0;
}

void shield_list_remove_net(struct shield_net_entries *list, size_t index)
{
	free(list->item[index].ports);
	close_gap(list->item, &list->count, index, sizeof(*list->item));
}

void shield_list_free_net(struct shield_net_entries *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->item[i].ports);
	free(list->item);
	*list = (struct shield_net_entries){};
}

/* Spans stand in the order of their entries. */
static uint32_t entries_of(const struct shield_id_spans *list)
{
	return list->count ? list->item[list->count - 1].entry + 1u : 0;
}

uint32_t shield_list_ids_entries(const struct shield_profile *profile)
{
	uint32_t uids = entries_of(&profile->setuid.uids), gids = entries_of(&profile->setuid.gids);

	return uids > gids ? uids : gids;
}

int shield_list_add_ids(struct shield_id_spans *list, uint32_t low, uint32_t high, uint32_t entry)
{
	int result;

	for (size_t i = 0; i < list->count; i++)
		if (list->item[i].low <= low && list->item[i].high >= high)
			return 0;
	result = entry > SHIELD_RULE_INDEX_MAX ? -E2BIG : reserve(&list->item, list->count, sizeof(*list->item));
	if (result < 0)
		return result;
	list->item[list->count++] = (struct shield_id_span){ low, high, (uint16_t)entry };
	return 1;
}

bool shield_list_has_capability(const struct shield_capabilities *list, uint8_t capability)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i] == capability)
			return true;
	return false;
}

int shield_list_add_capability(struct shield_capabilities *list, uint8_t capability)
{
	int result;

	if (shield_list_has_capability(list, capability))
		return 0;
	result = reserve(&list->item, list->count, sizeof(*list->item));
	if (result == 0)
		list->item[list->count++] = capability;
	return result;
}

void shield_list_remove_capability(struct shield_capabilities *list, size_t index)
{
	close_gap(list->item, &list->count, index, sizeof(*list->item));
}
