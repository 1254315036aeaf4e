/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/links.h"

#include <string.h>

#include <CUnit/CUnit.h>

void suite_profile_links(void);

static void adds(void)
{
	_cleanup_links_ struct shield_links links = {};

	CU_ASSERT_PTR_NULL(shield_links_find(&links, 0, "/bin"));
	CU_ASSERT_EQUAL(shield_links_add(&links, "/bin", "usr/bin", NULL), 0);
	CU_ASSERT_EQUAL(shield_links_add(&links, "/usr/bin/sh", "dash", NULL), 0);
	CU_ASSERT_EQUAL(shield_links_add(&links, "/bin", "elsewhere", NULL), 0);
	CU_ASSERT_EQUAL(links.count, 2);
	CU_ASSERT_STRING_EQUAL(shield_links_find(&links, 2, "/bin"), "usr/bin");
	CU_ASSERT_STRING_EQUAL(shield_links_find(&links, 2, "/usr/bin/sh"), "dash");
	CU_ASSERT_PTR_NULL(shield_links_find(&links, 1, "/usr/bin/sh"));
}

static void packs(void)
{
	_cleanup_links_ struct shield_links links = {}, again = {}, cut = {}, none = {};
	_cleanup_free_ char *bytes = NULL, *nothing = NULL;
	size_t length;

	shield_links_add(&links, "/bin", "usr/bin", NULL);
	shield_links_add(&links, "/usr/bin/sh", "dash", NULL);
	CU_ASSERT_EQUAL_FATAL(shield_links_pack(&links, &bytes, &length, NULL), 0);
	CU_ASSERT_EQUAL(length, sizeof("/bin") + sizeof("usr/bin") + sizeof("/usr/bin/sh") + sizeof("dash"));
	CU_ASSERT_EQUAL_FATAL(shield_links_unpack(bytes, length, &again, NULL), 0);
	CU_ASSERT_EQUAL(again.count, 2);
	CU_ASSERT_STRING_EQUAL(shield_links_find(&again, again.count, "/usr/bin/sh"), "dash");
	for (size_t less = 1; less <= sizeof("/usr/bin/sh") + sizeof("dash"); less++) {
		CU_ASSERT_EQUAL(shield_links_unpack(bytes, length - less, &cut, NULL), 0);
		CU_ASSERT_EQUAL(cut.count, 1);
		shield_links_free(&cut);
	}
	CU_ASSERT_EQUAL(shield_links_pack(&none, &nothing, &length, NULL), 0);
	CU_ASSERT_EQUAL(length, 0);
	CU_ASSERT_EQUAL(shield_links_unpack(nothing, 0, &none, NULL), 0);
	CU_ASSERT_EQUAL(none.count, 0);
}

void suite_profile_links(void)
{
	CU_pSuite suite = CU_add_suite("profile/links", NULL, NULL);

	CU_add_test(suite, "the first of a place counts", adds);
	CU_add_test(suite, "bytes and back", packs);
}
