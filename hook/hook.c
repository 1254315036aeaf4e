/* SPDX-License-Identifier: Apache-2.0 */
/*
 * oci-shield: the OCI hook. Its argument is the stage, the container's state is on standard input.
 *	createRuntime (or prestart)  puts the container under its profile; failing keeps it from starting
 *	poststop		     takes it down; never fails the runtime
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/io.h"
#include "base/names.h"
#include "engine/attach.h"
#include "oci/annotations.h"
#include "oci/process.h"
#include "oci/state.h"
#include "profile/config.h"
#include "profile/everything.h"
#include "profile/find.h"
#include "profile/select.h"

#define STATE_MAX (1024 * 1024)

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

/* @ret_text: what the state borrows from; owned by the caller */
static int read_state(char **ret_text, struct shield_state *ret, struct shield_error *error)
{
	size_t length;
	int r = shield_read_fd(STDIN_FILENO, "the state on standard input", STATE_MAX, ret_text, &length, error);

	if (r < 0)
		return r;
	r = shield_state_parse(*ret_text, length, ret, error);
	return r < 0 ? shield_wrap(error, r, "the state on standard input") : 0;
}

/* Which profile, if any. Reads the node's configuration. */
static int choose(const struct shield_subject *subject, struct shield_selection *ret, struct shield_error *error)
{
	_cleanup_config_ struct shield_config *config = NULL;
	int r = shield_config_load(SHIELD_CONFIG_FILE, &config, error);

	if (r < 0)
		return r;
	r = shield_select(config, subject, ret, error);
	if (r < 0)
		return r;
	if (ret->kind == SHIELD_SELECT_REFUSE)
		return shield_fail(error, EPERM, "%s", ret->because);
	return 0;
}

/* The profile to run under: that of the recording where no other was chosen. */
static int load_profile(const struct shield_subject *subject, const struct shield_selection *selection,
			struct shield_profile **ret, struct shield_error *error)
{
	if (selection->kind == SHIELD_SELECT_PROFILE)
		return shield_profile_load(&shield_profile_default_dirs, selection->profile, ret, error);
	return shield_profile_everything(selection->record, subject->record_files, ret, error);
}

static int attach(const struct shield_state *state, const struct shield_subject *subject,
		  const struct shield_selection *selection, struct shield_error *error)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_attach request = { .state = state, .subject = subject, .warn = warn };
	int r;

	if (!state->pid)
		return shield_fail(error, EINVAL, "the state on standard input has no pid");
	r = load_profile(subject, selection, &profile, error);
	if (r < 0)
		return r;
	if (selection->mode_ignored)
		warn("the annotation oci-shield/mode is not honoured: the node's configuration does not allow it");
	request.profile = profile;
	request.mode_fixed = selection->mode != SHIELD_SELECT_MODE_PROFILE;
	request.record = selection->record[0] ? selection->record : NULL;
	request.learning = selection->kind == SHIELD_SELECT_NONE;
	request.audit = selection->mode == SHIELD_SELECT_MODE_AUDIT ||
			(selection->mode == SHIELD_SELECT_MODE_PROFILE && profile->audit);
	return shield_attach(&request, error);
}

/*
 * In a user namespace, as under rootless podman, bpf(2) is refused and the node's files cannot be told from anybody's.
 * Returns 1 where the hook can go on, 0 where the container asked for nothing, or -ENOTSUP.
 */
static int check_namespace(const struct shield_subject *subject, struct shield_error *error)
{
	bool nested;
	int r = shield_process_in_user_namespace(&nested, error);

	if (r < 0)
		return r;
	if (nested && (subject->profile || subject->record))
		return shield_fail(error, ENOTSUP,
				   "%s %s: the hook runs in a user namespace, where it cannot enforce: run the "
				   "container as root; rootless podman is not supported yet",
				   subject->profile ? "profile" : "recording", subject->profile ?: subject->record);
	return !nested;
}

/* Wraps the error in which container it is, as its owner knows it. */
static int not_started(const struct shield_state *state, const struct shield_subject *subject, int result,
		       struct shield_error *error)
{
	char namespace_[64], pod[256], container[64];

	if (!subject->pod)
		return shield_wrap(error, result, "container %.12s is not started", state->id);
	return shield_wrap(error, result, "container %s of pod %s/%s (%.12s) is not started",
			   shield_printable(subject->container ?: "?", container, sizeof(container)),
			   shield_printable(subject->namespace_ ?: "?", namespace_, sizeof(namespace_)),
			   shield_printable(subject->pod, pod, sizeof(pod)), state->id);
}

static int create_runtime(struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_state_ struct shield_state state = { 0 };
	struct shield_annotations annotations = {};
	struct shield_selection selection;
	int r;

	r = read_state(&text, &state, error);
	if (r < 0)
		return r;
	r = shield_annotations_read(&state, &annotations, error);
	if (r == 0 && annotations.sandbox)
		return 0;
	if (r == 0)
		r = check_namespace(&annotations.subject, error);
	if (r == 0)
		return 0;
	if (r > 0)
		r = choose(&annotations.subject, &selection, error);
	if (r == 0 && selection.record_ignored)
		warn("the annotation oci-shield/record is not honoured: the node's configuration does not allow it");
	if (r == 0 && (selection.kind == SHIELD_SELECT_PROFILE || selection.record[0]))
		r = attach(&state, &annotations.subject, &selection, error);
	return r < 0 ? not_started(&state, &annotations.subject, r, error) : 0;
}

static int poststop(struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_state_ struct shield_state state = { 0 };
	int r = read_state(&text, &state, error);

	return r < 0 ? r : shield_detach(state.id, error);
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
		puts("oci-shield " SHIELD_VERSION);
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
