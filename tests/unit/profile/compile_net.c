/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "bpf/decide.h"
#include "build.h"
#include "profile/compile.h"

#define ALLOW(index) SHIELD_ALLOWED_BY(SHIELD_RULE(SHIELD_LIST_ALLOW, index))
#define REFUSE(index) SHIELD_REFUSED_BY(SHIELD_REASON_RULE, SHIELD_RULE(SHIELD_LIST_DENY, index))
#define REFUSE_DEFAULT SHIELD_REFUSED_BY(SHIELD_REASON_DEFAULT, SHIELD_RULE(SHIELD_LIST_DEFAULT, 0))

static struct shield_profile *profile_with_egress(bool default_deny)
{
	struct shield_profile *profile = build_profile();

	profile->network.rules[SHIELD_EGRESS].present = true;
	profile->network.rules[SHIELD_EGRESS].default_deny = default_deny;
	profile->network.rules[SHIELD_EGRESS].action = SHIELD_DENY;
	return profile;
}

static shield_decision egress4(const struct shield_policy *policy, uint32_t address, uint32_t proto, uint16_t port)
{
	return shield_decide_net4(policy, SHIELD_EGRESS, address, proto, port);
}

static void test_precedence(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_net(profile, SHIELD_EGRESS, false, "10.1.0.0/16", SHIELD_PROTO_TCP);
	build_net(profile, SHIELD_EGRESS, false, "10.0.0.0/8", 0);
	build_net(profile, SHIELD_EGRESS, true, "10.1.2.0/24", SHIELD_PROTO_UDP);
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(egress4(policy, 0x0a010203, SHIELD_PROTO_TCP, 1), ALLOW(0));
	CU_ASSERT_EQUAL(egress4(policy, 0x0a010203, SHIELD_PROTO_UDP, 1), REFUSE(0));
	CU_ASSERT_EQUAL(egress4(policy, 0x0a010303, SHIELD_PROTO_UDP, 1), ALLOW(1));
	CU_ASSERT_EQUAL(egress4(policy, 0x0a000000, SHIELD_PROTO_OTHER, 0), ALLOW(1));
	CU_ASSERT_EQUAL(egress4(policy, 0x09ffffff, SHIELD_PROTO_TCP, 1), REFUSE_DEFAULT);
	CU_ASSERT_EQUAL(egress4(policy, 0x0b000000, SHIELD_PROTO_TCP, 1), REFUSE_DEFAULT);
	CU_ASSERT_EQUAL(shield_decide_net6(policy, SHIELD_EGRESS, 0, 0x0a010203, SHIELD_PROTO_TCP, 1), REFUSE_DEFAULT);
	CU_ASSERT_EQUAL(shield_decide_net4(policy, SHIELD_BIND, 0x09ffffff, SHIELD_PROTO_TCP, 1), SHIELD_ALLOWED_BY(0));
}

static void test_ports(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(false);
	_cleanup_free_ struct shield_policy *policy = NULL;
	uint16_t by_default = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0);

	build_net(profile, SHIELD_EGRESS, true, NULL, 0);
	build_ports(profile, SHIELD_EGRESS, true, 0, 0);
	build_ports(profile, SHIELD_EGRESS, true, 65535, 65535);
	build_net(profile, SHIELD_EGRESS, true, NULL, SHIELD_PROTO_ICMP);
	policy = build_compiled(profile);
	for (uint32_t proto = SHIELD_PROTO_TCP; proto <= SHIELD_PROTO_UDP; proto++) {
		CU_ASSERT_EQUAL(egress4(policy, 1, proto, 0), REFUSE(0));
		CU_ASSERT_EQUAL(egress4(policy, 1, proto, 1), SHIELD_ALLOWED_BY(by_default));
		CU_ASSERT_EQUAL(egress4(policy, 1, proto, 65534), SHIELD_ALLOWED_BY(by_default));
		CU_ASSERT_EQUAL(egress4(policy, 1, proto, 65535), REFUSE(0));
	}
	CU_ASSERT_EQUAL(egress4(policy, 1, SHIELD_PROTO_OTHER, 0), SHIELD_ALLOWED_BY(by_default));
	CU_ASSERT_EQUAL(egress4(policy, 1, SHIELD_PROTO_ICMP, 80), REFUSE(1));
	/* v4 and v6 say the same here: one set, no range of its own for any address */
	CU_ASSERT_EQUAL(policy->net4[SHIELD_EGRESS].count, 1);
	CU_ASSERT_EQUAL(policy->net6[SHIELD_EGRESS].count, 1);
	CU_ASSERT_EQUAL(policy->net4[SHIELD_EGRESS].set[0], policy->net6[SHIELD_EGRESS].set[0]);
}

/* Ports of a protocol that has none match nothing. */
static void test_ports_without_a_protocol_for_them(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_net(profile, SHIELD_EGRESS, false, NULL, SHIELD_PROTO_ICMP);
	build_ports(profile, SHIELD_EGRESS, false, 0, 65535);
	policy = build_compiled(profile);
	for (uint32_t proto = 0; proto < 4; proto++)
		CU_ASSERT_EQUAL(egress4(policy, 1, proto, 7), REFUSE_DEFAULT);
}

static void test_merged(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);
	_cleanup_free_ struct shield_policy *policy = NULL;
	const struct shield_net4 *net;

	build_net(profile, SHIELD_EGRESS, true, "10.0.0.0/9", 0);
	build_net(profile, SHIELD_EGRESS, true, "10.0.0.0/8", 0);
	build_net(profile, SHIELD_EGRESS, false, "10.64.0.0/10", 0);
	policy = build_compiled(profile);
	net = &policy->net4[SHIELD_EGRESS];
	CU_ASSERT_EQUAL_FATAL(net->count, 4);
	CU_ASSERT_EQUAL(net->start[0], 0);
	CU_ASSERT_EQUAL(net->start[1], 0x0a000000);
	CU_ASSERT_EQUAL(net->start[2], 0x0a800000);
	CU_ASSERT_EQUAL(net->start[3], 0x0b000000);
	CU_ASSERT_EQUAL(net->set[0], net->set[3]);
	CU_ASSERT_EQUAL(policy->net6[SHIELD_EGRESS].count, 1);
}

static void test_whole_space(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_net(profile, SHIELD_EGRESS, false, "0.0.0.0/0", 0);
	build_net(profile, SHIELD_EGRESS, false, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 0);
	build_net(profile, SHIELD_EGRESS, false, "::/128", 0);
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(policy->net4[SHIELD_EGRESS].count, 1);
	CU_ASSERT_EQUAL(egress4(policy, 0, SHIELD_PROTO_TCP, 0), ALLOW(0));
	CU_ASSERT_EQUAL(egress4(policy, UINT32_MAX, SHIELD_PROTO_TCP, 0), ALLOW(0));
	CU_ASSERT_EQUAL(policy->net6[SHIELD_EGRESS].count, 3);
	CU_ASSERT_EQUAL(shield_decide_net6(policy, SHIELD_EGRESS, ~0ull, ~0ull, 1, 1), ALLOW(1));
	CU_ASSERT_EQUAL(shield_decide_net6(policy, SHIELD_EGRESS, ~0ull, ~1ull, 1, 1), REFUSE_DEFAULT);
	CU_ASSERT_EQUAL(shield_decide_net6(policy, SHIELD_EGRESS, 0, 0, 1, 1), ALLOW(2));
	CU_ASSERT_EQUAL(shield_decide_net6(policy, SHIELD_EGRESS, 0, 1, 1, 1), REFUSE_DEFAULT);
}

/* An address with bits beyond its prefix means the network it is in. */
static void test_host_bits(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);
	_cleanup_free_ struct shield_policy *policy = NULL;

	build_net(profile, SHIELD_EGRESS, false, "10.1.2.3/8", 0);
	policy = build_compiled(profile);
	CU_ASSERT_EQUAL(egress4(policy, 0x0a000000, 1, 1), ALLOW(0));
	CU_ASSERT_EQUAL(egress4(policy, 0x0affffff, 1, 1), ALLOW(0));
	CU_ASSERT_EQUAL(egress4(policy, 0x0b000000, 1, 1), REFUSE_DEFAULT);
}

static void refuses(const struct shield_profile *profile, const char *message)
{
	_cleanup_free_ struct shield_policy *policy = build_policy();
	struct shield_error error = {};

	CU_ASSERT_EQUAL(shield_compile(profile, policy, &error), -E2BIG);
	CU_ASSERT_STRING_EQUAL(error.message, message);
}

static void test_too_many_addresses(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);
	char to[64];

	for (int i = 0; i < 256; i++) {
		snprintf(to, sizeof(to), "10.%d.0.1/32", i);
		build_net(profile, SHIELD_EGRESS, false, to, SHIELD_PROTO_TCP);
		/* the last one ends at the last address: 512 ranges, as many as fit */
		if (i == 254) {
			_cleanup_free_ struct shield_policy *policy = NULL;

			build_net(profile, SHIELD_EGRESS, false, "255.255.255.255/32", SHIELD_PROTO_TCP);
			policy = build_compiled(profile);
			CU_ASSERT_EQUAL(policy->net4[SHIELD_EGRESS].count, SHIELD_NET4_RANGES);
			CU_ASSERT_EQUAL(egress4(policy, UINT32_MAX, SHIELD_PROTO_TCP, 1), ALLOW(255));
			CU_ASSERT_EQUAL(egress4(policy, 0x0afe0001, SHIELD_PROTO_TCP, 1), ALLOW(254));
		}
	}
	refuses(profile, "network.egress: 514 separate IPv4 address ranges, a policy holds 512");
}

static void test_too_many_addresses6(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);
	char to[64];

	for (int i = 0; i < 130; i++) {
		snprintf(to, sizeof(to), "fd00:%x::1/128", i);
		build_net(profile, SHIELD_BIND, true, to, 0);
	}
	refuses(profile, "network.bind: 261 separate IPv6 address ranges, a policy holds 256");
}

static void test_too_many_ports(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);

	build_net(profile, SHIELD_EGRESS, false, NULL, SHIELD_PROTO_TCP);
	for (uint16_t i = 0; i < 127; i++)
		build_ports(profile, SHIELD_EGRESS, false, (uint16_t)(2 * i + 1), (uint16_t)(2 * i + 1));
	{
		_cleanup_free_ struct shield_policy *policy = build_compiled(profile);

		CU_ASSERT_EQUAL(egress4(policy, 1, SHIELD_PROTO_TCP, 253), ALLOW(0));
		CU_ASSERT_EQUAL(egress4(policy, 1, SHIELD_PROTO_TCP, 254), REFUSE_DEFAULT);
	}
	build_ports(profile, SHIELD_EGRESS, false, 1000, 1000);
	refuses(profile, "network.egress: more port ranges for one address than the 256 a policy holds");
}

/* Each address has a port of its own: `count` port sets beside the default's. */
static void add_addresses_with_ports(struct shield_profile *profile, int count, int ports)
{
	char to[64];

	for (int i = 0; i < count; i++) {
		snprintf(to, sizeof(to), "10.%d.0.0/16", i);
		build_net(profile, SHIELD_EGRESS, false, to, SHIELD_PROTO_TCP);
		for (int port = 0; port < ports; port++)
			build_ports(profile, SHIELD_EGRESS, false, (uint16_t)(10 * port), (uint16_t)(10 * port));
	}
}

static void test_too_many_port_ranges(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);

	add_addresses_with_ports(profile, 20, 60);
	refuses(profile, "network.egress: more port ranges than the 2048 a policy holds");
}

static void test_too_many_port_sets(void)
{
	_cleanup_profile_ struct shield_profile *profile = profile_with_egress(true);

	profile->network.rules[SHIELD_EGRESS].default_deny = false;
	add_addresses_with_ports(profile, 256, 0);
	profile->network.rules[SHIELD_BIND].present = true;
	for (int i = 0; i < 256; i++) {
		char to[64];

		snprintf(to, sizeof(to), "10.%d.0.0/16", i);
		build_net(profile, SHIELD_BIND, true, to, 0);
	}
	refuses(profile, "network.bind: more different port lists than the 512 a policy holds");
}

void suite_profile_compile_net(void);

void suite_profile_compile_net(void)
{
	CU_pSuite suite = CU_add_suite("profile/compile_net", NULL, NULL);

	CU_add_test(suite, "deny beats allow beats default", test_precedence);
	CU_add_test(suite, "ports are those of TCP and UDP", test_ports);
	CU_add_test(suite, "ports of ICMP", test_ports_without_a_protocol_for_them);
	CU_add_test(suite, "equal neighbours are one range", test_merged);
	CU_add_test(suite, "first and last address", test_whole_space);
	CU_add_test(suite, "bits beyond the prefix", test_host_bits);
	CU_add_test(suite, "too many IPv4 ranges", test_too_many_addresses);
	CU_add_test(suite, "too many IPv6 ranges", test_too_many_addresses6);
	CU_add_test(suite, "too many ports for an address", test_too_many_ports);
	CU_add_test(suite, "too many port ranges", test_too_many_port_ranges);
	CU_add_test(suite, "too many port lists", test_too_many_port_sets);
}
