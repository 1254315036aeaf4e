/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/apply.h"

#include "base/names.h"
#include "ctl/ctl.h"
#include "events/writer.h"

static void write_sentences(struct shield_writer *writer, const char *key, const struct shield_strings *sentences)
{
	shield_write_open(writer, key, '[');
	for (size_t i = 0; i < sentences->count; i++)
		shield_write_string(writer, NULL, sentences->item[i]);
	shield_write_close(writer, ']');
}

static void write_containers(struct shield_writer *writer, const struct shield_ctl_reload_plan *plan)
{
	shield_write_open(writer, "containers", '[');
	for (size_t i = 0; i < plan->count; i++) {
		const struct shield_reload *reload = &plan->item[i];

		shield_write_open(writer, NULL, '{');
		shield_write_string(writer, "id", reload->container.info.id);
		shield_write_string(writer, "profile", reload->profile->name);
		shield_write_bool(writer, "changed", !reload->unchanged);
		shield_write_close(writer, '}');
	}
	shield_write_close(writer, ']');
}

static int print_json(const struct shield_ctl_apply *apply)
{
	static const char *const outcomes[] = { "applied", "valid", "unchanged", "refused", "failed" };
	_cleanup_text_ struct shield_text text = {};
	struct shield_writer writer = { .text = &text };

	shield_write_open(&writer, NULL, '{');
	shield_write_string(&writer, "result", outcomes[apply->outcome]);
	shield_write_number(&writer, "added", apply->added);
	shield_write_number(&writer, "replaced", apply->replaced);
	shield_write_number(&writer, "taken_away", apply->gone);
	shield_write_bool(&writer, "configuration", apply->config);
	write_containers(&writer, &apply->plan);
	write_sentences(&writer, "faults", &apply->faults);
	write_sentences(&writer, "notes", &apply->notes);
	if (apply->error.message[0])
		shield_write_string(&writer, "error", apply->error.message);
	else
		shield_write_null(&writer, "error");
	shield_write_close(&writer, '}');
	shield_text_add(&text, "\n");
	return shield_ctl_print(&text);
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	bool watch = shield_ctl_has(arguments, "watch"), remove = shield_ctl_has(arguments, "remove");
	_cleanup_apply_ struct shield_ctl_apply apply = {
		.from = arguments->operand[0],
		.dry_run = shield_ctl_has(arguments, "dry-run"),
	};
	int status = SHIELD_EXIT_OK;

	if (remove == (arguments->count == 1))
		return shield_ctl_usage(command, "give either a folder or --remove");
	if (watch && (remove || apply.dry_run || shield_ctl_wants_json(arguments)))
		return shield_ctl_usage(command, "--watch goes with --ready only");
	if (!watch && shield_ctl_has(arguments, "ready"))
		return shield_ctl_usage(command, "--ready goes with --watch");
	if (watch)
		return shield_ctl_apply_watch(apply.from, shield_ctl_value(arguments, "ready"));
	shield_ctl_apply_carry_out(&apply);
	if (shield_ctl_wants_json(arguments))
		status = print_json(&apply);
	else
		shield_ctl_apply_print(&apply);
	return apply.outcome == SHIELD_CTL_REFUSED || apply.outcome == SHIELD_CTL_FAILED ? SHIELD_EXIT_FAILURE : status;
}

static const struct shield_ctl_option options[] = {
	{ "dry-run", 0, NULL, "change nothing; say what would change, or why it cannot" },
	{ "watch", 0, NULL, "go on: apply the folder whenever it changes, until SIGTERM" },
	{ "ready", 0, "FILE", "with --watch: a file that is there while the folder is in force" },
	{ "remove", 0, NULL, "take away what was applied" },
	{ "output", 'o', "text|json", "text, for people; json, one object" },
	{},
};

const struct shield_ctl_command shield_ctl_apply = {
	.name = "apply",
	.arguments = "[DIR]",
	.summary = "Put a folder with config.json and profiles into force as a whole",
	.help = "All of it is checked before anything changes: each profile compiles and can be enforced here, each that\n"
		"the configuration binds to is there. Then it replaces what was applied before, so that at no moment a\n"
		"bound profile is missing, and running containers follow. Other files of the node stay as they are.\n"
		"Exit status: 0 in force, 1 refused.\n",
	.options = options,
	.most = 1,
	.run = run,
};
