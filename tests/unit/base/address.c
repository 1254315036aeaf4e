/* SPDX-License-Identifier: Apache-2.0 */
#include "base/address.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

void suite_base_address(void);

static void good(void)
{
	static const struct {
		const char *text, *canonical;	     /* NULL: the same */
		uint8_t family, prefix, first, last; /* bytes of the address */
	} cases[] = {
		{ "10.0.0.0/8", NULL, AF_INET, 8, 10, 0 },
		{ "169.254.169.254", NULL, AF_INET, 32, 169, 254 },
		{ "1.2.3.4/32", "1.2.3.4", AF_INET, 32, 1, 4 },
		{ "0.0.0.0/0", NULL, AF_INET, 0, 0, 0 },
		{ "128.0.0.0/1", NULL, AF_INET, 1, 128, 0 },
		{ "::/0", NULL, AF_INET6, 0, 0, 0 },
		{ "::1", NULL, AF_INET6, 128, 0, 0 },
		{ "2001:DB8::/33", "2001:db8::/33", AF_INET6, 33, 0x20, 0xb8 },
		{ "::ffff:1.2.3.4", "1.2.3.4", AF_INET, 32, 1, 4 },
		{ "::ffff:10.0.0.0/104", "10.0.0.0/8", AF_INET, 8, 10, 0 },
		{ "::ffff:0:0/96", "0.0.0.0/0", AF_INET, 0, 0, 0 },
		{ "::/95", NULL, AF_INET6, 95, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct shield_cidr cidr = {}, again = {};
		char text[SHIELD_CIDR_MAX];

		CU_ASSERT_EQUAL(shield_cidr_parse(cases[i].text, &cidr, NULL), 0);
		CU_ASSERT_EQUAL(cidr.family, cases[i].family);
		CU_ASSERT_EQUAL(cidr.prefix, cases[i].prefix);
		CU_ASSERT_EQUAL(cidr.address[0], cases[i].first);
		CU_ASSERT_EQUAL(cidr.address[3], cases[i].last);
		CU_ASSERT_STRING_EQUAL(shield_cidr_format(&cidr, text),
				       cases[i].canonical ? cases[i].canonical : cases[i].text);
		CU_ASSERT_EQUAL(shield_cidr_parse(text, &again, NULL), 0);
		CU_ASSERT_EQUAL(memcmp(&cidr, &again, sizeof(cidr)), 0);
	}
}

static void bad(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", "\"\" is not an IPv4 or IPv6 address or CIDR" },
		{ "localhost", "\"localhost\" is not an IPv4 or IPv6 address or CIDR" },
		{ "10.0.0", "\"10.0.0\" is not an IPv4 or IPv6 address or CIDR" },
		{ "010.0.0.1", "\"010.0.0.1\" is not an IPv4 or IPv6 address or CIDR" },
		{ "1.2.3.4 ", "\"1.2.3.4 \" is not an IPv4 or IPv6 address or CIDR" },
		{ "fe80::1%eth0", "\"fe80::1%eth0\" is not an IPv4 or IPv6 address or CIDR" },
		{ "10.0.0.0/", "\"10.0.0.0/\": the prefix is a number from 0 to 32" },
		{ "10.0.0.0/33", "\"10.0.0.0/33\": the prefix is a number from 0 to 32" },
		{ "10.0.0.0/08", "\"10.0.0.0/08\": the prefix is a number from 0 to 32" },
		{ "10.0.0.0/-1", "\"10.0.0.0/-1\": the prefix is a number from 0 to 32" },
		{ "10.0.0.0/8/8", "\"10.0.0.0/8/8\": the prefix is a number from 0 to 32" },
		{ "::/129", "\"::/129\": the prefix is a number from 0 to 128" },
		{ "10.1.2.3/8", "\"10.1.2.3/8\" has bits set beyond its prefix; the network is 10.0.0.0/8" },
		{ "10.0.0.1/31", "\"10.0.0.1/31\" has bits set beyond its prefix; the network is 10.0.0.0/31" },
		{ "2001:db8::1/32", "\"2001:db8::1/32\" has bits set beyond its prefix; the network is 2001:db8::/32" },
		{ "::1/0", "\"::1/0\" has bits set beyond its prefix; the network is ::/0" },
		{ "1234567890123456789012345678901234567890123456789012345678901234567890", "is not an address" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct shield_cidr cidr = { .prefix = 77 };
		struct shield_error error = {};

		CU_ASSERT_EQUAL(shield_cidr_parse(cases[i].text, &cidr, &error), -EINVAL);
		CU_ASSERT_EQUAL(cidr.prefix, 77);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, cases[i].message));
	}
}

void suite_base_address(void)
{
	CU_pSuite suite = CU_add_suite("base/address", NULL, NULL);

	CU_add_test(suite, "good", good);
	CU_add_test(suite, "bad", bad);
}
