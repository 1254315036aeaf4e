/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"

static void print_help(const struct shield_ctl_command *command)
{
	bool gap = *command->arguments;

	printf("Usage: shieldctl %s%s%s\n%s.\n", command->name, gap ? " " : "", command->arguments, command->summary);
	if (command->help)
		printf("\n%s", command->help);
}

int shield_ctl_usage(const struct shield_ctl_command *command, const char *format, ...)
{
	bool gap = *command->arguments;
	va_list arguments;

	fprintf(stderr, "shieldctl %s: ", command->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\nUsage: shieldctl %s%s%s\n", command->name, gap ? " " : "", command->arguments);
	return SHIELD_EXIT_USAGE;
}

/* Takes one option. Returns SHIELD_EXIT_OK or SHIELD_EXIT_USAGE. */
static int take_option(const struct shield_ctl_command *command, int option, struct shield_ctl_arguments *arguments)
{
	if (option == ':')
		return shield_ctl_usage(command, "an option lacks its argument");
	if (option == '?' || !strchr(command->options, option))
		return shield_ctl_usage(command, "unknown option");
	switch (option) {
	case 'o':
		arguments->output = optarg;
		break;
	case 'f':
		arguments->follow = true;
		break;
	case 'F':
		if (arguments->from_count == SHIELD_FROM_MAX)
			return shield_ctl_usage(command, "more than %d --from", SHIELD_FROM_MAX);
		arguments->from[arguments->from_count++] = optarg;
		break;
	}
	return SHIELD_EXIT_OK;
}

int shield_ctl_run(const struct shield_ctl_command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "output", required_argument, NULL, 'o' },
		{ "follow", no_argument, NULL, 'f' },
		{ "from", required_argument, NULL, 'F' },
		{},
	};
	struct shield_ctl_arguments arguments = {};
	int option, r;

	while ((option = getopt_long(argc, argv, ":ho:f", options, NULL)) != -1) {
		if (option == 'h') {
			print_help(command);
			return SHIELD_EXIT_OK;
		}
		r = take_option(command, option, &arguments);
		if (r != SHIELD_EXIT_OK)
			return r;
	}
	arguments.operand = argv + optind;
	arguments.count = argc - optind;
	if (arguments.count < command->least)
		return shield_ctl_usage(command, "an argument is missing");
	if (arguments.count > command->most)
		return shield_ctl_usage(command, "too many arguments");
	return command->run(command, &arguments);
}
