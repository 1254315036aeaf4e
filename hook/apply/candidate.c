/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/candidate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/names.h"
#include "profile/config.h"
#include "profile/find.h"

#define DATA "..data" /* the symbolic link that a ConfigMap's update replaces */

static void tell(void (*hear)(const char *sentence, void *context), void *context, const char *format, va_list args)
{
	struct shield_error sentence;

	vsnprintf(sentence.message, sizeof(sentence.message), format, args);
	hear(sentence.message, context);
}

void shield_apply_fault(const struct shield_apply_talk *talk, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(talk->fault, talk->context, format, args);
	va_end(args);
}

void shield_apply_note(const struct shield_apply_talk *talk, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(talk->note, talk->context, format, args);
	va_end(args);
}

void shield_candidate_free(struct shield_candidate *candidate)
{
	for (size_t i = 0; i < candidate->count; i++)
		free(candidate->profiles[i].text);
	free(candidate->profiles);
	free(candidate->config);
	*candidate = (struct shield_candidate){};
}

const struct shield_candidate_profile *shield_candidate_find(const struct shield_candidate *candidate, const char *name)
{
	for (size_t i = 0; i < candidate->count; i++)
		if (!strcmp(candidate->profiles[i].name, name))
			return &candidate->profiles[i];
	return NULL;
}

/* One folder being read. */
struct reading {
	const char *path;
	int fd;
	const struct shield_apply_talk *talk;
	struct shield_candidate candidate;
	int faults;
};

static int add_profile(struct reading *reading, const char *name, char *text, size_t length)
{
	struct shield_candidate *candidate = &reading->candidate;
	struct shield_candidate_profile *larger =
		reallocarray(candidate->profiles, candidate->count + 1, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	candidate->profiles = larger;
	strcpy(larger[candidate->count].name, name); /* a valid name fits */
	larger[candidate->count].text = text;
	larger[candidate->count++].length = length;
	return 0;
}

static void read_one(struct reading *reading, const char *file)
{
	const char *dot = strrchr(file, '.');
	bool is_config = !strcmp(file, "config.json");
	_cleanup_free_ char *text = NULL, *name = NULL;
	struct shield_error error;
	size_t length;
	int r;

	if (!dot || strcmp(dot, ".json") != 0) {
		shield_apply_note(reading->talk, "%s/%s: left out: neither config.json nor NAME.json", reading->path,
				  file);
		return;
	}
	name = strndup(file, (size_t)(dot - file));
	r = name ? 0 : shield_fail(&error, ENOMEM, "out of memory");
	if (r == 0 && !is_config)
		r = shield_name_check(name, &error);
	if (r == 0)
		r = shield_read_file(reading->fd, file, is_config ? SHIELD_CONFIG_FILE_MAX : SHIELD_PROFILE_FILE_MAX,
				     &text, &length, &error);
	if (r < 0) {
		shield_apply_fault(reading->talk, "%s/%s: %s", reading->path, file, error.message);
		reading->faults++;
	} else if (is_config) {
		reading->candidate.config = TAKE_PTR(text);
		reading->candidate.config_length = length;
	} else if (add_profile(reading, name, text, length) == 0) {
		TAKE_PTR(text);
	} else {
		shield_apply_fault(reading->talk, "%s/%s: out of memory", reading->path, file);
		reading->faults++;
	}
}

static int read_all(struct reading *reading, struct shield_error *error)
{
	_cleanup_close_ int fd = openat(reading->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir)
		return shield_fail_errno(error, errno, "%s: cannot read", reading->path);
	TAKE_FD(fd);
	while (errno = 0, (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			read_one(reading, entry->d_name);
	return errno ? shield_fail_errno(error, errno, "%s: cannot read", reading->path) : 0;
}

int shield_candidate_read(const char *path, const struct shield_apply_talk *talk, struct shield_candidate *ret,
			  struct shield_error *error)
{
	_cleanup_close_ int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), data = -1;
	struct reading reading = { .path = path, .talk = talk };
	int r;

	if (folder < 0)
		return shield_fail_errno(error, errno, "%s: cannot open", path);
	data = openat(folder, DATA, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	reading.fd = data >= 0 ? data : folder;
	r = read_all(&reading, error);
	*ret = reading.candidate;
	return r < 0 ? r : reading.faults;
}
