/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ctl/profile.h"
#include "events/writer.h"
#include "profile/diff.h"

struct shown {
	struct shield_text text;
	struct shield_writer writer; /* of JSON */
	bool json, coloured;
};

/* JSON; a string without anything to escape goes without its quotes. */
static void add_plain(struct shield_text *text, const char *json)
{
	size_t length = strlen(json);

	if (*json == '"' && !strchr(json, '\\'))
		shield_text_add_bytes(text, json + 1, length - 2);
	else
		shield_text_add(text, json);
}

static const char *colour_of(const struct shown *shown, const char *before, const char *after)
{
	if (!shown->coloured)
		return "";
	return before && after ? "\033[33m" : before ? "\033[31m" : "\033[32m";
}

static void show(const char *place, const char *before, const char *after, void *context)
{
	struct shown *shown = context;
	struct shield_text *text = &shown->text;

	shield_text_add(text, colour_of(shown, before, after));
	shield_text_add(text, before && after ? "  " : before ? "- " : "+ ");
	shield_text_add(text, place);
	shield_text_add(text, before && after ? ": " : " ");
	if (before)
		add_plain(text, before);
	if (before && after)
		shield_text_add(text, " -> ");
	if (after)
		add_plain(text, after);
	shield_text_add(text, shown->coloured ? "\033[0m\n" : "\n");
}

static void write_value(struct shield_writer *writer, const char *key, const char *json)
{
	shield_write_raw(writer, key, json ? json : "null");
}

static void show_json(const char *place, const char *before, const char *after, void *context)
{
	struct shield_writer *writer = &((struct shown *)context)->writer;

	shield_write_open(writer, NULL, '{');
	shield_write_string(writer, "place", place);
	write_value(writer, "before", before);
	write_value(writer, "after", after);
	shield_write_close(writer, '}');
}

static int diff(const struct shield_profile *before, const struct shield_profile *after, struct shown *shown,
		struct shield_error *error)
{
	int r;

	if (!shown->json)
		return shield_profile_diff(before, after, show, shown, error);
	shield_write_open(&shown->writer, NULL, '[');
	r = shield_profile_diff(before, after, show_json, shown, error);
	shield_write_close(&shown->writer, ']');
	shield_text_add(&shown->text, "\n");
	return r;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	struct shown shown = { .json = shield_ctl_wants_json(arguments), .coloured = shield_ctl_profile_colours() };
	_cleanup_profile_ struct shield_profile *before = NULL, *after = NULL;
	struct shield_error error = {};
	int r = shield_ctl_load_profile(arguments->operand[0], &before, &error), status;

	(void)command;
	shown.writer.text = &shown.text;
	if (r >= 0)
		r = shield_ctl_load_profile(arguments->operand[1], &after, &error);
	if (r >= 0)
		r = diff(before, after, &shown, &error);
	if (r < 0) {
		shield_ctl_fail(r, &error);
		status = SHIELD_EXIT_FAILURE; /* a profile that is missing is an error of the comparison */
	} else {
		status = shield_ctl_print(&shown.text);
	}
	shield_text_free(&shown.text);
	return status == SHIELD_EXIT_OK && r ? SHIELD_EXIT_NO : status;
}

static const struct shield_ctl_option options[] = {
	{ "output", 'o', "text|json", "json: an array of {place, before, after}; null where it is not there" },
	{},
};

const struct shield_ctl_command shield_ctl_profile_diff = {
	.name = "profile diff",
	.arguments = "FILE|NAME FILE|NAME",
	.summary = "Say what the second profile allows, refuses or does otherwise than the first",
	.help = SHIELD_CTL_PROFILE_WORD
	"Both are compared as what they come to, \"extends\" resolved: the order of entries does not count.\n"
	"  - an entry that is gone   + a new one     a value that changed\n"
	"Exit status: 0 they mean the same, 4 they differ, 1 failure.\n",
	.options = options,
	.least = 2,
	.most = 2,
	.run = run,
};
