/* SPDX-License-Identifier: Apache-2.0 */
/* What attach and reload refuse before they look at anything. */
#include <CUnit/CUnit.h>
#include <string.h>

#include "running.h"

void suite_ctl_life(void);

static void attach(void)
{
	char said[2048];

	CU_ASSERT_EQUAL(RUN(&shield_ctl_attach, said, "attach", "one"), SHIELD_EXIT_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "CONTAINER PROFILE"));
	CU_ASSERT_EQUAL(RUN(&shield_ctl_attach, said, "attach", "one", "two", "three"), SHIELD_EXIT_USAGE);
	CU_ASSERT_EQUAL(RUN(&shield_ctl_attach, said, "attach", "--mode=both", "one", "two"), SHIELD_EXIT_USAGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "audit|enforce"));
	CU_ASSERT_EQUAL(RUN(&shield_ctl_attach, said, "attach", "one", "no/name"), SHIELD_EXIT_FAILURE);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "no/name"));
}

static void reload(void)
{
	char said[2048];

	CU_ASSERT_EQUAL(RUN(&shield_ctl_reload, said, "reload", "one", "two"), SHIELD_EXIT_USAGE);
	CU_ASSERT_EQUAL(RUN(&shield_ctl_reload, said, "reload", "--dry-run=yes"), SHIELD_EXIT_USAGE);
	CU_ASSERT_EQUAL(RUN(&shield_ctl_reload, said, "reload", "--help"), SHIELD_EXIT_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "--dry-run"));
}

void suite_ctl_life(void)
{
	CU_pSuite suite = CU_add_suite("ctl/life", NULL, NULL);

	CU_add_test(suite, "attach", attach);
	CU_add_test(suite, "reload", reload);
}
