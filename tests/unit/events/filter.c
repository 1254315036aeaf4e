/* SPDX-License-Identifier: Apache-2.0 */
#include "events/filter.h"

#include <errno.h>

#include "base/error.h"
#include "literal.h"

void suite_events_filter(void);

static const struct shield_evidence by_nginx = {
	.event = { BY_NGINX, .kind = SHIELD_KIND_EGRESS, .verdict = SHIELD_DENY,
		   .rule = SHIELD_RULE(SHIELD_LIST_DENY, 12) },
	.time = A_TIME,
	.origin = WEB,
};

/* Of the node: no container, no rule. */
static const struct shield_evidence of_node = {
	.event = { .slot = SHIELD_SLOTS, .kind = SHIELD_KIND_CONTROL },
	.time = A_TIME,
};

static struct shield_filter filter_of(const char *const *words)
{
	struct shield_filter filter = {};

	for (; *words; words += 2)
		CU_ASSERT_EQUAL_FATAL(shield_filter_add(&filter, words[0], words[1], NULL), 0);
	return filter;
}

#define FILTER(...) filter_of((const char *const[]){ __VA_ARGS__, NULL })

#define WANTS(...)                                                          \
	do {                                                                \
		struct shield_filter wanting = FILTER(__VA_ARGS__);         \
		CU_ASSERT_TRUE(shield_filter_matches(&wanting, &by_nginx)); \
		CU_ASSERT_FALSE(shield_filter_is_empty(&wanting));          \
	} while (0)
#define LEAVES(...)                                                          \
	do {                                                                 \
		struct shield_filter leaving = FILTER(__VA_ARGS__);          \
		CU_ASSERT_FALSE(shield_filter_matches(&leaving, &by_nginx)); \
	} while (0)

static void containers(void)
{
	WANTS("container", "nginx-1");
	WANTS("container", "nginx*");
	WANTS("container", "web/nginx-?");
	WANTS("container", "0123");
	WANTS("container", "0123456789abcdef0123");
	WANTS("container", "*0123");
	WANTS("container", "*");
	LEAVES("container", "nginx");
	LEAVES("container", "123");
	LEAVES("container", "01234567890");
	WANTS("pod", "web");
	WANTS("pod", "w[a-f]b");
	LEAVES("pod", "we");
	WANTS("namespace", "sh*");
	LEAVES("namespace", "web");
}

static void rules(void)
{
	WANTS("rule", "network");
	WANTS("rule", "network.egress");
	WANTS("rule", "network.egress.deny");
	WANTS("rule", "network.egress.deny[12]");
	LEAVES("rule", "network.egress.deny[1]");
	LEAVES("rule", "network.egress.deny[12");
	LEAVES("rule", "network.egress.den");
	LEAVES("rule", "net");
	LEAVES("rule", "exec");
	WANTS("kind", "egress");
	LEAVES("kind", "exec");
	WANTS("verdict", "deny");
	LEAVES("verdict", "kill");
}

static void times(void)
{
	WANTS("since", "1714564994000000007");
	LEAVES("since", "1714564994000000008");
}

/* Any of a field's, and all fields. */
static void together(void)
{
	WANTS("kind", "exec", "kind", "egress");
	WANTS("container", "other", "container", "nginx-1");
	WANTS("verdict", "deny", "verdict", "kill", "pod", "no", "pod", "web", "rule", "network");
	LEAVES("pod", "web", "container", "other");
	LEAVES("container", "other", "pod", "web");
	LEAVES("pod", "web", "kind", "exec");
}

static void of_the_node(void)
{
	static const char *const fields[] = { "container", "pod", "namespace", "rule" };
	struct shield_filter filter = FILTER("kind", "control");

	CU_ASSERT_TRUE(shield_filter_matches(&filter, &of_node));
	CU_ASSERT_TRUE(shield_filter_matches(&(struct shield_filter){}, &of_node));
	CU_ASSERT_TRUE(shield_filter_is_empty(&(struct shield_filter){}));
	for (size_t i = 0; i < 4; i++) {
		filter = FILTER(fields[i], "*");
		CU_ASSERT_FALSE(shield_filter_matches(&filter, &of_node));
	}
}

static void refused(const char *field, const char *value, const char *message)
{
	struct shield_filter filter = {};
	struct shield_error error = {};

	CU_ASSERT_EQUAL(shield_filter_add(&filter, field, value, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, message);
	CU_ASSERT_TRUE(shield_filter_is_empty(&filter));
}

static void refusals(void)
{
	struct shield_filter filter = {};
	char long_[SHIELD_FILTER_PATTERNS] = {};
	unsigned int count = 0;

	refused("pod", "", "pod: empty");
	refused("kind", "exek", "there is no kind \"exek\"; did you mean \"exec\"?");
	refused("kind", "none", "there is no kind \"none\": see shieldctl(8)");
	refused("verdict", "den", "there is no verdict \"den\"; did you mean \"deny\"?");
	refused("since", "", "since: not a number of ns since 1970");
	refused("since", "1h", "since: not a number of ns since 1970");
	refused("since", "12345678901234567890", "since: not a number of ns since 1970");
	refused("shoe", "x", "events have no field \"shoe\"");
	while (shield_filter_add(&filter, "pod", "x", NULL) == 0)
		count++;
	CU_ASSERT_EQUAL(count, SHIELD_FILTER_PATTERNS / 3);
	CU_ASSERT_EQUAL(shield_filter_add(&filter, "pod", "x", NULL), -E2BIG);

	/* one that fills it, and not a byte more */
	memset(long_, 'x', sizeof(long_) - 1);
	filter = (struct shield_filter){};
	CU_ASSERT_EQUAL(shield_filter_add(&filter, "pod", long_, NULL), -E2BIG);
	CU_ASSERT_EQUAL(shield_filter_add(&filter, "pod", long_ + 1, NULL), 0);
	CU_ASSERT_EQUAL(filter.length, SHIELD_FILTER_PATTERNS);
	CU_ASSERT_EQUAL(shield_filter_add(&filter, "pod", "x", NULL), -E2BIG);
}

void suite_events_filter(void)
{
	CU_pSuite suite = CU_add_suite("events/filter", NULL, NULL);

	CU_add_test(suite, "containers", containers);
	CU_add_test(suite, "rules", rules);
	CU_add_test(suite, "times", times);
	CU_add_test(suite, "together", together);
	CU_add_test(suite, "of the node", of_the_node);
	CU_add_test(suite, "refusals", refusals);
}
