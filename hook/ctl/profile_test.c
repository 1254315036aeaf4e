/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/io.h"
#include "ctl/profile.h"
#include "ctl/record.h"
#include "profile/in_force.h"
#include "profile/find.h"
#include "profile/print.h"
#include "profile/rule.h"

#define ANNOTATIONS 4 /* words put into the command */
#define SETTLE_TRIES 100
#define SETTLE_NS 100000000

extern char **environ;

/* What is put on the node for one test. */
struct trial {
	char name[SHIELD_NAME_MAX]; /* of the profile and of the recording; empty = nothing is there */
	char path[sizeof(SHIELD_RUN_PROFILES) + SHIELD_NAME_MAX + 8];
	struct shield_profile *profile;
};

static void end_trial(struct trial *trial)
{
	if (trial->path[0])
		unlink(trial->path);
	if (trial->name[0])
		shield_ctl_recordings_remove(trial->name, NULL);
	shield_profile_free(trial->profile);
}

/* The node's configuration decides what annotations may do. */
static int check_config(struct shield_error *error)
{
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error problem; /* the hook says it, too */
	int r = shield_config_in_force(&shield_config_default_places, false, &config, &problem, error);

	if (r < 0)
		return r;
	if (!config->annotation_profile || !config->annotation_record)
		return shield_fail(
			error, EPERM,
			"annotations are not honoured on this node: set annotations.%s to true in " SHIELD_CONFIG_FILE,
			config->annotation_profile ? "record" : "profile");
	return 0;
}

/* Complete, so that what it extends need not be where the hook looks. */
static int install(struct trial *trial, struct shield_error *error)
{
	_cleanup_free_ struct shield_policy *policy = NULL;
	_cleanup_free_ char *text = NULL;
	int r = shield_ctl_compile(trial->profile, &policy, error);
	char base[SHIELD_NAME_MAX];

	snprintf(base, sizeof(base), "%s", trial->profile->name[0] ? trial->profile->name : "profile");
	snprintf(trial->profile->name, sizeof(trial->profile->name), "test-%.32s-%d-%llx", base, (int)getpid(),
		 (unsigned long long)time(NULL));
	if (r >= 0)
		r = shield_profile_print_file(trial->profile, &text, error);
	if (r >= 0)
		r = shield_make_directories(SHIELD_RUN_PROFILES, error);
	if (r < 0)
		return r;
	strcpy(trial->name, trial->profile->name);
	snprintf(trial->path, sizeof(trial->path), SHIELD_RUN_PROFILES "/%s.json", trial->name);
	return shield_write_file(trial->path, text, strlen(text), false, error);
}

/* Puts the annotations behind the command's "run". @ret: owned by the caller, not its words */
static int annotate(char **command, int run, const char *name, char *const *words, char ***ret,
		    struct shield_error *error)
{
	size_t count = 0;
	char **argv;

	while (command[count])
		count++;
	argv = calloc(count + ANNOTATIONS + 1, sizeof(*argv));
	if (!argv)
		return shield_fail(error, ENOMEM, "profile %s: out of memory", name);
	memcpy(argv, command, ((size_t)run + 1) * sizeof(*argv));
	memcpy(argv + run + 1, words, ANNOTATIONS * sizeof(*argv));
	memcpy(argv + run + 1 + ANNOTATIONS, command + run + 1, (count - (size_t)run - 1) * sizeof(*argv));
	*ret = argv;
	return 0;
}

static volatile sig_atomic_t child;

static void forward(int number)
{
	if (child > 0)
		kill(child, number);
}

/* A terminal's signals reach the command by itself; others are passed on. This process stays, to clean up. */
static void catch_signals(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, pass = { .sa_handler = forward, .sa_flags = SA_RESTART };

	sigaction(SIGINT, &ignore, NULL);
	sigaction(SIGQUIT, &ignore, NULL);
	sigaction(SIGTERM, &pass, NULL);
	sigaction(SIGHUP, &pass, NULL);
}

/* Runs the command. Returns its status as a shell has it, or a negative errno. */
static int run_command(char **argv, struct shield_error *error)
{
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int status = 0, r;
	pid_t pid;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGQUIT);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	r = posix_spawnp(&pid, *argv, NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (r)
		return shield_fail_errno(error, r, "cannot run %s", *argv);
	child = pid;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return shield_fail_errno(error, errno, "cannot wait for %s", *argv);
	child = 0;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* "deny exec /usr/bin/id: no entry of the profile allows it (exec.default)   # 2 times, ..." */
static void add_denial(struct shield_text *text, const struct shield_recording *recording,
		       const struct shield_suggestion *suggestion)
{
	const struct shield_observation *item = suggestion->item;
	const char *reason = shield_reason_text(item->reason);
	char place[SHIELD_RULE_PATH_MAX];

	shield_rule_path(item->kind, item->rule, place, sizeof(place));
	shield_text_add(text, shield_verdict_name(item->verdict));
	shield_text_add(text, " ");
	shield_text_add(text, shield_kind_name(item->kind));
	shield_text_add(text, " ");
	shield_observation_subject(text, item);
	shield_text_add(text, ": ");
	shield_text_add(text, reason);
	shield_text_add(text, *reason ? " (" : "(");
	shield_text_add(text, place);
	shield_text_add(text, ")   # ");
	shield_ctl_profile_occurrence(text, recording, suggestion);
	shield_text_add(text, "\n");
}

/* Prints what one container was refused. Returns how many acts count against it, or a negative errno. */
static int print_denials(const struct trial *trial, const struct shield_recording *recording,
			 struct shield_error *error)
{
	_cleanup_suggestions_ struct shield_suggestions suggestions = {};
	_cleanup_profile_ struct shield_profile *profile = NULL;
	_cleanup_text_ struct shield_text text = {};
	int r = shield_ctl_load_profile(trial->path, &profile, error), count = 0;

	if (r >= 0)
		r = shield_suggest(recording, profile, &suggestions, error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < suggestions.count; i++) {
		add_denial(&text, recording, &suggestions.item[i]);
		/* where the profile enforces, what a rule only reports is as its author wants it */
		count += trial->profile->audit || suggestions.item[i].item->verdict > SHIELD_AUDIT;
	}
	if (recording->unobserved) {
		shield_text_add_number(&text, recording->unobserved);
		shield_text_add(&text, " acts more were refused or reported that could not be kept\n");
		count++;
	}
	if (!recording->ended)
		fprintf(stderr, "shieldctl: container %.12s runs still, under a profile that is not kept\n",
			recording->id);
	if (text.failed)
		return shield_fail(error, ENOMEM, "out of memory");
	fwrite(text.data, 1, text.length, stderr);
	return count;
}

/* Has the container ended, though its runtime has not said so yet? */
static bool is_ending(const struct shield_recording *recording)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_container container;

	return !recording->ended && (shield_ctl_find(recording->id, &engine, &container, NULL) < 0 ||
				     !shield_container_is_running(&container));
}

/* Runtimes clean up behind the back of the command: the recordings as they are when that is done. */
static int collect(const struct trial *trial, struct shield_ctl_recordings *ret, struct shield_error *error)
{
	for (int tries = 0;; tries++) {
		size_t ending = 0;
		int r = shield_ctl_recordings_collect(trial->name, ret, error);

		for (size_t i = 0; r >= 0 && i < ret->count; i++)
			ending += is_ending(&ret->item[i]);
		if (!ending || tries == SETTLE_TRIES)
			return r;
		shield_ctl_recordings_free(ret);
		nanosleep(&(struct timespec){ .tv_nsec = SETTLE_NS }, NULL);
	}
}

/* The command's status, or SHIELD_EXIT_NO where something was refused. */
static int judge(const struct trial *trial, int status, struct shield_error *error)
{
	_cleanup_recordings_ struct shield_ctl_recordings recordings = {};
	int r = collect(trial, &recordings, error), count = 0;

	if (r == -ENOENT && status)
		return status; /* the container was not even started; the command has said why */
	if (r == -ENOENT)
		return shield_fail(
			error, ENOEXEC,
			"no container ran under the profile: is the hook installed for this runtime, does the "
			"container have its own cgroup? See shieldctl doctor");
	for (size_t i = 0; r >= 0 && i < recordings.count; i++) {
		r = print_denials(trial, &recordings.item[i], error);
		count += r > 0 ? r : 0;
	}
	if (r < 0)
		return r;
	fprintf(stderr, "shieldctl: %d act%s the profile %s\n", count, count == 1 ? "" : "s",
		trial->profile->audit ? "would refuse" : "refused");
	return count ? SHIELD_EXIT_NO : status;
}

static int try(struct trial *trial, char **command, int run, struct shield_error *error)
{
	char profile[SHIELD_NAME_MAX + 32], record[SHIELD_NAME_MAX + 32];
	char *words[ANNOTATIONS] = { "--annotation", profile, "--annotation", record };
	_cleanup_free_ char **argv = NULL;
	int r = check_config(error);

	if (r >= 0)
		r = install(trial, error);
	if (r < 0)
		return r;
	snprintf(profile, sizeof(profile), "oci-shield/profile=%s", trial->name);
	snprintf(record, sizeof(record), "oci-shield/record=%s", trial->name);
	r = annotate(command, run, trial->name, words, &argv, error);
	if (r >= 0)
		r = run_command(argv, error);
	return r < 0 ? r : judge(trial, r, error);
}

/* Where "run" stands in a command such as "podman --log-level=info run IMAGE"; -1 = nowhere. */
static int find_run(char *const *command)
{
	for (int i = 1; *command && command[i]; i++)
		if (!strcmp(command[i], "run"))
			return i;
	return -1;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_(end_trial) struct trial trial = {};
	const char *mode = shield_ctl_value(arguments, "mode");
	int at = find_run(arguments->operand + 1), r;
	struct shield_error error = {};

	if (at < 0)
		return shield_ctl_usage(command, "the command has no \"run\": podman run, docker run or nerdctl run");
	r = shield_ctl_load_profile(arguments->operand[0], &trial.profile, &error);
	if (r >= 0) {
		if (mode)
			trial.profile->audit = !strcmp(mode, "audit");
		catch_signals();
		r = try(&trial, arguments->operand + 1, at, &error);
	}
	if (r >= 0)
		return r;
	shield_ctl_fail(r, &error);
	return SHIELD_EXIT_FAILURE;
}

static const struct shield_ctl_option options[] = {
	{ "mode", 0, "audit|enforce", "run it in this mode, whatever the profile's own is" },
	{},
};

const struct shield_ctl_command shield_ctl_profile_test = {
	.name = "profile test",
	.arguments = "FILE|NAME -- COMMAND...",
	.summary = "Run a container under a profile, and fail with what was refused",
	.help = SHIELD_CTL_PROFILE_WORD
	"The command is podman run, docker run or nerdctl run; annotations are put behind its \"run\". It keeps\n"
	"its input and output. What its container was refused, or in audit mode would have been, is printed on\n"
	"the standard error afterwards. Nothing is left on the node.\n"
	"Exit status: 4 something was refused; 1 no container ran under the profile; else the command's own.\n"
	"The node's configuration must not forbid the annotations profile and record.\n",
	.options = options,
	.least = 3,
	.most = 4096,
	.run = run,
};
