/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "ctl/ctl.h"
#include "events/writer.h"
#include "oci/annotations.h"
#include "profile/in_force.h"

/* What a container is said to be, and what comes of it. */
struct question {
	struct shield_annotation annotations[SHIELD_CTL_GIVEN];
	char *copies[SHIELD_CTL_GIVEN]; /* of annotations, cut at the '='; owned */
	struct shield_state state;
	struct shield_selection selection;
	bool audit; /* the profile's own mode */
};

static void question_free(struct question *question)
{
	for (size_t i = 0; i < SHIELD_CTL_GIVEN; i++)
		free(question->copies[i]);
}

static void add(struct question *question, const char *key, const char *value)
{
	question->annotations[question->state.annotation_count++] = (struct shield_annotation){ key, value };
}

/* As containerd says it; every option stands on the command line, so that there is room. */
static int read_question(const struct shield_ctl_arguments *arguments, struct question *question,
			 struct shield_error *error)
{
	static const char *const facts[][2] = {
		{ "namespace", "io.kubernetes.cri.sandbox-namespace" },
		{ "pod", "io.kubernetes.cri.sandbox-name" },
		{ "container", "io.kubernetes.cri.container-name" },
		{ "image", "io.kubernetes.cri.image-name" },
	};
	const char *given[SHIELD_CTL_GIVEN];
	unsigned int count = shield_ctl_values(arguments, "annotation", given);

	for (unsigned int i = 0; i < count; i++) {
		char *copy = question->copies[i] = strdup(given[i]), *equals = copy ? strchr(copy, '=') : NULL;

		if (!copy)
			return shield_fail(error, ENOMEM, "out of memory");
		if (!equals)
			return shield_fail(error, EINVAL, "--annotation %s: give KEY=VALUE", given[i]);
		*equals = '\0';
		add(question, copy, equals + 1);
	}
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		const char *value = shield_ctl_value(arguments, facts[i][0]);

		if (value)
			add(question, facts[i][1], value);
	}
	question->state.annotations = question->annotations;
	return 0;
}

/* A file that is being written may belong to anybody. */
static int read_file(const char *path, struct shield_config **ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r = shield_read_file(AT_FDCWD, path, SHIELD_CONFIG_FILE_MAX, &text, &length, error);

	if (r < 0)
		return r;
	r = shield_config_parse(text, length, ret, error);
	return r < 0 ? shield_wrap(error, r, "%s", path) : 0;
}

static int read_config(const char *path, struct shield_config **ret, struct shield_error *error)
{
	struct shield_error problem = {};
	int r;

	if (path)
		return read_file(path, ret, error);
	r = shield_config_in_force(&shield_config_default_places, false, ret, &problem, error);
	if (r == 0 && problem.message[0])
		fprintf(stderr, "shieldctl: %s\n", problem.message);
	return r;
}

/* The mode that is left to the profile, where it is that of this node. */
static int look_at_profile(struct question *question, struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	int r = shield_profile_load(&shield_profile_default_dirs, question->selection.profile, &profile, error);

	if (r < 0)
		return shield_wrap(error, r, "profile %s, by %s", question->selection.profile,
				   question->selection.because);
	question->audit = profile->audit;
	return 0;
}

/* What the hook would answer. Returns 0, or a negative errno where it would refuse. */
static int answer(struct question *question, const struct shield_config *config, bool candidate,
		  struct shield_error *error)
{
	struct shield_annotations annotations;
	int r = shield_annotations_read(&question->state, &annotations, error);

	if (r < 0)
		return r;
	r = shield_select(config, &annotations.subject, &question->selection, error);
	if (r < 0)
		return r;
	if (question->selection.kind == SHIELD_SELECT_REFUSE)
		return shield_fail(error, EPERM, "%s", question->selection.because);
	if (question->selection.kind == SHIELD_SELECT_PROFILE && !candidate)
		return look_at_profile(question, error);
	return 0;
}

static const char *mode_of(const struct question *question)
{
	switch (question->selection.mode) {
	case SHIELD_SELECT_MODE_AUDIT:
		return "audit";
	case SHIELD_SELECT_MODE_ENFORCE:
		return "enforce";
	default:
		return question->audit ? "audit" : "enforce";
	}
}

static void print_text(const struct question *question)
{
	const struct shield_selection *selection = &question->selection;

	if (selection->kind == SHIELD_SELECT_PROFILE)
		printf("profile %s, %s: by %s\n", selection->profile, mode_of(question), selection->because);
	else
		printf("no profile: %s\n",
		       selection->because[0] ? selection->because : "no annotation asks for one, and nothing is bound");
	if (selection->record[0])
		printf("recorded as %s\n", selection->record);
	if (selection->mode_ignored)
		printf("the annotation oci-shield/mode is not honoured\n");
	if (selection->record_ignored)
		printf("the annotation oci-shield/record is not honoured\n");
}

static int print_json(const struct question *question)
{
	const struct shield_selection *selection = &question->selection;
	_cleanup_text_ struct shield_text text = {};
	struct shield_writer writer = { .text = &text };

	shield_write_open(&writer, NULL, '{');
	shield_write_array(&writer, "profile", selection->profile, sizeof(selection->profile));
	if (selection->kind == SHIELD_SELECT_PROFILE)
		shield_write_string(&writer, "mode", mode_of(question));
	else
		shield_write_null(&writer, "mode");
	shield_write_array(&writer, "because", selection->because, sizeof(selection->because));
	shield_write_array(&writer, "record", selection->record, sizeof(selection->record));
	shield_write_bool(&writer, "mode_ignored", selection->mode_ignored);
	shield_write_bool(&writer, "record_ignored", selection->record_ignored);
	shield_write_close(&writer, '}');
	shield_text_add(&text, "\n");
	return shield_ctl_print(&text);
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_(question_free) struct question question = {};
	const char *path = shield_ctl_value(arguments, "config");
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error error = {};
	int r = read_question(arguments, &question, &error);

	if (r < 0)
		return shield_ctl_usage(command, "%s", error.message);
	r = read_config(path, &config, &error);
	if (r < 0) {
		shield_ctl_fail(r, &error);
		return SHIELD_EXIT_FAILURE;
	}
	if (answer(&question, config, path, &error) < 0) {
		fprintf(stderr, "shieldctl: it would not start: %s\n", error.message);
		return SHIELD_EXIT_NO;
	}
	if (shield_ctl_wants_json(arguments))
		return print_json(&question);
	print_text(&question);
	return SHIELD_EXIT_OK;
}

static const struct shield_ctl_option options[] = {
	{ "namespace", 0, "WORD", "of the pod" },
	{ "pod", 0, "WORD", "its name" },
	{ "container", 0, "WORD", "its name within the pod" },
	{ "image", 0, "WORD", "its name, as the runtime has it" },
	{ "annotation", 0, "KEY=VALUE", "of the pod, or of a podman container; may be repeated" },
	{ "config", 0, "FILE", "another configuration than the one in force; its profiles are not looked for" },
	{ "output", 'o', "text|json", "text, for people; json, one object" },
	{},
};

const struct shield_ctl_command shield_ctl_select = {
	.name = "select",
	.arguments = "",
	.summary = "Say which profile a container would get, and why",
	.help = "Nothing is started. What is not given is unknown, as all but the annotations is to podman.\n"
		"Exit status: 0 it would start, 4 it would be refused, 1 failure.\n",
	.options = options,
	.run = run,
};
