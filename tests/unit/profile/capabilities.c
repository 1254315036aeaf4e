/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/capabilities.h"

#include <CUnit/CUnit.h>
#include <ctype.h>
#include <errno.h>
#include <sys/capability.h>

void suite_profile_capabilities(void);

/* Against libcap, which may know fewer. */
static void numbers(void)
{
	for (int number = 0; number <= CAP_LAST_CAP; number++) {
		const char *name = shield_capability_name((unsigned int)number);
		char *known = cap_to_name(number);

		CU_ASSERT_PTR_NOT_NULL_FATAL(name);
		for (char *c = known; *c; c++)
			*c = (char)toupper(*c);
		CU_ASSERT_STRING_EQUAL(name, known);
		CU_ASSERT_EQUAL(shield_capability_number(name), number);
		cap_free(known);
	}
}

static void strangers(void)
{
	CU_ASSERT_EQUAL(shield_capability_number("cap_sys_admin"), -EINVAL);
	CU_ASSERT_EQUAL(shield_capability_number("SYS_ADMIN"), -EINVAL);
	CU_ASSERT_EQUAL(shield_capability_number(""), -EINVAL);
	CU_ASSERT_PTR_NULL(shield_capability_name(41));
	CU_ASSERT_PTR_NULL(shield_capability_name(63));
	CU_ASSERT_STRING_EQUAL(shield_capability_nearest("CAP_SYS_AMDIN"), "CAP_SYS_ADMIN");
	CU_ASSERT_PTR_NULL(shield_capability_nearest("everything"));
}

void suite_profile_capabilities(void)
{
	CU_pSuite suite = CU_add_suite("profile/capabilities", NULL, NULL);

	CU_add_test(suite, "numbers", numbers);
	CU_add_test(suite, "strangers", strangers);
}
