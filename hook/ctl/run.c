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
	switch (option) {
	case 'o':
		arguments->output = optarg;
		return SHIELD_EXIT_OK;
	case 'f':
		arguments->follow = true;
		return SHIELD_EXIT_OK;
	case 'F':
		if (arguments->from_count == SHIELD_FROM_MAX)
			return shield_ctl_usage(command, "more than %d --from", SHIELD_FROM_MAX);
		arguments->from[arguments->from_count++] = optarg;
		return SHIELD_EXIT_OK;
	case ':':
		return shield_ctl_usage(command, "an option lacks its argument");
	default:
		return shield_ctl_usage(command, "unknown option");
	}
}

int shield_ctl_run(const struct shield_ctl_command *command, int argc, char **argv)
{
	static const struct option known[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "follow", no_argument, NULL, 'f' },
		{ "from", required_argument, NULL, 'F' },
	};
	struct option options[sizeof(known) / sizeof(known[0]) + 2] = { { "help", no_argument, NULL, 'h' } };
	char letters[8] = ":h";
	struct shield_ctl_arguments arguments = {};
	int option, count = 1, r;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strchr(command->options, known[i].val))
			continue;
		options[count++] = known[i];
		if (known[i].val == 'F') /* a long one only */
			continue;
		strncat(letters, (char[]){ (char)known[i].val, '\0' }, 1);
		strcat(letters, known[i].has_arg ? ":" : "");
	}
	optind = 1;
	while ((option = getopt_long(argc, argv, letters, options, NULL)) != -1) {
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
