/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "ctl/profile.h"
#include "profile/check.h"

struct findings {
	const char *file;
	struct shield_text text;
	unsigned int warnings, notes;
};

static void add_finding(enum shield_check_severity severity, const char *place, const char *sentence, void *context)
{
	struct findings *findings = context;
	bool warning = severity == SHIELD_CHECK_WARNING;

	findings->warnings += warning;
	findings->notes += !warning;
	shield_text_add(&findings->text, findings->file);
	shield_text_add(&findings->text, ": ");
	shield_text_add(&findings->text, place);
	shield_text_add(&findings->text, warning ? ": warning: " : ": note: ");
	shield_text_add(&findings->text, sentence);
	shield_text_add(&findings->text, "\n");
}

static void add_count(struct shield_text *text, unsigned int count, const char *what)
{
	shield_text_add_number(text, count);
	shield_text_add(text, what);
	shield_text_add(text, count == 1 ? "" : "s");
}

static void add_summary(struct findings *findings)
{
	shield_text_add(&findings->text, findings->file);
	shield_text_add(&findings->text, ": valid, ");
	add_count(&findings->text, findings->warnings, " warning");
	shield_text_add(&findings->text, ", ");
	add_count(&findings->text, findings->notes, " note");
	shield_text_add(&findings->text, "\n");
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const char *word = arguments->operand[0];
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_free_ struct shield_policy *policy = NULL;
	struct findings findings = { .file = word };
	struct shield_error error = {};
	int r = shield_ctl_load_profile(word, &profile, &error);

	(void)command;
	if (r < 0) {
		shield_ctl_fail(r, &error);
		return SHIELD_EXIT_FAILURE; /* a file that is missing is an error of the check */
	}
	shield_check(profile, add_finding, &findings);
	r = shield_ctl_compile(profile, &policy, &error);
	if (r >= 0)
		add_summary(&findings);
	else
		shield_wrap(&error, r, "%s", word);
	if (shield_ctl_print(&findings.text) != SHIELD_EXIT_OK) {
		shield_text_free(&findings.text);
		return SHIELD_EXIT_FAILURE;
	}
	shield_text_free(&findings.text);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	return findings.warnings && shield_ctl_has(arguments, "strict") ? SHIELD_EXIT_NO : SHIELD_EXIT_OK;
}

static const struct shield_ctl_option options[] = {
	{ "strict", 0, NULL, "exit with 4 where there is a warning" },
	{},
};

const struct shield_ctl_command shield_ctl_profile_check = {
	.name = "profile check",
	.arguments = "FILE|NAME",
	.summary = "Read and compile a profile; say what is wrong, and what is probably not meant",
	.help = SHIELD_CTL_PROFILE_WORD
	"A warning: it enforces less, or allows less, than it seems to. A note: could be left out.\n"
	"Exit status: 0 valid, 4 valid with warnings and --strict, 1 not valid.\n",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run,
};
