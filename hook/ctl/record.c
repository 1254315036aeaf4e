/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/names.h"
#include "events/clock.h"
#include "events/escape.h"
#include "events/origin.h"
#include "profile/find.h"
#include "profile/pretty.h"
#include "record/generalise.h"
#include "record/learn.h"
#include "record/seccomp.h"

#define DIRECTORIES                                                                                      \
	{                                                                                                \
		"directories", 0, "N",                                                                   \
			"more than N files of one directory become DIRECTORY/*; each such entry has a\n" \
			"note"                                                                           \
	}
#define CIDR                                                                                                           \
	{                                                                                                              \
		"cidr", 0, "BITS[/BITS6]", "addresses become networks of so many bits: of IPv4, and of IPv6 (else 64)" \
	}

/* A number from `low` to `high` at the text's beginning; *ret_end is what follows. */
static bool read_number(const char *text, unsigned long low, unsigned long high, unsigned long *ret,
			const char **ret_end)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*ret = strtoul(text, &end, 10);
	*ret_end = end;
	return !errno && *ret >= low && *ret <= high;
}

static int generalise_directories(const struct shield_ctl_command *command,
				  const struct shield_ctl_arguments *arguments, struct shield_profile *profile)
{
	const char *word = shield_ctl_value(arguments, "directories"), *end;
	struct shield_error error = {};
	unsigned long most;

	if (!word)
		return SHIELD_EXIT_OK;
	if (!read_number(word, 1, SHIELD_OBSERVATIONS, &most, &end) || *end)
		return shield_ctl_usage(command, "--directories: a number of files, such as %d",
					SHIELD_GENERALISE_FILES);
	if (shield_generalise_directories(profile, (unsigned int)most, &error) < 0)
		return shield_ctl_fail(-ENOMEM, &error);
	return SHIELD_EXIT_OK;
}

static int generalise_addresses(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments,
				struct shield_profile *profile)
{
	const char *word = shield_ctl_value(arguments, "cidr"), *end;
	unsigned long bits4, bits6 = 64;
	struct shield_error error = {};
	bool valid;

	if (!word)
		return SHIELD_EXIT_OK;
	valid = read_number(word, 0, 32, &bits4, &end);
	if (valid && *end == '/')
		valid = read_number(end + 1, 0, 128, &bits6, &end);
	if (!valid || *end)
		return shield_ctl_usage(command, "--cidr: bits of a network, such as 24, or 24/64 for both families");
	if (shield_generalise_addresses(profile, (uint8_t)bits4, (uint8_t)bits6, &error) < 0)
		return shield_ctl_fail(-ENOMEM, &error);
	return SHIELD_EXIT_OK;
}

/* The profile that the recordings come to, as text for a file. Returns an exit status. */
static int make_profile(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments,
			const struct shield_ctl_recordings *recordings, char **ret)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_error error = {};
	int r = shield_learn(arguments->operand[0], recordings->item, recordings->count, &profile, &error);

	if (r < 0)
		return shield_ctl_fail(r, &error);
	r = generalise_directories(command, arguments, profile);
	if (r == SHIELD_EXIT_OK)
		r = generalise_addresses(command, arguments, profile);
	if (r != SHIELD_EXIT_OK)
		return r;
	r = shield_learn_check(profile, &error);
	if (r == 0)
		r = shield_profile_pretty(profile, ret, &error);
	return r < 0 ? shield_ctl_fail(r, &error) : SHIELD_EXIT_OK;
}

/* What a reader of a profile must not overlook. */
static void warn(const struct shield_ctl_recordings *recordings)
{
	for (size_t i = 0; i < recordings->count; i++)
		if (recordings->item[i].unobserved)
			fprintf(stderr, "shieldctl: incomplete: container %.12s did %llu acts that could not be kept\n",
				recordings->item[i].id, (unsigned long long)recordings->item[i].unobserved);
}

static int show(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_recordings_ struct shield_ctl_recordings recordings = {};
	const char *output = shield_ctl_value(arguments, "output");
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *made = NULL;
	struct shield_error error = {};
	int r = shield_ctl_recordings_collect(arguments->operand[0], &recordings, &error);

	if (r < 0)
		return shield_ctl_fail(r, &error);
	warn(&recordings);
	if (output && !strcmp(output, "observations")) {
		for (size_t i = 0; i < recordings.count; i++)
			shield_ctl_observations(&text, &recordings.item[i]);
		return shield_ctl_print(&text);
	}
	if (shield_ctl_has(arguments, "seccomp")) {
		r = shield_seccomp_profile(recordings.item, recordings.count, &made, &error);
		r = r < 0 ? shield_ctl_fail(r, &error) : SHIELD_EXIT_OK;
	} else {
		r = make_profile(command, arguments, &recordings, &made);
	}
	if (r != SHIELD_EXIT_OK)
		return r;
	shield_text_add(&text, made);
	return shield_ctl_print(&text);
}

static const struct shield_ctl_option show_options[] = {
	{ "output", 'o', "profile|observations",
	  "a profile; or what was seen, with counts and times, a line of JSON\n"
	  "for each act" },
	{ "seccomp", 0, NULL,
	  "a seccomp profile of the system calls instead, as podman and Docker\n"
	  "take it with --security-opt seccomp=FILE" },
	DIRECTORIES,
	CIDR,
	{},
};

static const struct shield_ctl_command record_show = {
	.name = "record show",
	.arguments = "NAME",
	.summary = "Print the profile that a recording comes to",
	.help = "At any time: the containers run on. Recordings of one name, of replicas or of several runs, are\n"
		"one: what any of them did is allowed.\n",
	.options = show_options,
	.least = 1,
	.most = 1,
	.run = show,
};

/* Writes a text to a file that must not be there yet, unless --force. */
static int save_file(const struct shield_ctl_arguments *arguments, const char *path, const char *text)
{
	struct shield_error error = {};
	int r = shield_write_file(path, text, strlen(text), shield_ctl_has(arguments, "force"), &error);

	if (r == -EEXIST)
		fprintf(stderr, "shieldctl: %s: exists already; --force replaces it\n", path);
	if (r < 0)
		return r == -EEXIST ? SHIELD_EXIT_FAILURE : shield_ctl_fail(r, &error);
	printf("%s\n", path);
	return SHIELD_EXIT_OK;
}

static int save(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_recordings_ struct shield_ctl_recordings recordings = {};
	const char *name = arguments->operand[0], *seccomp_file = shield_ctl_value(arguments, "seccomp");
	_cleanup_free_ char *profile = NULL, *seccomp = NULL;
	struct shield_error error = {};
	char path[256];
	int r = shield_ctl_recordings_collect(name, &recordings, &error);

	if (r == 0 && seccomp_file)
		r = shield_seccomp_profile(recordings.item, recordings.count, &seccomp, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	warn(&recordings);
	snprintf(path, sizeof(path), SHIELD_ETC_DIR "/profiles.d/%s.json", name);
	r = make_profile(command, arguments, &recordings, &profile);
	if (r == SHIELD_EXIT_OK)
		r = save_file(arguments, arguments->operand[1] ?: path, profile);
	if (r == SHIELD_EXIT_OK && seccomp)
		r = save_file(arguments, seccomp_file, seccomp);
	return r;
}

static const struct shield_ctl_option save_options[] = {
	{ "force", 0, NULL, "replace files that exist" },
	{ "seccomp", 0, "FILE", "write a seccomp profile, too" },
	DIRECTORIES,
	CIDR,
	{},
};

static const struct shield_ctl_command record_save = {
	.name = "record save",
	.arguments = "NAME [FILE]",
	.summary = "Write the profile that a recording comes to into a file",
	.help = "Without FILE it is installed: /etc/oci-shield/profiles.d/NAME.json. The recording stays.\n",
	.options = save_options,
	.least = 1,
	.most = 2,
	.run = save,
};

static void add_row(struct shield_text *text, const struct shield_recording *recording)
{
	char started[SHIELD_RFC3339_MAX], row[160];
	unsigned int acts = 0;

	for (size_t i = 0; i < recording->count; i++)
		acts += recording->item[i].kind != SHIELD_KIND_NONE;
	snprintf(row, sizeof(row), "%-20s  %-12.12s  %-7s  %6u  %-10s  %.19sZ  ", recording->name, recording->id,
		 recording->ended ? "ended" : "running", acts, recording->unobserved ? "incomplete" : "complete",
		 shield_clock_rfc3339(recording->started, started));
	shield_text_add(text, row);
	shield_escape_terminal(text, recording->image[0] ? recording->image : "-", sizeof(recording->image));
	shield_text_add(text, "\n");
}

static int list(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_recordings_ struct shield_ctl_recordings recordings = {};
	_cleanup_text_ struct shield_text text = {};
	struct shield_error error = {};
	int r = shield_ctl_recordings_collect(NULL, &recordings, &error);

	(void)command, (void)arguments;
	if (r < 0)
		return shield_ctl_fail(r, &error);
	shield_text_add(&text, "NAME                  CONTAINER     STATE      ACTS  KEPT        STARTED               "
			       "IMAGE\n");
	for (size_t i = 0; i < recordings.count; i++)
		add_row(&text, &recordings.item[i]);
	r = shield_ctl_print(&text);
	if (r == SHIELD_EXIT_OK && recordings.unreadable)
		return SHIELD_EXIT_FAILURE;
	return r == SHIELD_EXIT_OK && !recordings.count ? SHIELD_EXIT_NOTHING : r;
}

static const struct shield_ctl_command record_list = {
	.name = "record list",
	.arguments = "",
	.summary = "List the recordings: a line for each container that runs or ran",
	.help = "ACTS are different ones, however often each was done. KEPT says whether there was room for all.\n",
	.run = list,
};

/* The files of a name, and its directory. */
static int remove_files(const char *path, struct shield_error *error)
{
	_cleanup_closedir_ DIR *dir = opendir(path);
	const struct dirent *entry;

	if (!dir)
		return shield_fail_errno(error, errno, "%s: cannot open", path);
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    unlinkat(dirfd(dir), entry->d_name, 0) < 0 && errno != ENOENT)
			return shield_fail_errno(error, errno, "%s/%s: cannot remove", path, entry->d_name);
	return rmdir(path) < 0 ? shield_fail_errno(error, errno, "%s: cannot remove", path) : 0;
}

int shield_ctl_recordings_remove(const char *name, struct shield_error *error)
{
	char path[256];
	int r = shield_name_check(name, error);

	if (r < 0)
		return r;
	snprintf(path, sizeof(path), SHIELD_RECORDINGS_DIR "/%s", name);
	r = remove_files(path, error);
	return r == -ENOENT ? shield_fail(error, ENOENT, "no container that has ended left a recording %s", name) : r;
}

static int drop(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	struct shield_error error = {};
	int r = shield_ctl_recordings_remove(arguments->operand[0], &error);

	(void)command;
	return r < 0 ? shield_ctl_fail(r, &error) : SHIELD_EXIT_OK;
}

static const struct shield_ctl_command record_remove = {
	.name = "record remove",
	.arguments = "NAME",
	.summary = "Remove what ended containers left for a recording",
	.help = "Of running ones it goes on, and is kept when they end. Profiles that were saved stay.\n",
	.least = 1,
	.most = 1,
	.run = drop,
};

static const struct shield_ctl_command *const commands[] = {
	&shield_ctl_record_start, &record_list, &record_show, &record_save, &record_remove, NULL,
};

const struct shield_ctl_command shield_ctl_record = {
	.name = "record",
	.summary = "Learn profiles from what containers do",
	.help = "A container is recorded from its start with the annotation oci-shield/record: NAME, where the node's\n"
		"configuration honours it; or from now on, with record start.\n",
	.commands = commands,
};
