/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/priority.h"

#include <CUnit/CUnit.h>
#include <string.h>

#include "profile/rule.h"

void suite_sinks_priority(void);

static const char *priority_of(uint8_t kind, uint8_t verdict)
{
	struct shield_event event = { .kind = kind, .verdict = verdict };

	return shield_priority_name(shield_priority_of(&event));
}

static void verdicts(void)
{
	CU_ASSERT_STRING_EQUAL(priority_of(SHIELD_KIND_EXEC, SHIELD_AUDIT), "Notice");
	CU_ASSERT_STRING_EQUAL(priority_of(SHIELD_KIND_EXEC, SHIELD_DENY), "Warning");
	CU_ASSERT_STRING_EQUAL(priority_of(SHIELD_KIND_EXEC, SHIELD_KILL), "Error");
	CU_ASSERT_STRING_EQUAL(priority_of(SHIELD_KIND_DRIFT, SHIELD_KILL), "Critical");
	CU_ASSERT_STRING_EQUAL(priority_of(SHIELD_KIND_REVERSE_SHELL, SHIELD_AUDIT), "Critical");
	CU_ASSERT_STRING_EQUAL(priority_of(SHIELD_KINDS - 1, SHIELD_DENY), "Error");
	CU_ASSERT_STRING_EQUAL(priority_of(255, SHIELD_DENY), "Error");
	CU_ASSERT_STRING_EQUAL(priority_of(SHIELD_KIND_EXEC, 255), "Error");
}

/* No kind was forgotten: all that have a name are as grave or graver the more was done about them. */
static void all_kinds(void)
{
	for (uint8_t kind = SHIELD_KIND_EXEC; strcmp(shield_kind_name(kind), "unknown") != 0; kind++) {
		struct shield_event event = { .kind = kind, .verdict = SHIELD_AUDIT };
		enum shield_priority audit = shield_priority_of(&event), deny, kill;

		if (kind == SHIELD_KIND_CONTROL)
			continue;
		event.verdict = SHIELD_DENY;
		deny = shield_priority_of(&event);
		event.verdict = SHIELD_KILL;
		kill = shield_priority_of(&event);
		CU_ASSERT_TRUE(kill <= deny && deny <= audit);
		CU_ASSERT_TRUE(kill <= SHIELD_PRIORITY_ERROR && kill > SHIELD_PRIORITY_ALERT);
		CU_ASSERT_TRUE(audit != SHIELD_PRIORITY_ERROR);
	}
}

static void control(void)
{
	struct shield_event event = { .kind = SHIELD_KIND_CONTROL, .control = SHIELD_CONTROL_OFF };

	CU_ASSERT_EQUAL(shield_priority_of(&event), SHIELD_PRIORITY_ALERT);
	event.control = SHIELD_CONTROL_MODE_AUDIT;
	CU_ASSERT_EQUAL(shield_priority_of(&event), SHIELD_PRIORITY_WARNING);
	event.control = SHIELD_CONTROL_ON;
	CU_ASSERT_EQUAL(shield_priority_of(&event), SHIELD_PRIORITY_NOTICE);
	event.control = SHIELD_CONTROL_LOST;
	CU_ASSERT_EQUAL(shield_priority_of(&event), SHIELD_PRIORITY_ERROR);
}

void suite_sinks_priority(void)
{
	CU_pSuite suite = CU_add_suite("sinks/priority", NULL, NULL);

	CU_add_test(suite, "verdicts", verdicts);
	CU_add_test(suite, "all kinds", all_kinds);
	CU_add_test(suite, "control", control);
}
