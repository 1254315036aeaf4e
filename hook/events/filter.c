/* SPDX-License-Identifier: Apache-2.0 */
#include "events/filter.h"

#include <errno.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "profile/rule.h"

enum field {
	FIELD_CONTAINER,
	FIELD_POD,
	FIELD_NAMESPACE,
	FIELD_RULE,
	PATTERN_FIELDS,
};

static const char *const pattern_fields[PATTERN_FIELDS + 1] = {
	[FIELD_CONTAINER] = "container",
	[FIELD_POD] = "pod",
	[FIELD_NAMESPACE] = "namespace",
	[FIELD_RULE] = "rule",
};

/* --- adding */

static int add_pattern(struct shield_filter *filter, enum field field, const char *value, struct shield_error *error)
{
	size_t size = strlen(value) + 1;

	if (!*value)
		return shield_fail(error, EINVAL, "%s: empty", pattern_fields[field]);
	if (1 + size > sizeof(filter->patterns) - filter->length)
		return shield_fail(error, E2BIG, "more patterns than fit in %zu bytes", sizeof(filter->patterns));
	filter->patterns[filter->length] = (char)field;
	memcpy(filter->patterns + filter->length + 1, value, size);
	filter->length += (uint32_t)size + 1;
	return 0;
}

/*
 * Adds the bit of a name.
 * @names: what there is, by number; ended by NULL
 * @first: the bit of the first name
 */
static int add_bit(uint32_t *bits, const char *field, const char *const *names, unsigned int first, const char *value,
		   struct shield_error *error)
{
	const char *nearest;
	char shown[40];

	for (unsigned int i = 0; names[i]; i++) {
		if (!strcmp(names[i], value)) {
			*bits |= 1u << (first + i);
			return 0;
		}
	}
	nearest = shield_nearest(value, names);
	shield_printable(value, shown, sizeof(shown));
	if (nearest)
		return shield_fail(error, EINVAL, "there is no %s \"%s\"; did you mean \"%s\"?", field, shown, nearest);
	return shield_fail(error, EINVAL, "there is no %s \"%s\": see shieldctl(8)", field, shown);
}

static int add_kind(struct shield_filter *filter, const char *value, struct shield_error *error)
{
	const char *names[SHIELD_KIND_CONTROL + 1] = {};

	for (unsigned int i = SHIELD_KIND_EXEC; i <= SHIELD_KIND_CONTROL; i++)
		names[i - SHIELD_KIND_EXEC] = shield_kind_name((uint8_t)i);
	return add_bit(&filter->kinds, "kind", names, SHIELD_KIND_EXEC, value, error);
}

static int add_verdict(struct shield_filter *filter, const char *value, struct shield_error *error)
{
	const char *names[SHIELD_VERDICTS + 1] = {};

	for (unsigned int i = 0; i < SHIELD_VERDICTS; i++)
		names[i] = shield_verdict_name((uint8_t)i);
	return add_bit(&filter->verdicts, "verdict", names, 0, value, error);
}

static int add_since(struct shield_filter *filter, const char *value, struct shield_error *error)
{
	uint64_t since = 0;

	if (!*value || strlen(value) > 19 || value[strspn(value, "0123456789")])
		return shield_fail(error, EINVAL, "since: not a number of ns since 1970");
	for (; *value; value++)
		since = since * 10 + (uint64_t)(*value - '0');
	filter->since = since;
	return 0;
}

int shield_filter_add(struct shield_filter *filter, const char *field, const char *value, struct shield_error *error)
{
	for (unsigned int i = 0; i < PATTERN_FIELDS; i++)
		if (!strcmp(field, pattern_fields[i]))
			return add_pattern(filter, i, value, error);
	if (!strcmp(field, "kind"))
		return add_kind(filter, value, error);
	if (!strcmp(field, "verdict"))
		return add_verdict(filter, value, error);
	if (!strcmp(field, "since"))
		return add_since(filter, value, error);
	return shield_fail(error, EINVAL, "events have no field \"%.40s\"", field);
}

/* --- matching */

static bool matches_container(const char *pattern, const struct shield_origin *origin)
{
	char name[SHIELD_ORIGIN_NAME_MAX];

	if (!origin->id[0])
		return false;
	return fnmatch(pattern, origin->container, 0) == 0 || fnmatch(pattern, origin->id, 0) == 0 ||
	       fnmatch(pattern, shield_origin_name(origin, name), 0) == 0 ||
	       !strncmp(pattern, origin->id, strlen(pattern));
}

/* Is a path the rule, or what stands above it? */
static bool matches_rule(const char *path, const struct shield_event *event)
{
	size_t length = strlen(path);
	char rule[SHIELD_RULE_PATH_MAX];

	shield_rule_path(event->kind, event->rule, rule, sizeof(rule));
	return !strncmp(rule, path, length) && (!rule[length] || rule[length] == '.' || rule[length] == '[');
}

static bool matches_pattern(enum field field, const char *pattern, const struct shield_evidence *evidence)
{
	const struct shield_origin *origin = &evidence->origin;

	switch (field) {
	case FIELD_CONTAINER:
		return matches_container(pattern, origin);
	case FIELD_POD:
		return origin->pod[0] && fnmatch(pattern, origin->pod, 0) == 0;
	case FIELD_NAMESPACE:
		return origin->pod_namespace[0] && fnmatch(pattern, origin->pod_namespace, 0) == 0;
	default:
		return matches_rule(pattern, &evidence->event);
	}
}

/* Is a number one of those asked for? */
static bool has(uint32_t bits, uint8_t number)
{
	return !bits || (number < 32 && bits & 1u << number);
}

bool shield_filter_matches(const struct shield_filter *filter, const struct shield_evidence *evidence)
{
	unsigned int asked = 0, met = 0; /* fields, as bits */
	const char *at = filter->patterns, *end = at + filter->length;

	if (evidence->time < filter->since || !has(filter->kinds, evidence->event.kind) ||
	    !has(filter->verdicts, evidence->event.verdict))
		return false;
	for (; at < end; at += strlen(at + 1) + 2) {
		asked |= 1u << *at;
		if (matches_pattern((enum field) * at, at + 1, evidence))
			met |= 1u << *at;
	}
	return met == asked;
}

bool shield_filter_is_empty(const struct shield_filter *filter)
{
	return !filter->since && !filter->kinds && !filter->verdicts && !filter->length;
}

void shield_filter_each(const struct shield_filter *filter,
			void (*each)(const char *field, const char *value, void *context), void *context)
{
	const char *at = filter->patterns, *end = at + filter->length;
	char since[24];

	if (filter->since) {
		snprintf(since, sizeof(since), "%" PRIu64, filter->since);
		each("since", since, context);
	}
	for (unsigned int i = 0; i < 32; i++)
		if (filter->kinds & 1u << i)
			each("kind", shield_kind_name((uint8_t)i), context);
	for (unsigned int i = 0; i < SHIELD_VERDICTS; i++)
		if (filter->verdicts & 1u << i)
			each("verdict", shield_verdict_name((uint8_t)i), context);
	for (; at < end; at += strlen(at + 1) + 2)
		each(pattern_fields[(unsigned char)*at], at + 1, context);
}
