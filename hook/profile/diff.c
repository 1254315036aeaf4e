/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical text has one entry or value on each line: the lines of both are compared, each with its place. So no
 * rule that a profile can have is forgotten here.
 */
#include "profile/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/lists.h"
#include "profile/parse.h"
#include "profile/print.h"

#define PLACE_MAX 64
#define NESTING_MAX 8

struct row {
	char place[PLACE_MAX];
	const char *text; /* points into the canonical text */
	bool entry;	  /* of a list; else a value */
};

struct rows {
	char *source;
	struct row *item;
	size_t count;
};

static void free_rows(struct rows *rows)
{
	free(rows->source);
	free(rows->item);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_port(const void *a, const void *b)
{
	const struct shield_port_span *first = a, *second = b;

	return first->low != second->low ? first->low - second->low : first->high - second->high;
}

/* Entries of one path become one, and who may start it stands in one order. */
static int normalise_exec(struct shield_profile *profile)
{
	_cleanup_(shield_list_free_exec) struct shield_exec_entries list = profile->exec.allow;
	struct shield_exec_entries *ret = &profile->exec.allow;
	int result = 0;

	*ret = (struct shield_exec_entries){};
	for (size_t i = 0; result == 0 && i < list.count; i++)
		result = shield_list_add_exec(ret, &list.item[i]);
	for (size_t i = 0; i < ret->count; i++)
		if (ret->item[i].from.count)
			qsort(ret->item[i].from.item, ret->item[i].from.count, sizeof(char *), by_text);
	return result;
}

static void normalise_ports(struct shield_net_entries *list)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i].port_count)
			qsort(list->item[i].ports, list->item[i].port_count, sizeof(struct shield_port_span), by_port);
}

/* Each span is an entry of its own: how they are put together means nothing. */
static void normalise_ids(struct shield_profile *profile)
{
	uint16_t entry = 0;

	for (size_t i = 0; i < profile->setuid.uids.count; i++)
		profile->setuid.uids.item[i].entry = entry++;
	for (size_t i = 0; i < profile->setuid.gids.count; i++)
		profile->setuid.gids.item[i].entry = entry++;
}

/* The canonical text of a copy in which what means the same is written the same. */
static int normal_text(const struct shield_profile *profile, char **ret, struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *copy = NULL;
	_cleanup_free_ char *text = NULL;
	size_t length;
	int result = shield_profile_print(profile, &text, &length, error);

	if (result == 0)
		result = shield_profile_parse(text, length, NULL, &copy, error);
	if (result < 0)
		return result;
	if (normalise_exec(copy) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	for (size_t i = 0; i < SHIELD_DIRECTIONS; i++) {
		normalise_ports(&copy->network.rules[i].allow);
		normalise_ports(&copy->network.rules[i].deny);
	}
	normalise_ids(copy);
	copy->name[0] = '\0';
	return shield_profile_print(copy, ret, NULL, error);
}

/* Where in the text a line stands. */
struct position {
	char place[PLACE_MAX];
	size_t length[NESTING_MAX]; /* of the place at each level */
	size_t depth;
	bool in_list;
};

static int add_row(struct rows *rows, const char *place, const char *text, bool entry)
{
	struct row *larger = reallocarray(rows->item, rows->count + 1, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	rows->item = larger;
	larger[rows->count] = (struct row){ .text = text, .entry = entry };
	strcpy(larger[rows->count++].place, place);
	return 0;
}

/* "key": value; opens an object or a list, or is a row. The keys are this program's own. */
static int add_member(struct rows *rows, struct position *at, char *line)
{
	char *end = strchr(line + 1, '"'), *value = end + 3;
	size_t before = strlen(at->place);
	int result = 0;

	*end = '\0';
	if (before)
		strcat(at->place, ".");
	strcat(at->place, line + 1);
	if (!strcmp(value, "{") || !strcmp(value, "[")) {
		at->length[at->depth++] = before;
		at->in_list = *value == '[';
		if (at->in_list && !strcmp(at->place, "exec.libraries")) /* of all lists, the one that can be a word */
			result = add_row(rows, at->place, "\"list\"", false);
		return result;
	}
	result = add_row(rows, at->place, value, false);
	at->place[before] = '\0';
	return result;
}

static int add_line(struct rows *rows, struct position *at, char *line)
{
	if (*line == '}' || *line == ']') {
		if (at->depth)
			at->place[at->length[--at->depth]] = '\0';
		at->in_list = false;
		return 0;
	}
	if (at->in_list)
		return add_row(rows, at->place, line, true);
	return *line == '"' ? add_member(rows, at, line) : 0; /* what is left is the first line */
}

static int read_rows(const struct shield_profile *profile, struct rows *ret, struct shield_error *error)
{
	struct position at = {};
	char *rest, *line;
	int result = normal_text(profile, &ret->source, error);

	if (result < 0)
		return result;
	for (line = strtok_r(ret->source, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		size_t length = strlen(line);

		if (line[length - 1] == ',')
			line[length - 1] = '\0';
		if (add_line(ret, &at, line + strspn(line, " ")) < 0)
			return shield_fail(error, ENOMEM, "out of memory");
	}
	return 0;
}

/* The same entry, or the value at the same place, in the other profile. */
static const struct row *find(const struct rows *rows, const struct row *row)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->item[i].entry == row->entry && !strcmp(rows->item[i].place, row->place) &&
		    (!row->entry || !strcmp(rows->item[i].text, row->text)))
			return &rows->item[i];
	return NULL;
}

/* What holds where a profile does not have a value's group. */
static const char *implied(const char *place)
{
	const char *key = strrchr(place, '.');

	key = key ? key + 1 : place;
	if (!strcmp(key, "action") || !strcmp(key, "families_action"))
		return "\"deny\"";
	return !strcmp(key, "libraries") || !strcmp(key, "families") ? "\"any\"" : "\"allow\"";
}

struct difference {
	const char *place, *before, *after;
	size_t sequence;
};

struct differences {
	struct difference *item;
	size_t count;
};

static int add_difference(struct differences *list, const char *place, const char *before, const char *after)
{
	struct difference *larger = reallocarray(list->item, list->count + 1, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	list->item = larger;
	larger[list->count] = (struct difference){ place, before, after, list->count };
	list->count++;
	return 0;
}

/* What one has that the other has not; values that both have differ once, where @gone. */
static int compare(const struct rows *rows, const struct rows *others, bool gone, struct differences *list)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < rows->count; i++) {
		const struct row *row = &rows->item[i], *other = find(others, row);
		const char *text = other ? other->text : row->entry ? NULL : implied(row->place);

		if (find(rows, row) != row || (other && !gone) || (text && !strcmp(text, row->text)))
			continue;
		result = add_difference(list, row->place, gone ? row->text : text, gone ? text : row->text);
	}
	return result;
}

static int by_place(const void *a, const void *b)
{
	const struct difference *first = a, *second = b;
	int order = strcmp(first->place, second->place);

	return order ? order : first->sequence < second->sequence ? -1 : 1;
}

int shield_profile_diff(const struct shield_profile *before, const struct shield_profile *after,
			shield_profile_difference report, void *context, struct shield_error *error)
{
	_cleanup_(free_rows) struct rows olds = {}, news = {};
	struct differences list = {};
	_cleanup_free_ struct difference *items = NULL;
	int result = read_rows(before, &olds, error);

	if (result == 0)
		result = read_rows(after, &news, error);
	if (result < 0)
		return result;
	result = compare(&olds, &news, true, &list);
	if (result == 0)
		result = compare(&news, &olds, false, &list);
	items = list.item;
	if (result < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	if (list.count)
		qsort(items, list.count, sizeof(*items), by_place);
	for (size_t i = 0; i < list.count; i++)
		report(items[i].place, items[i].before, items[i].after, context);
	return (int)list.count;
}
