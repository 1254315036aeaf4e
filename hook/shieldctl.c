/* SPDX-License-Identifier: Apache-2.0 */
/* shieldctl: what is enforced on this node, for people. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "ctl/ctl.h"

static const struct shield_ctl_command *const commands[] = {
	&shield_ctl_ps,	  &shield_ctl_status, &shield_ctl_inspect, &shield_ctl_events,	&shield_ctl_profile,
	&shield_ctl_mode, &shield_ctl_engine, &shield_ctl_doctor,  &shield_ctl_version,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
	printf("Usage: shieldctl COMMAND [ARGUMENTS]\n"
	       "Shows and controls what oci-shield enforces on this node.\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-8s  %s\n", commands[i]->name, commands[i]->summary);
	printf("\n\"shieldctl COMMAND --help\" says more. Exit status: 0 done, 1 failure, 2 wrong usage,\n"
	       "3 not found or nothing under enforcement. See shieldctl(8).\n");
}

static int fail_unknown(const char *word)
{
	const char *names[COMMANDS + 1] = {}, *nearest;
	char shown[32];

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i]->name;
	nearest = shield_nearest(word, names);
	fprintf(stderr, "shieldctl: there is no command \"%s\"", shield_printable(word, shown, sizeof(shown)));
	if (nearest)
		fprintf(stderr, "; did you mean \"%s\"?\n", nearest);
	else
		fprintf(stderr, ": see shieldctl --help\n");
	return SHIELD_EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;

	if (!word) {
		fprintf(stderr, "shieldctl: a command is missing: see shieldctl --help\n");
		return SHIELD_EXIT_USAGE;
	}
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		print_help();
		return SHIELD_EXIT_OK;
	}
	if (!strcmp(word, "--version"))
		word = "version";
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(word, commands[i]->name))
			return shield_ctl_run(commands[i], argc - 1, argv + 1);
	return fail_unknown(word);
}
