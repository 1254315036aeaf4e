/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/port_sets.h"

#include <errno.h>

#include "base/text.h"
#include "bpf/decide.h"

#define THAN(limit) " than the " SHIELD_LITERAL(limit) " a policy holds"

static uint32_t hash_spans(const struct shield_span *spans, size_t count)
{
	uint32_t hash = 0;

	for (size_t i = 0; i < count; i++)
		hash = ((hash ^ spans[i].low ^ spans[i].value) * 0x9e3779b1u) ^ (hash >> 15);
	return hash ^ (hash >> 16);
}

static struct shield_port_range to_range(const struct shield_span *span)
{
	return (struct shield_port_range){
		.start = span->low,
		.rule = SHIELD_DECISION_RULE(span->value),
		.refused = SHIELD_REFUSED(span->value),
		.reason = SHIELD_DECISION_REASON(span->value),
	};
}

static int is_equal(const struct shield_policy *policy, uint32_t set, const struct shield_span *spans, size_t count)
{
	const struct shield_port_set *known = &policy->port_sets[set];

	if (known->count != count)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct shield_port_range *range = &policy->port_ranges[known->first + i];

		if (range->start != spans[i].low ||
		    SHIELD_DECISION(range->refused, range->reason, range->rule) != spans[i].value)
			return 0;
	}
	return 1;
}

static const char *passed_limit(const struct shield_port_sets *sets, size_t count)
{
	if (count > SHIELD_PORT_SET_MAX)
		return "more port ranges for one address" THAN(SHIELD_PORT_SET_MAX);
	if (sets->set_count == SHIELD_PORT_SETS)
		return "more different port lists" THAN(SHIELD_PORT_SETS);
	if (sets->range_count + count > SHIELD_PORT_RANGES)
		return "more port ranges" THAN(SHIELD_PORT_RANGES);
	return NULL;
}

int shield_port_sets_add(struct shield_port_sets *sets, struct shield_policy *policy, const struct shield_span *spans,
			 size_t count, const char **limit)
{
	uint32_t slot = hash_spans(spans, count);
	const char *passed;

	for (; sets->table[slot % SHIELD_PORT_SET_TABLE]; slot++) {
		uint32_t known = sets->table[slot % SHIELD_PORT_SET_TABLE] - 1u;

		if (is_equal(policy, known, spans, count))
			return (int)known;
	}
	passed = passed_limit(sets, count);
	if (passed) {
		*limit = passed;
		return -E2BIG;
	}
	policy->port_sets[sets->set_count] = (struct shield_port_set){
		.first = (uint16_t)sets->range_count,
		.count = (uint16_t)count,
	};
	for (size_t i = 0; i < count; i++)
		policy->port_ranges[sets->range_count++] = to_range(&spans[i]);
	sets->table[slot % SHIELD_PORT_SET_TABLE] = (uint16_t)++sets->set_count;
	return (int)sets->set_count - 1;
}
