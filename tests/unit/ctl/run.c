/* SPDX-License-Identifier: Apache-2.0 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "running.h"

void suite_ctl_run(void);

static struct shield_ctl_arguments seen;

static int look(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	(void)command;
	seen = *arguments;
	return 42;
}

static const struct shield_ctl_command command = {
	.name = "look",
	.arguments = "[-f] [-o FORMAT] WHERE [WHAT]",
	.summary = "Look somewhere",
	.help = "More.\n",
	.options = "fo",
	.least = 1,
	.most = 2,
	.run = look,
};

static void options(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&command, said, "look", "here"), 42);
	CU_ASSERT_STRING_EQUAL(said, "");
	CU_ASSERT_PTR_NULL(seen.output);
	CU_ASSERT_FALSE(seen.follow);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "here", "-f", "--output=json", "this"), 42);
	CU_ASSERT_STRING_EQUAL(seen.output, "json");
	CU_ASSERT_TRUE(seen.follow);
	CU_ASSERT_EQUAL_FATAL(seen.count, 2);
	CU_ASSERT_STRING_EQUAL(seen.operand[1], "this");
}

static void help(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&command, said, "look", "--help"), 0);
	CU_ASSERT_STRING_EQUAL(said, "Usage: shieldctl look [-f] [-o FORMAT] WHERE [WHAT]\nLook somewhere.\n\nMore.\n");
}

#define USAGE "\nUsage: shieldctl look [-f] [-o FORMAT] WHERE [WHAT]\n"

static void refusals(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&command, said, "look"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl look: an argument is missing" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "b", "c"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl look: too many arguments" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "-x"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl look: unknown option" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "-o"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl look: an option lacks its argument" USAGE);
	/* an option of other commands */
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "--from", "/x"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl look: unknown option" USAGE);
}

static void formats(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&shield_ctl_ps, said, "ps", "-o", "yaml"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl ps: -o is json or table\nUsage: shieldctl ps [-o table|json]\n");
	CU_ASSERT_EQUAL(RUN(&shield_ctl_mode, said, "mode", "c", "off"), 2);
	CU_ASSERT_EQUAL(RUN(&shield_ctl_engine, said, "engine", "stop"), 2);
}

void suite_ctl_run(void)
{
	CU_pSuite suite = CU_add_suite("ctl/run", NULL, NULL);

	CU_add_test(suite, "options", options);
	CU_add_test(suite, "help", help);
	CU_add_test(suite, "refusals", refusals);
	CU_add_test(suite, "formats", formats);
}
