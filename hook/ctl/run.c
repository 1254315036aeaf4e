/* SPDX-License-Identifier: Apache-2.0 */
/* From the command line to a command: its options, as its table has them, and its help. */
#include <assert.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "ctl/ctl.h"

#define OPTIONS 24	/* that a command can have, at most */
#define COMMANDS 32	/* of a group */
#define FIRST_LONG 1000 /* what getopt_long(3) returns for the table's first option */

static const struct shield_ctl_option help_option = { "help", 'h', NULL, "show this" };

static bool is_group(const struct shield_ctl_command *command)
{
	return command->commands != NULL;
}

/* What a command is called within its group. */
static const char *last_word(const struct shield_ctl_command *command)
{
	const char *blank = strrchr(command->name, ' ');

	return blank ? blank + 1 : command->name;
}

static void print_usage(FILE *file, const struct shield_ctl_command *command)
{
	const char *arguments = is_group(command) ? "COMMAND [ARGUMENT]..." : command->arguments;

	fprintf(file, "Usage: shieldctl%s%s%s%s%s\n", *command->name ? " " : "", command->name,
		command->options ? " [OPTION]..." : "", *arguments ? " " : "", arguments);
}

int shield_ctl_usage(const struct shield_ctl_command *command, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "shieldctl%s%s: ", *command->name ? " " : "", command->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
	print_usage(stderr, command);
	return SHIELD_EXIT_USAGE;
}

/* "-o, --output text|json". Returns its length. */
static int format_option(const struct shield_ctl_option *option, char *buffer, size_t size)
{
	char letter[8] = "    ";

	if (option->letter)
		snprintf(letter, sizeof(letter), "-%c, ", option->letter);
	return snprintf(buffer, size, "%s--%s%s%s", letter, option->name, option->value ? " " : "",
			option->value ? option->value : "");
}

/* One option, the lines of its help below each other. */
static void print_option(const struct shield_ctl_option *option, int width)
{
	const char *line = option->help;
	char shown[80];

	format_option(option, shown, sizeof(shown));
	printf("  %-*s  %.*s\n", width, shown, (int)strcspn(line, "\n"), line);
	for (line = strchr(line, '\n'); line; line = strchr(line, '\n')) {
		line++;
		printf("  %-*s  %.*s\n", width, "", (int)strcspn(line, "\n"), line);
	}
}

static void print_options(const struct shield_ctl_option *options)
{
	char shown[80];
	int width = format_option(&help_option, shown, sizeof(shown));

	for (const struct shield_ctl_option *option = options; option && option->name; option++) {
		int length = format_option(option, shown, sizeof(shown));

		width = length > width ? length : width;
	}
	printf("\nOptions:\n");
	for (const struct shield_ctl_option *option = options; option && option->name; option++)
		print_option(option, width);
	print_option(&help_option, width);
}

static void print_commands(const struct shield_ctl_command *const *commands)
{
	printf("\nCommands:\n");
	for (; *commands; commands++)
		printf("  %-8s  %s\n", last_word(*commands), (*commands)->summary);
}

static void print_help(const struct shield_ctl_command *command)
{
	print_usage(stdout, command);
	printf("%s.\n", command->summary);
	if (is_group(command))
		print_commands(command->commands);
	else
		print_options(command->options);
	if (command->help)
		printf("\n%s", command->help);
}

/* Says which word is not known, and which was probably meant. @known: NULL-terminated */
static int fail_unknown(const struct shield_ctl_command *command, const char *what, const char *word,
			const char *const *known)
{
	const char *nearest = shield_nearest(word, known);
	char shown[40];

	shield_printable(word, shown, sizeof(shown));
	if (nearest)
		return shield_ctl_usage(command, "there is no %s \"%s\"; did you mean \"%s\"?", what, shown, nearest);
	return shield_ctl_usage(command, "there is no %s \"%s\"", what, shown);
}

static int fail_option(const struct shield_ctl_command *command, const char *word)
{
	const char *names[OPTIONS + 2] = { help_option.name };
	size_t length = strcspn(word, "=");
	char name[40];

	if (strncmp(word, "--", 2) != 0)
		return shield_ctl_usage(command, "there is no option \"-%c\"", optopt);
	for (size_t i = 0; command->options && command->options[i].name; i++)
		names[1 + i] = command->options[i].name;
	snprintf(name, sizeof(name), "%.*s", (int)length - 2, word + 2);
	return fail_unknown(command, "option", name, names);
}

/* Is a word one of "text|json"? A placeholder, such as "FILE|NAME", is in capitals: there all words are. */
static bool is_choice(const char *choices, const char *word)
{
	size_t length = strlen(word);

	if (!strchr(choices, '|') || (*choices >= 'A' && *choices <= 'Z'))
		return true;
	for (; choices; choices = strchr(choices, '|')) {
		choices += *choices == '|';
		if (strcspn(choices, "|") == length && !strncmp(choices, word, length))
			return true;
	}
	return false;
}

/* Takes one option. Returns SHIELD_EXIT_OK or SHIELD_EXIT_USAGE. */
static int take_option(const struct shield_ctl_command *command, const struct shield_ctl_option *option,
		       struct shield_ctl_arguments *arguments)
{
	char shown[40];

	if (arguments->given_count == SHIELD_CTL_GIVEN)
		return shield_ctl_usage(command, "more than %d options", SHIELD_CTL_GIVEN);
	if (option->value && !is_choice(option->value, optarg))
		return shield_ctl_usage(command, "--%s: \"%s\" is not one of %s", option->name,
					shield_printable(optarg, shown, sizeof(shown)), option->value);
	arguments->given[arguments->given_count].option = option;
	arguments->given[arguments->given_count++].value = option->value ? optarg : "";
	return SHIELD_EXIT_OK;
}

/* The table in getopt_long(3)'s terms: letters and long options both lead to an index into it. */
static void describe_options(const struct shield_ctl_option *options, struct option *names, char *letters)
{
	size_t i = 0;

	*letters++ = ':';
	*letters++ = help_option.letter;
	for (; options && options[i].name; i++) {
		assert(i < OPTIONS);
		names[i] = (struct option){ options[i].name, options[i].value ? required_argument : no_argument, NULL,
					    FIRST_LONG + (int)i };
		if (!options[i].letter)
			continue;
		*letters++ = options[i].letter;
		if (options[i].value)
			*letters++ = ':';
	}
	names[i] = (struct option){ help_option.name, no_argument, NULL, help_option.letter };
}

static const struct shield_ctl_option *find_option(const struct shield_ctl_option *options, int found)
{
	if (found >= FIRST_LONG)
		return &options[found - FIRST_LONG];
	while (options->letter != found)
		options++;
	return options;
}

static int run_command(const struct shield_ctl_command *command, int argc, char **argv)
{
	struct shield_ctl_arguments arguments = {};
	struct option names[OPTIONS + 2] = {};
	char letters[2 * OPTIONS + 3] = "";
	int found, r;

	describe_options(command->options, names, letters);
	while ((found = getopt_long(argc, argv, letters, names, NULL)) != -1) {
		if (found == help_option.letter) {
			print_help(command);
			return SHIELD_EXIT_OK;
		}
		if (found == ':')
			return shield_ctl_usage(command, "%s lacks its argument", argv[optind - 1]);
		if (found == '?')
			return fail_option(command, argv[optind - 1]);
		r = take_option(command, find_option(command->options, found), &arguments);
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

static int run_group(const struct shield_ctl_command *group, int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL, *names[COMMANDS + 1] = {};

	if (!word)
		return shield_ctl_usage(group, "a command is missing: see --help");
	if (!strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help")) {
		print_help(group);
		return SHIELD_EXIT_OK;
	}
	for (size_t i = 0; group->commands[i]; i++) {
		assert(i < COMMANDS);
		names[i] = last_word(group->commands[i]);
		if (!strcmp(word, names[i]))
			return shield_ctl_run(group->commands[i], argc - 1, argv + 1);
	}
	return fail_unknown(group, "command", word, names);
}

int shield_ctl_run(const struct shield_ctl_command *command, int argc, char **argv)
{
	return is_group(command) ? run_group(command, argc, argv) : run_command(command, argc, argv);
}
