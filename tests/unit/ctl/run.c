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

static const struct shield_ctl_option looks[] = {
	{ "follow", 'f', NULL, "go on" },
	{ "output", 'o', "text|json", "text, for people;\njson, for machines" },
	{ "from", 0, "FILE|NAME", "where from" },
	{},
};

static const struct shield_ctl_command command = {
	.name = "group look",
	.arguments = "WHERE [WHAT]",
	.summary = "Look somewhere",
	.help = "More.\n",
	.options = looks,
	.least = 1,
	.most = 2,
	.run = look,
};

static const struct shield_ctl_command plain = {
	.name = "group plain",
	.arguments = "",
	.summary = "Look",
	.run = look,
};

static const struct shield_ctl_command group = {
	.name = "group",
	.summary = "Look in many ways",
	.commands = (const struct shield_ctl_command *const[]){ &command, &plain, NULL },
};

static void options(void)
{
	const char *values[SHIELD_CTL_GIVEN];
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&command, said, "look", "here"), 42);
	CU_ASSERT_STRING_EQUAL(said, "");
	CU_ASSERT_PTR_NULL(shield_ctl_value(&seen, "output"));
	CU_ASSERT_FALSE(shield_ctl_wants_json(&seen));
	CU_ASSERT_FALSE(shield_ctl_has(&seen, "follow"));
	CU_ASSERT_EQUAL(shield_ctl_values(&seen, "from", values), 0);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "here", "-f", "--output=json", "this"), 42);
	CU_ASSERT_STRING_EQUAL(shield_ctl_value(&seen, "output"), "json");
	CU_ASSERT_TRUE(shield_ctl_wants_json(&seen));
	CU_ASSERT_TRUE(shield_ctl_has(&seen, "follow"));
	CU_ASSERT_EQUAL_FATAL(seen.count, 2);
	CU_ASSERT_STRING_EQUAL(seen.operand[1], "this");
	/* the last one counts, unless all do */
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "here", "-ojson", "-o", "text", "--from", "a", "--from=b"), 42);
	CU_ASSERT_STRING_EQUAL(shield_ctl_value(&seen, "output"), "text");
	CU_ASSERT_EQUAL_FATAL(shield_ctl_values(&seen, "from", values), 2);
	CU_ASSERT_STRING_EQUAL(values[0], "a");
	CU_ASSERT_STRING_EQUAL(values[1], "b");
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "here", "--", "-f"), 42);
	CU_ASSERT_FALSE(shield_ctl_has(&seen, "follow"));
	CU_ASSERT_STRING_EQUAL(seen.operand[1], "-f");
}

static void help(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&command, said, "look", "--help"), 0);
	CU_ASSERT_STRING_EQUAL(said,
			       "Usage: shieldctl group look [OPTION]... WHERE [WHAT]\nLook somewhere.\n\nOptions:\n"
			       "  -f, --follow            go on\n"
			       "  -o, --output text|json  text, for people;\n"
			       "                          json, for machines\n"
			       "      --from FILE|NAME    where from\n"
			       "  -h, --help              show this\n\nMore.\n");
	CU_ASSERT_EQUAL(RUN(&plain, said, "plain", "-h"), 0);
	CU_ASSERT_STRING_EQUAL(said, "Usage: shieldctl group plain\nLook.\n\nOptions:\n  -h, --help  show this\n");
}

static void groups(void)
{
	static const char *const words[] = { "--help", "-h", "help" };
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&group, said, "group", "look", "here", "-f"), 42);
	CU_ASSERT_TRUE(shield_ctl_has(&seen, "follow"));
	CU_ASSERT_STRING_EQUAL(seen.operand[0], "here");
	for (size_t i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(RUN(&group, said, "group", words[i]), 0);
		CU_ASSERT_STRING_EQUAL(said, "Usage: shieldctl group COMMAND [ARGUMENT]...\nLook in many ways.\n\n"
					     "Commands:\n  look      Look somewhere\n  plain     Look\n");
	}
	CU_ASSERT_EQUAL(RUN(&group, said, "group"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl group: a command is missing: see --help\n"
				     "Usage: shieldctl group COMMAND [ARGUMENT]...\n");
	CU_ASSERT_EQUAL(RUN(&group, said, "group", "lok"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl group: there is no command \"lok\"; did you mean \"look\"?\n"
				     "Usage: shieldctl group COMMAND [ARGUMENT]...\n");
}

#define USAGE "\nUsage: shieldctl group look [OPTION]... WHERE [WHAT]\n"

static void refusals(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&command, said, "look"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl group look: an argument is missing" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "b", "c"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl group look: too many arguments" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "-x"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl group look: there is no option \"-x\"" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "--flow"), 2);
	CU_ASSERT_STRING_EQUAL(said,
			       "shieldctl group look: there is no option \"flow\"; did you mean \"follow\"?" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "-o"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl group look: -o lacks its argument" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "--output=tex"), 2);
	CU_ASSERT_STRING_EQUAL(said, "shieldctl group look: --output: \"tex\" is not one of text|json" USAGE);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "-o", ""), 2);
	CU_ASSERT_EQUAL(RUN(&command, said, "look", "a", "-o", "text|json"), 2);
	/* what it takes none of */
	CU_ASSERT_EQUAL(RUN(&plain, said, "plain", "-f"), 2);
	CU_ASSERT_EQUAL(RUN(&plain, said, "plain", "here"), 2);
}

static void words(void)
{
	char said[1024];

	CU_ASSERT_EQUAL(RUN(&shield_ctl_mode, said, "mode", "c", "off"), 2);
	CU_ASSERT_EQUAL(RUN(&shield_ctl_engine, said, "engine", "stop"), 2);
}

void suite_ctl_run(void)
{
	CU_pSuite suite = CU_add_suite("ctl/run", NULL, NULL);

	CU_add_test(suite, "options", options);
	CU_add_test(suite, "help", help);
	CU_add_test(suite, "groups", groups);
	CU_add_test(suite, "refusals", refusals);
	CU_add_test(suite, "words", words);
}
