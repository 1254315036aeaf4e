/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-shield: the OCI hook. Its argument is the stage, the container's state is on standard input.
 *	createRuntime (or prestart)  puts the container under its profile; failing keeps it from starting
 *	poststop		     takes it down; never fails the runtime
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/io.h"
#include "base/names.h"
#include "engine/attach.h"
#include "engine/enforce.h"
#include "engine/pins.h"
#include "oci/annotations.h"
#include "oci/process.h"
#include "oci/state.h"
#include "rootless/plead.h"

/* To the runtime and to the system's log: crun shows nobody what a hook says. */
static void say(int priority, const char *message)
{
	fprintf(stderr, "oci-shield: %s\n", message);
	openlog("oci-shield", LOG_PID, LOG_DAEMON);
	syslog(priority, "%s", message);
}

static void warn(const char *message)
{
	say(LOG_WARNING, message);
}

/* What the runtime said. */
struct input {
	char *text; /* that the state borrows from; owned */
	char *raw;  /* as it was written, `length` bytes; owned; NULL unless the hook is nested */
	size_t length;
	bool nested; /* in a user namespace, as under rootless podman: bpf(2) is refused there, and shieldd does the work */
	struct shield_state state;
};

static void input_free(struct input *input)
{
	shield_state_free(&input->state);
	free(input->text);
	free(input->raw);
}

static int read_input(struct input *input, struct shield_error *error)
{
	int r = shield_read_fd(STDIN_FILENO, "the state on standard input", SHIELD_STATE_MAX, &input->text,
			       &input->length, error);

	if (r == 0)
		r = shield_process_in_user_namespace(&input->nested, error);
	if (r < 0)
		return r;
	if (input->nested) {
		input->raw = malloc(input->length);
		if (!input->raw)
			return shield_fail(error, ENOMEM, "out of memory");
		memcpy(input->raw, input->text, input->length);
	}
	r = shield_state_parse(input->text, input->length, &input->state, error);
	return r < 0 ? shield_wrap(error, r, "the state on standard input") : 0;
}

/* A container that asked for nothing is left alone: the node's configuration is for those that root starts. */
static int plead(enum shield_plea_stage stage, const struct input *input, const struct shield_subject *subject,
		 struct shield_error *error)
{
	int r;

	if (!subject->profile && !subject->record)
		return 0;
	r = shield_plead(stage, input->raw, input->length, &input->state, warn, error);
	if (r < 0)
		return shield_wrap(error, r, "%s %s", subject->profile ? "profile" : "recording",
				   subject->profile ?: subject->record);
	return 0;
}

/* "container 12ab34cd (pod prod/web-0, container nginx) is not started: " and why. */
static int refuse(const struct shield_state *state, const struct shield_subject *subject, int result,
		  struct shield_error *error)
{
	char who[3][128];

	if (!subject->pod)
		return shield_wrap(error, result, "container %.12s is not started", state->id);
	return shield_wrap(error, result, "container %.12s (pod %s/%s, container %s) is not started", state->id,
			   shield_printable(subject->namespace_ ?: "?", who[0], sizeof(who[0])),
			   shield_printable(subject->pod, who[1], sizeof(who[1])),
			   shield_printable(subject->container ?: "?", who[2], sizeof(who[2])));
}

static int create_runtime(struct shield_error *error)
{
	_cleanup_(input_free) struct input input = {};
	struct shield_annotations annotations = {};
	struct shield_enforce enforce = { .state = &input.state, .subject = &annotations.subject, .warn = warn };
	int r;

	r = read_input(&input, error);
	if (r < 0)
		return r;
	r = shield_annotations_read(&input.state, &annotations, error);
	if (r == 0 && annotations.sandbox)
		return 0;
	if (r == 0)
		r = input.nested ? plead(SHIELD_PLEA_CREATE, &input, &annotations.subject, error)
				 : shield_enforce(&enforce, error);
	return r < 0 ? refuse(&input.state, &annotations.subject, r, error) : 0;
}

static int poststop(struct shield_error *error)
{
	_cleanup_(input_free) struct input input = {};
	struct shield_annotations annotations;
	int r = read_input(&input, error);

	if (r < 0)
		return r;
	if (!input.nested)
		return shield_detach(input.state.id, error);
	r = shield_annotations_read(&input.state, &annotations, error);
	return r < 0 ? r : plead(SHIELD_PLEA_POSTSTOP, &input, &annotations.subject, error);
}

static int usage(FILE *to)
{
	fputs("Usage: oci-shield createRuntime|prestart|poststop < STATE\n"
	      "       oci-shield --version | --help\n"
	      "\n"
	      "An OCI runtime hook: reads the container's state on standard input and puts the container under\n"
	      "the profile that its annotations choose, or takes it down. See oci-shield(8) and shieldctl(8).\n",
	      to);
	return to == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
	struct shield_error error = { { 0 } };
	const char *stage = argc == 2 ? argv[1] : "";

	if (!strcmp(stage, "--version")) {
		printf("oci-shield %s\n", shield_engine_build());
		return 0;
	}
	if (!strcmp(stage, "--help"))
		return usage(stdout);
	if (!strcmp(stage, "createRuntime") || !strcmp(stage, "prestart")) {
		if (create_runtime(&error) == 0)
			return 0;
		say(LOG_ERR, error.message);
		return 1;
	}
	if (!strcmp(stage, "poststop")) {
		if (poststop(&error) < 0)
			say(LOG_ERR, error.message); /* and no more: runc fails a delete whose poststop fails */
		return 0;
	}
	return usage(stderr);
}
