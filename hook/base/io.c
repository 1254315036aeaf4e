/* SPDX-License-Identifier: Apache-2.0 */
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define FIRST_READ 4096 /* bytes: the OCI state and most of /proc in one read */

/*
 * Reads to the end. @hint: how many bytes to expect, 0 = unknown. A buffer of one byte more than that (and the NUL)
 * lets one further read see the end of the file.
 */
static int read_all(int fd, const char *what, size_t hint, size_t max, char **ret, size_t *ret_length,
		    struct shield_error *error)
{
	size_t capacity = hint ? hint + 2 : FIRST_READ, length = 0;
	_cleanup_free_ char *text = NULL;

	for (;;) {
		ssize_t got;

		if (!text || length + 1 == capacity) {
			char *larger;

			if (text)
				capacity *= 2;
			if (capacity > max + 2)
				capacity = max + 2;
			larger = realloc(text, capacity);
			if (!larger)
				return shield_fail(error, ENOMEM, "%s: out of memory", what);
			text = larger;
		}
		got = read(fd, text + length, capacity - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return shield_fail_errno(error, errno, "%s: cannot read", what);
		if (got == 0)
			break;
		length += (size_t)got;
		if (length > max)
			return shield_fail(error, EFBIG, "%s: larger than %zu bytes", what, max);
	}
	text[length] = '\0';
	*ret = TAKE_PTR(text);
	if (ret_length)
		*ret_length = length;
	return 0;
}

int shield_read_fd(int fd, const char *what, size_t max, char **ret, size_t *ret_length, struct shield_error *error)
{
	return read_all(fd, what, 0, max, ret, ret_length, error);
}

int shield_read_file(int dir, const char *path, size_t max, char **ret, size_t *ret_length, struct shield_error *error)
{
	/* O_NONBLOCK: a FIFO in the file's place must not hold the caller up */
	_cleanup_close_ int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;

	if (fd < 0)
		return shield_fail_errno(error, errno, "%s: cannot open", path);
	if (fstat(fd, &status))
		return shield_fail_errno(error, errno, "%s: cannot stat", path);
	if (!S_ISREG(status.st_mode))
		return shield_fail(error, S_ISDIR(status.st_mode) ? EISDIR : EINVAL, "%s: not a regular file", path);
	if (status.st_size > 0 && (uintmax_t)status.st_size > max)
		return shield_fail(error, EFBIG, "%s: larger than %zu bytes", path, max);
	return read_all(fd, path, (size_t)status.st_size, max, ret, ret_length, error);
}

/* One level; what is there already is fine as long as it is a directory. */
static int make_directory(const char *path, struct shield_error *error)
{
	struct stat status;

	if (mkdir(path, 0755) == 0)
		return 0;
	if (errno != EEXIST)
		return shield_fail_errno(error, errno, "%s: cannot create the directory", path);
	if (stat(path, &status))
		return shield_fail_errno(error, errno, "%s: cannot stat", path);
	if (!S_ISDIR(status.st_mode))
		return shield_fail(error, ENOTDIR, "%s: not a directory", path);
	return 0;
}

int shield_make_directories(const char *path, struct shield_error *error)
{
	_cleanup_free_ char *way = NULL;
	int result = make_directory(path, error);

	if (result != -ENOENT || !*path)
		return result;
	way = strdup(path);
	if (!way)
		return shield_fail(error, ENOMEM, "%s: out of memory", path);
	for (char *slash = strchr(way + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		result = make_directory(way, error);
		if (result < 0)
			return result;
		*slash = '/';
	}
	return make_directory(path, error);
}
