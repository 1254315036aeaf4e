/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <sys/socket.h>

#include "build.h"
#include "findings.h"

static struct shield_profile *denying(void)
{
	struct shield_profile *profile = build_profile();

	for (int direction = 0; direction < SHIELD_DIRECTIONS; direction++)
		profile->network.rules[direction] =
			(struct shield_net_rules){ .present = true, .default_deny = true, .action = SHIELD_DENY };
	profile->network.raw = profile->network.families_action = SHIELD_DENY;
	profile->network.families = 1ull << AF_UNIX | 1ull << AF_INET | 1ull << AF_INET6 | 1ull << AF_NETLINK;
	return profile;
}

static void test_clean(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_net(profile, SHIELD_EGRESS, false, "10.0.0.0/8", SHIELD_PROTO_TCP);
	build_ports(profile, SHIELD_EGRESS, false, 5432, 5432);
	build_net(profile, SHIELD_EGRESS, true, "10.1.0.0/16", 0);
	build_net(profile, SHIELD_BIND, false, NULL, SHIELD_PROTO_TCP);
	build_ports(profile, SHIELD_BIND, false, 0, 0);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
}

static void test_overruled(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_net(profile, SHIELD_EGRESS, false, "10.1.2.0/24", SHIELD_PROTO_TCP);
	build_net(profile, SHIELD_EGRESS, false, "192.168.0.0/16", 0);
	build_net(profile, SHIELD_EGRESS, false, "192.168.1.0/24", SHIELD_PROTO_UDP);
	build_net(profile, SHIELD_EGRESS, true, "10.1.0.0/16", 0);
	build_net(profile, SHIELD_EGRESS, true, "10.1.0.0/16", 0);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 3);
	CU_ASSERT(has_finding(&found, "warning network.egress.allow[0]: is never allowed: network.egress.deny[0]"));
	CU_ASSERT(has_finding(&found, "note network.egress.allow[2]: is allowed by network.egress.allow[1] already"));
	CU_ASSERT(has_finding(&found, "note network.egress.deny[1]: is refused by network.egress.deny[0] already"));
}

static void test_everything(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_net(profile, SHIELD_EGRESS, false, "0.0.0.0/0", 0);
	build_net(profile, SHIELD_BIND, false, NULL, 0);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "warning network.egress.allow[0]: allows every IPv4 address and port: "
				      "network.egress.default has no effect on them"));
	CU_ASSERT(has_finding(&found, "warning network.bind.allow[0]: allows every address and port: "
				      "network.bind.default has no effect"));
	profile = denying();
	profile->network.rules[SHIELD_BIND].default_deny = false;
	build_net(profile, SHIELD_BIND, false, NULL, 0);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning network.bind.allow: has no effect: network.bind.default is allow"));
}

/* What other words for the same, or nothing, are. */
static void test_moot(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	build_net(profile, SHIELD_EGRESS, false, "10.0.0.0/8", SHIELD_PROTO_TCP);
	build_ports(profile, SHIELD_EGRESS, false, 80, 80);
	build_net(profile, SHIELD_EGRESS, true, "10.0.0.0/9", SHIELD_PROTO_TCP);
	build_net(profile, SHIELD_EGRESS, true, "10.0.0.0/8", SHIELD_PROTO_UDP);
	build_net(profile, SHIELD_BIND, false, NULL, 0);
	build_ports(profile, SHIELD_BIND, false, 1, 65535);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "note network.egress.deny[1]: is refused by network.egress.default already"));
	CU_ASSERT(has_finding(&found, "warning network.bind.allow[0]: allows every address and port"));
	profile = build_profile();
	profile->network.rules[SHIELD_BIND].present = profile->network.unix_sockets.present = true;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "note network.bind: refuses nothing"));
	CU_ASSERT(has_finding(&found, "note network.unix: refuses nothing"));
}

static void test_never_matches(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	profile->network.families = 1ull << AF_INET;
	build_net(profile, SHIELD_EGRESS, false, "fd00::/8", 0);
	build_net(profile, SHIELD_EGRESS, true, NULL, SHIELD_PROTO_TCP);
	build_ports(profile, SHIELD_EGRESS, true, 1, 1);
	build_ports(profile, SHIELD_EGRESS, true, 0, 0);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "warning network.egress.allow[0]: matches nothing: network.families has no "
				      "\"inet6\""));
	CU_ASSERT(has_finding(&found, "warning network.egress.deny[0]: ports[1] matches nothing"));
	profile = denying();
	profile->network.families = 1ull << AF_UNIX;
	build_net(profile, SHIELD_BIND, false, NULL, SHIELD_PROTO_TCP);
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning network.bind.allow[0]: matches nothing: network.families has no "
				      "\"inet\" or"));
}

static void test_unix(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	profile->network.unix_sockets.default_deny = true;
	build_socket(profile, false, "/run/a");
	build_socket(profile, false, "@*");
	build_socket(profile, false, "@x");
	build_socket(profile, true, "/run/*");
	build_socket(profile, true, "/run/b");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 4);
	CU_ASSERT(has_finding(&found, "warning network.unix.allow[1]: \"@*\" allows every socket with such a name"));
	CU_ASSERT(has_finding(&found, "warning network.unix.allow[0]: \"/run/a\" is never allowed: "
				      "network.unix.deny[0] (\"/run/*\") refuses all of it"));
	CU_ASSERT(has_finding(&found, "note network.unix.allow[2]: \"@x\" is allowed by network.unix.allow[1]"));
	CU_ASSERT(has_finding(&found, "note network.unix.deny[1]: \"/run/b\" is refused by network.unix.deny[0]"));
	profile = denying();
	profile->network.families = 1ull << AF_INET;
	build_socket(profile, false, "/run/a");
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 2);
	CU_ASSERT(has_finding(&found, "warning network.unix: has no effect: network.families has no \"unix\""));
	CU_ASSERT(has_finding(&found, "warning network.unix.allow: has no effect: network.unix.default is allow"));
}

static void test_ways_around(void)
{
	struct shield_profile *profile = denying();
	struct findings found;

	profile->network.raw = SHIELD_AUDIT;
	profile->network.families |= 1ull << AF_PACKET | 1ull << AF_VSOCK;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 3);
	CU_ASSERT(has_finding(&found, "warning network.raw: raw sockets are not refused"));
	CU_ASSERT(has_finding(&found, "warning network.families: \"packet\" goes past network.egress"));
	CU_ASSERT(has_finding(&found, "warning network.families: \"vsock\" goes past network.egress"));
	profile = denying();
	profile->network.families_action = SHIELD_ALLOW;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 1);
	CU_ASSERT(has_finding(&found, "warning network.families: no family is refused"));
	/* where egress only reports, or allows, there is nothing to go around */
	profile = denying();
	profile->network.raw = profile->network.families_action = SHIELD_ALLOW;
	profile->network.rules[SHIELD_EGRESS].action = SHIELD_AUDIT;
	found = find_in(profile);
	CU_ASSERT_EQUAL(found.count, 0);
}

void suite_profile_check_net(void);

void suite_profile_check_net(void)
{
	CU_pSuite suite = CU_add_suite("profile/check_net", NULL, NULL);

	CU_add_test(suite, "nothing to find", test_clean);
	CU_add_test(suite, "entries that others overrule", test_overruled);
	CU_add_test(suite, "allowing everything", test_everything);
	CU_add_test(suite, "what changes nothing", test_moot);
	CU_add_test(suite, "what can never match", test_never_matches);
	CU_add_test(suite, "ways around egress", test_ways_around);
	CU_add_test(suite, "unix sockets", test_unix);
}
