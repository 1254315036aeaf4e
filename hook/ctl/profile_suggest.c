/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "ctl/profile.h"
#include "profile/find.h"
#include "profile/pretty.h"
#include "record/suggest.h"

/* Local time: "12:03:14", with the day where it is not today's. */
static void add_time(struct shield_text *text, uint64_t wall)
{
	time_t then = (time_t)(wall / 1000000000), now = time(NULL);
	struct tm at = {}, today = {};
	char shown[32];

	localtime_r(&then, &at);
	localtime_r(&now, &today);
	strftime(shown, sizeof(shown),
		 at.tm_yday == today.tm_yday && at.tm_year == today.tm_year ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &at);
	shield_text_add(text, shown);
}

void shield_ctl_profile_occurrence(struct shield_text *text, const struct shield_recording *recording,
				   const struct shield_suggestion *suggestion)
{
	shield_text_add_number(text, suggestion->count);
	shield_text_add(text, suggestion->count == 1 ? " time, " : " times, ");
	if (suggestion->count > 1) {
		shield_text_add(text, "first ");
		add_time(text, suggestion->first);
		shield_text_add(text, ", last ");
	}
	add_time(text, suggestion->last);
	shield_text_add(text, ", by ");
	shield_observation_who(text, recording, suggestion->item);
	if (suggestion->processes > 1) {
		shield_text_add(text, " and ");
		shield_text_add_number(text, suggestion->processes - 1);
		shield_text_add(text, suggestion->processes == 2 ? " other program" : " other programs");
	}
}

static void add_line(struct shield_text *text, const struct shield_recording *recording,
		     const struct shield_suggestion *suggestion, bool coloured)
{
	if (suggestion->entry) {
		shield_text_add(text, coloured ? "\033[32m+ " : "+ ");
		shield_text_add(text, suggestion->place);
		shield_text_add(text, " ");
		shield_text_add(text, suggestion->entry);
		shield_text_add(text, coloured ? "\033[0m   # " : "   # ");
	} else {
		shield_text_add(text, "# ");
		shield_text_add(text, suggestion->place);
		shield_text_add(text, " ");
		shield_observation_subject(text, suggestion->item);
		shield_text_add(text, "   # ");
	}
	shield_ctl_profile_occurrence(text, recording, suggestion);
	if (suggestion->why) {
		shield_text_add(text, "\n#   ");
		shield_text_add(text, suggestion->why);
	}
	shield_text_add(text, "\n");
}

static void add_lines(struct shield_text *text, const struct shield_recording *recording,
		      const struct shield_suggestions *suggestions)
{
	bool coloured = shield_ctl_profile_colours();

	for (size_t i = 0; i < suggestions->count; i++)
		add_line(text, recording, &suggestions->item[i], coloured);
	if (!recording->unobserved)
		return;
	shield_text_add(text, "# incomplete: ");
	shield_text_add_number(text, recording->unobserved);
	shield_text_add(text, " acts more were refused or reported that could not be kept\n");
}

/* What was gathered of the container, and where it gathers. */
static int read_container(const char *id, struct shield_recording *ret, struct shield_container *ret_container,
			  struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	int r = shield_ctl_find(id, &engine, ret_container, error);

	if (r < 0)
		return r;
	if (ret_container->state.flags & SHIELD_SLOT_RECORD)
		return shield_fail(error, EINVAL,
				   "container %.12s is recorded, not under a profile: see shieldctl record show %s",
				   ret_container->info.id, ret_container->info.record);
	return shield_recording_read(&engine, ret_container, ret, error);
}

static int say_nothing(const struct shield_container *container)
{
	bool audited = container->state.flags & SHIELD_SLOT_AUDIT && !container->state.owner;

	if (audited || container->state.flags & SHIELD_SLOT_OBSERVE)
		fprintf(stderr, "shieldctl: container %.12s did nothing that its profile refuses or reports\n",
			container->info.id);
	else if (container->state.owner)
		fprintf(stderr,
			"shieldctl: of container %s nothing is gathered: of users' containers that is while they are "
			"recorded (shieldctl record start)\n",
			container->info.id);
	else
		fprintf(stderr,
			"shieldctl: of container %.12s nothing is gathered: that is in audit mode (shieldctl mode %.12s "
			"audit), or from the start with the annotation oci-shield/record\n",
			container->info.id, container->info.id);
	return SHIELD_EXIT_NOTHING;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_recording_ struct shield_recording recording = {};
	_cleanup_suggestions_ struct shield_suggestions suggestions = {};
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *printed = NULL;
	struct shield_container container;
	struct shield_error error = {};
	int r = read_container(arguments->operand[0], &recording, &container, &error);

	(void)command;
	if (r >= 0)
		r = shield_profile_load(&shield_profile_default_dirs, container.info.profile, &profile, &error);
	if (r >= 0)
		r = shield_suggest(&recording, profile, &suggestions, &error);
	if (r >= 0 && !suggestions.count && !recording.unobserved)
		return say_nothing(&container);
	if (r >= 0 && shield_ctl_wants_json(arguments))
		r = shield_profile_pretty(profile, &printed, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	if (printed)
		shield_text_add(&text, printed);
	else
		add_lines(&text, &recording, &suggestions);
	return shield_ctl_print(&text);
}

static const struct shield_ctl_option options[] = {
	{ "output", 'o', "text|json", "json: the whole profile with the new entries, to be saved" },
	{},
};

const struct shield_ctl_command shield_ctl_profile_suggest = {
	.name = "profile suggest",
	.arguments = "CONTAINER",
	.summary = "Say what a container's profile would have to allow",
	.help = "From what was refused or reported since the container's start: it is gathered in audit mode, and where\n"
		"a recording is asked for beside a profile. A line for each entry that is missing, with how often it\n"
		"was needed, when, and by which process; what no entry can allow is a comment. Read before you allow:\n"
		"an attack is in the list, too.\n"
		"Exit status: 0 there is something, 3 there is nothing, 1 failure.\n",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run,
};
