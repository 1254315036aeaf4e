/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/socket.h>

#include "parsing.h"

void suite_profile_parse_network(void);

#define BIT(family) (1ull << (family))
#define JUDGED (BIT(1) | BIT(2) | BIT(10) | BIT(16))

static void entries(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed("{'version':1,'network':{'egress':{'default':'deny','action':'kill','allow':[{'to':'10.0.0.0/8',"
		       "'proto':'tcp','ports':[5432,'8000-8099']},{},{'proto':'icmp'},{'to':'::ffff:10.1.0.0/112'}],"
		       "'deny':[{'to':'169.254.169.254'}]},'bind':{'allow':[{'proto':'udp','ports':[0,65535]}]}}}");
	const struct shield_net_rules *egress = &profile->network.rules[SHIELD_EGRESS];
	const struct shield_net_rules *bind = &profile->network.rules[SHIELD_BIND];
	const struct shield_net_entry *entry = egress->allow.item;

	CU_ASSERT_TRUE(egress->present && egress->default_deny);
	CU_ASSERT_EQUAL(egress->action, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(egress->allow.count, 4);
	CU_ASSERT_EQUAL(entry[0].family, AF_INET);
	CU_ASSERT_EQUAL(entry[0].prefix, 8);
	CU_ASSERT_EQUAL(entry[0].address[0], 10);
	CU_ASSERT_EQUAL(entry[0].proto, SHIELD_PROTO_TCP);
	CU_ASSERT_EQUAL_FATAL(entry[0].port_count, 2);
	CU_ASSERT_TRUE(entry[0].ports[0].low == 5432 && entry[0].ports[0].high == 5432);
	CU_ASSERT_TRUE(entry[0].ports[1].low == 8000 && entry[0].ports[1].high == 8099);
	CU_ASSERT_TRUE(entry[1].family == 0 && entry[1].proto == 0 && entry[1].port_count == 0);
	CU_ASSERT_EQUAL(entry[2].proto, SHIELD_PROTO_ICMP);
	CU_ASSERT_TRUE(entry[3].family == AF_INET && entry[3].prefix == 16 && entry[3].address[1] == 1);
	CU_ASSERT_EQUAL(egress->deny.item[0].prefix, 32);
	CU_ASSERT_TRUE(bind->present && bind->default_deny); /* an allow list makes it so */
	CU_ASSERT_EQUAL(bind->action, SHIELD_DENY);
	CU_ASSERT_EQUAL(bind->allow.item[0].ports[1].high, 65535);
}

static void families_and_raw(void)
{
	_cleanup_profile_ struct shield_profile *open =
		parsed("{'version':1,'network':{'egress':{'deny':[{'to':'::1'}]}}}");
	_cleanup_profile_ struct shield_profile *egress =
		parsed("{'version':1,'network':{'egress':{'default':'deny','action':'audit'}}}");
	_cleanup_profile_ struct shield_profile *bind =
		parsed("{'version':1,'network':{'bind':{'default':'deny','action':'kill'},'families_action':'audit'}}");
	_cleanup_profile_ struct shield_profile *stated =
		parsed("{'version':1,'network':{'egress':{'default':'deny','action':'kill'},"
		       "'families':['inet','vsock',63,0],'raw':'allow'}}");
	_cleanup_profile_ struct shield_profile *none = parsed("{'version':1,'network':{'families':[]}}");

	CU_ASSERT_EQUAL(open->network.families_action, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(open->network.raw, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(egress->network.families, JUDGED);
	CU_ASSERT_EQUAL(egress->network.families_action, SHIELD_AUDIT);
	CU_ASSERT_EQUAL(egress->network.raw, SHIELD_DENY);
	CU_ASSERT_EQUAL(bind->network.families, JUDGED);
	CU_ASSERT_EQUAL(bind->network.families_action, SHIELD_AUDIT);
	CU_ASSERT_EQUAL(bind->network.raw, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(stated->network.families, BIT(0) | BIT(2) | BIT(40) | BIT(63));
	CU_ASSERT_EQUAL(stated->network.families_action, SHIELD_DENY);
	CU_ASSERT_EQUAL(stated->network.raw, SHIELD_ALLOW);
	CU_ASSERT_EQUAL(none->network.families, 0);
	CU_ASSERT_EQUAL(none->network.families_action, SHIELD_DENY);
}

static void inheritance(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed_on(parsed("{'version':1,'network':{'egress':{'default':'deny','allow':[{'to':'10.0.0.1'}]},"
				 "'families':['unix'],'families_action':'kill'}}"),
			  "{'version':1,'network':{'egress':{'allow':[{'to':'10.0.0.2'}]},'families':['inet']}}");

	CU_ASSERT_EQUAL_FATAL(profile->network.rules[SHIELD_EGRESS].allow.count, 2);
	CU_ASSERT_EQUAL(profile->network.rules[SHIELD_EGRESS].allow.item[0].address[3], 1);
	CU_ASSERT_EQUAL(profile->network.families, BIT(AF_INET));
	CU_ASSERT_EQUAL(profile->network.families_action, SHIELD_KILL);
}

/* Each in network.egress.allow[0]. */
static void bad_entry(const char *entry, const char *message)
{
	char text[512], expected[512];

	snprintf(text, sizeof(text), "{'version':1,'network':{'egress':{'allow':[%s]}}}", entry);
	snprintf(expected, sizeof(expected), "network.egress.allow[0]%s", message);
	refused(text, expected);
}

static void bad_entries(void)
{
	bad_entry("7", ": expected an object, found an integer");
	bad_entry("{'too':'10.0.0.1'}", ".too: unknown key; did you mean 'to'?");
	bad_entry("{'to':'10.0.0.1/8'}", ".to: '10.0.0.1/8' has bits set beyond its prefix; the network is 10.0.0.0/8");
	bad_entry("{'to':'example.org'}", ".to: 'example.org' is not an IPv4 or IPv6 address or CIDR");
	bad_entry("{'to':7}", ".to: expected a string, found an integer");
	bad_entry("{'proto':'sctp'}", ".proto: 'sctp' is not one of tcp, udp, icmp");
	bad_entry("{'ports':[]}", ".ports: empty: name a port, or leave it out for any");
	bad_entry("{'ports':80}", ".ports: expected an array, found an integer");
	bad_entry("{'ports':[1],'proto':'icmp'}", ".ports: icmp has no ports; leave this or 'proto' out");
	bad_entry("{'ports':[80,65536]}", ".ports[1]: expected an integer from 0 to 65535, found 65536");
	bad_entry("{'ports':[-1]}", ".ports[0]: expected an integer from 0 to 65535, found -1");
	bad_entry("{'ports':['80']}", ".ports[0]: expected a port from 0 to 65535 or a range such as '8000-8099'");
	bad_entry("{'ports':['9-8']}", ".ports[0]: expected a port from 0 to 65535 or a range such as '8000-8099'");
	bad_entry("{'ports':['1-65536']}", ".ports[0]: expected a port from 0 to 65535 or a range such as '8000-8099'");
	bad_entry("{'ports':['1-2 ']}", ".ports[0]: expected a port from 0 to 65535 or a range such as '8000-8099'");
	bad_entry("{'ports':[1.5]}", ".ports[0]: expected a port from 0 to 65535 or a range such as '8000-8099'");
}

static void unix_sockets(void)
{
	_cleanup_profile_ struct shield_profile *profile =
		parsed_on(parsed("{'version':1,'network':{'unix':{'deny':['/run/*.sock'],'action':'kill'}}}"),
			  "{'version':1,'network':{'unix':{'allow':['@/tmp/.X11-unix/*','/run/app.sock'],"
			  "'deny':['@*']}}}");
	_cleanup_profile_ struct shield_profile *empty = parsed("{'version':1,'network':{'unix':{}}}");
	const struct shield_strings *allow = &profile->network.unix_sockets.allow;
	const struct shield_strings *deny = &profile->network.unix_sockets.deny;

	CU_ASSERT_TRUE(profile->network.unix_sockets.present && profile->network.unix_sockets.default_deny);
	CU_ASSERT_EQUAL(profile->network.unix_sockets.action, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(allow->count, 2);
	CU_ASSERT_STRING_EQUAL(allow->item[0], "@/tmp/.X11-unix/*");
	CU_ASSERT_EQUAL_FATAL(deny->count, 2);
	CU_ASSERT_STRING_EQUAL(deny->item[1], "@*");
	CU_ASSERT_EQUAL(profile->network.families_action, SHIELD_ALLOW);
	CU_ASSERT_TRUE(empty->network.unix_sockets.present && !empty->network.unix_sockets.default_deny);
	CU_ASSERT_EQUAL(empty->network.unix_sockets.action, SHIELD_DENY);
}

static void bad_unix_sockets(void)
{
	refused("{'version':1,'network':{'unix':{'allow':['run/x']}}}",
		"network.unix.allow[0]: 'run/x' is not absolute: a path starts with '/'");
	refused("{'version':1,'network':{'unix':{'allow':[],'deny':['/a','@']}}}",
		"network.unix.deny[1]: '@' lacks the name behind the '@'; for any name without a '/' use '@*'");
	refused("{'version':1,'network':{'unix':{'action':'allow'}}}",
		"network.unix.action: 'allow' is not one of audit, deny, kill");
	refused("{'version':1,'network':{'unix':{'read_only':[]}}}", "network.unix.read_only: unknown key");
	/* elsewhere an '@' begins no path */
	refused("{'version':1,'files':{'deny':['@x']}}", "files.deny[0]: '@x' is not absolute: a path starts with '/'");
}

static void bad_groups(void)
{
	refused("{'version':1,'network':{'ingress':{}}}", "network.ingress: unknown key; did you mean 'egress'?");
	refused("{'version':1,'network':{'egress':{'alow':[]}}}",
		"network.egress.alow: unknown key; did you mean 'allow'?");
	refused("{'version':1,'network':{'families':['inet7']}}",
		"network.families[0]: 'inet7' is no address family; did you mean 'inet'?");
	refused("{'version':1,'network':{'families':['warp-drive-net']}}",
		"network.families[0]: 'warp-drive-net' is no address family this version knows; give its number");
	refused("{'version':1,'network':{'families':[64]}}",
		"network.families[0]: expected an integer from 0 to 63, found 64");
	refused("{'version':1,'network':{'families':[true]}}",
		"network.families[0]: expected an address family: its name or number");
	refused("{'version':1,'network':{'families_action':'deny'}}",
		"network.families_action: there is no rule on families that it could belong to: add 'families'");
	refused("{'version':1,'network':{'families':[],'families_action':'allow'}}",
		"network.families_action: 'allow' is not one of audit, deny, kill");
	refused("{'version':1,'network':{'raw':'never'}}", "network.raw: 'never' is not one of allow, audit, deny, "
							   "kill");
}

void suite_profile_parse_network(void)
{
	CU_pSuite suite = CU_add_suite("profile/parse_network", NULL, NULL);

	CU_add_test(suite, "entries", entries);
	CU_add_test(suite, "families and raw", families_and_raw);
	CU_add_test(suite, "inheritance", inheritance);
	CU_add_test(suite, "bad entries", bad_entries);
	CU_add_test(suite, "bad groups", bad_groups);
	CU_add_test(suite, "unix sockets", unix_sockets);
	CU_add_test(suite, "bad unix sockets", bad_unix_sockets);
}
