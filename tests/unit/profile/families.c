/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/families.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <sys/socket.h>

void suite_profile_families(void);

/* Against the C library's numbers, spread over the table. */
static void numbers(void)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{ "unix", AF_UNIX },
		{ "inet", AF_INET },
		{ "inet6", AF_INET6 },
		{ "key", AF_KEY },
		{ "netlink", AF_NETLINK },
		{ "packet", AF_PACKET },
		{ "rds", AF_RDS },
		{ "ib", AF_IB },
		{ "can", AF_CAN },
		{ "bluetooth", AF_BLUETOOTH },
		{ "alg", AF_ALG },
		{ "vsock", AF_VSOCK },
		{ "smc", AF_SMC },
		{ "xdp", AF_XDP },
		{ "x25", AF_X25 },
		{ "rxrpc", AF_RXRPC },
		{ "ieee802154", AF_IEEE802154 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		CU_ASSERT_EQUAL(shield_family_number(known[i].name), known[i].number);
		CU_ASSERT_STRING_EQUAL(shield_family_name((unsigned int)known[i].number), known[i].name);
	}
}

static void strangers(void)
{
	CU_ASSERT_EQUAL(shield_family_number("INET"), -EINVAL);
	CU_ASSERT_EQUAL(shield_family_number(""), -EINVAL);
	CU_ASSERT_PTR_NULL(shield_family_name(0));
	CU_ASSERT_STRING_EQUAL(shield_family_name(45), "mctp");
	CU_ASSERT_PTR_NULL(shield_family_name(46));
	CU_ASSERT_STRING_EQUAL(shield_family_nearest("netlnik"), "netlink");
	CU_ASSERT_PTR_NULL(shield_family_nearest("quantum-entanglement"));
}

void suite_profile_families(void)
{
	CU_pSuite suite = CU_add_suite("profile/families", NULL, NULL);

	CU_add_test(suite, "numbers", numbers);
	CU_add_test(suite, "strangers", strangers);
}
