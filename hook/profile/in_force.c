/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/in_force.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/io.h"
#include "base/trusted.h"
#include "profile/usable.h"

const struct shield_config_places shield_config_default_places = {
	.file = SHIELD_CONFIG_FILE,
	.copy = SHIELD_CONFIG_COPY,
	.profiles = &shield_profile_default_dirs,
};

static int read_config(const char *path, char **ret_text, size_t *ret_length, struct shield_config **ret,
		       struct shield_error *error)
{
	int r = shield_read_trusted(path, SHIELD_CONFIG_FILE_MAX, ret_text, ret_length, error);

	if (r < 0)
		return r;
	r = shield_config_parse(*ret_text, *ret_length, ret, error);
	return r < 0 ? shield_wrap(error, r, "%s", path) : 0;
}

static bool is_kept(const char *copy, const struct stat *file)
{
	struct stat kept;

	return lstat(copy, &kept) == 0 && kept.st_size == file->st_size &&
	       kept.st_mtim.tv_sec == file->st_ctim.tv_sec && kept.st_mtim.tv_nsec == file->st_ctim.tv_nsec;
}

struct first_fault {
	const char *file;
	struct shield_error *error;
	bool told;
};

static void note_first(const char *place, const char *message, void *context)
{
	struct first_fault *fault = context;

	if (!fault->told)
		shield_fail(fault->error, EINVAL, "%s: %s: %s", fault->file, place, message);
	fault->told = true;
}

/* A copy whose time does not tell is looked at again, and no harm done. */
static int keep_copy(const char *copy, const char *text, size_t length, const struct stat *file,
		     struct shield_error *error)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, file->st_ctim };
	_cleanup_free_ char *directory = strndup(copy, (size_t)(strrchr(copy, '/') - copy));
	int r;

	if (!directory)
		return shield_fail(error, ENOMEM, "%s: out of memory", copy);
	r = shield_make_directories(directory, error);
	if (r == 0)
		r = shield_write_file(copy, text, length, true, error);
	if (r == 0 && utimensat(AT_FDCWD, copy, times, AT_SYMLINK_NOFOLLOW) < 0)
		r = shield_fail_errno(error, errno, "%s: cannot set its time", copy);
	return r;
}

/* What stands in for a file with which something is wrong, as *error says. */
static int fall_back(const char *copy, int wrong, struct shield_config **ret, struct shield_error *ret_problem,
		     struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	struct stat status;
	char when[32];
	size_t length;
	struct tm tm;

	if (read_config(copy, &text, &length, ret, NULL) < 0)
		return wrong;
	if (stat(copy, &status) < 0 || !gmtime_r(&status.st_mtime, &tm) ||
	    !strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm))
		strcpy(when, "before");
	*ret_problem = *error;
	shield_wrap(ret_problem, 0, "the configuration of %s (%s) stays in force, for the present one is not valid",
		    when, copy);
	return 0;
}

int shield_config_in_force(const struct shield_config_places *places, bool keep, struct shield_config **ret,
			   struct shield_error *ret_problem, struct shield_error *error)
{
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error copying = {}, fault = {};
	_cleanup_free_ char *text = NULL;
	struct stat status = {};
	size_t length;
	int r;

	/* before it is read: one that changes in between is looked at again */
	if (lstat(places->file, &status) < 0 && errno == ENOENT)
		r = -ENOENT;
	else
		r = read_config(places->file, &text, &length, &config, &fault);
	if (r == -ENOENT) {
		r = shield_config_default(&config, &fault);
	} else if (r == 0 && !is_kept(places->copy, &status)) {
		struct first_fault first = { .file = places->file, .error = &fault };

		if (shield_config_check(config, places->profiles, note_first, &first))
			r = -EINVAL;
		else if (keep)
			keep_copy(places->copy, text, length, &status, &copying);
	}
	if (r < 0) {
		if (error)
			*error = fault;
		return fall_back(places->copy, r, ret, ret_problem, &fault);
	}
	*ret_problem = copying;
	*ret = TAKE_PTR(config);
	return 0;
}
