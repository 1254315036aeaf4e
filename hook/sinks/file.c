/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define TAIL (64 * 1024) /* bytes from the end of a file, in which its last line begins */
#define ID_KEY "{\"id\":\""

/* The name of the file that is `age` rotations old. */
static void aged_name(const struct shield_file *file, unsigned int age, char ret[NAME_MAX + 16])
{
	if (age)
		snprintf(ret, NAME_MAX + 16, "%s.%u", file->name, age);
	else
		snprintf(ret, NAME_MAX + 16, "%s", file->name);
}

/* Which event is a line of? Returns 0; -EINVAL when it is no line of ours. */
static int line_id(const char *line, size_t length, uint64_t *ret_instance, uint64_t *ret_position)
{
	char id[SHIELD_EVIDENCE_ID_MAX];
	size_t key = strlen(ID_KEY);
	const char *end;

	if (length < key || memcmp(line, ID_KEY, key) != 0)
		return -EINVAL;
	end = memchr(line + key, '"', length - key);
	if (!end || (size_t)(end - line) - key >= sizeof(id))
		return -EINVAL;
	snprintf(id, sizeof(id), "%.*s", (int)((size_t)(end - line) - key), line + key);
	return shield_evidence_id_parse(id, ret_instance, ret_position);
}

/* The end of a file. @ret_start: where in the file it begins */
static int read_tail(int fd, off_t size, char *buffer, off_t *ret_start)
{
	size_t want = size < TAIL ? (size_t)size : TAIL, got = 0;
	off_t start = size - (off_t)want;

	while (got < want) {
		ssize_t r = pread(fd, buffer + got, want - got, start + (off_t)got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return r < 0 ? -errno : -EIO;
		got += (size_t)r;
	}
	*ret_start = start;
	return 0;
}

/*
 * Finds the last whole line of a file.
 * @ret_end: where it ends: what comes after it was not written to its end
 */
static int find_last_line(struct shield_file *file, int fd, off_t size, off_t *ret_end)
{
	_cleanup_free_ char *tail = malloc(TAIL);
	const char *end, *begin;
	off_t start = 0;
	int r = tail ? read_tail(fd, size, tail, &start) : -ENOMEM;

	if (r < 0)
		return r;
	end = memrchr(tail, '\n', (size_t)(size - start));
	if (!end && start > 0)
		return -EBADMSG;
	*ret_end = end ? start + (end - tail) + 1 : 0;
	if (!end)
		return 0;
	begin = memrchr(tail, '\n', (size_t)(end - tail));
	begin = begin ? begin + 1 : tail;
	if (line_id(begin, (size_t)(end - begin), &file->instance, &file->position) == 0)
		file->resumes = true;
	return 0;
}

/* The file was rotated just before its writer was killed: the last line is in the one before. */
static void resume_from_older(struct shield_file *file)
{
	char name[NAME_MAX + 16];
	_cleanup_close_ int fd = -1;
	struct stat status;
	off_t end;

	aged_name(file, 1, name);
	fd = openat(file->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		find_last_line(file, fd, status.st_size, &end);
}

/* Takes out of what waits the lines that the file has. */
static void drop_known(struct shield_file *file)
{
	size_t kept = 0;

	for (size_t at = 0, length; at < file->waiting.length; at += length) {
		char *line = file->waiting.data + at;
		uint64_t instance, position;

		length = (size_t)((char *)memchr(line, '\n', file->waiting.length - at) - line) + 1;
		if (file->resumes && line_id(line, length, &instance, &position) == 0 && instance == file->instance &&
		    position <= file->position)
			continue;
		memmove(file->waiting.data + kept, line, length);
		kept += length;
	}
	file->waiting.length = kept;
}

static int fail(const struct shield_file *file, int code, const char *what, struct shield_error *error)
{
	return shield_fail_errno(error, code, "cannot %s the events' file %s", what, file->name);
}

static int open_file(struct shield_file *file, struct shield_error *error)
{
	_cleanup_close_ int fd = openat(file->folder, file->name,
					O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
	struct stat status;
	off_t end;
	int r;

	if (fd < 0 || fstat(fd, &status) < 0)
		return fail(file, errno, "open", error);
	if (!S_ISREG(status.st_mode))
		return shield_fail(error, EINVAL, "the events' file %s is no regular file", file->name);
	r = find_last_line(file, fd, status.st_size, &end);
	if (r == -EBADMSG)
		return shield_fail(error, EBADMSG, "the events' file %s holds no lines; move it away", file->name);
	if (r < 0)
		return fail(file, -r, "read", error);
	if (end < status.st_size && ftruncate(fd, end) < 0)
		return fail(file, errno, "cut the last line of", error);
	if (end == 0)
		resume_from_older(file);
	drop_known(file);
	file->size = (uint64_t)end;
	file->fd = TAKE_FD(fd);
	return 0;
}

/* The oldest goes; at no moment is a line in two files. */
static int rotate(struct shield_file *file, struct shield_error *error)
{
	char from[NAME_MAX + 16], to[NAME_MAX + 16];

	for (unsigned int age = file->max_files - 1; age > 0; age--) {
		aged_name(file, age - 1, from);
		aged_name(file, age, to);
		if (renameat(file->folder, from, file->folder, to) < 0 && errno != ENOENT)
			return fail(file, errno, "rotate", error);
	}
	if (file->max_files == 1 && unlinkat(file->folder, file->name, 0) < 0 && errno != ENOENT)
		return fail(file, errno, "rotate", error);
	close(file->fd);
	file->fd = -1;
	return open_file(file, error);
}

void shield_file_add(struct shield_file *file, const struct shield_evidence *evidence, const char *line, size_t length)
{
	if (file->resumes && evidence->instance == file->instance && evidence->position <= file->position)
		return;
	if (file->waiting.length + length > SHIELD_FILE_WAITING_MAX) {
		file->overflows = true;
		file->failures++;
		return;
	}
	shield_text_add_bytes(&file->waiting, line, length);
}

/* Writes all that waits; what got there of a failed write is cut off again. */
static int write_waiting(struct shield_file *file, struct shield_error *error)
{
	for (size_t written = 0; written < file->waiting.length;) {
		ssize_t r = write(file->fd, file->waiting.data + written, file->waiting.length - written);

		if (r < 0 && errno != EINTR) {
			int code = errno;

			if (ftruncate(file->fd, (off_t)file->size) < 0)
				shield_closep(&file->fd), file->fd = -1; /* opening it cuts it */
			return fail(file, code, "write", error);
		}
		if (r > 0)
			written += (size_t)r;
	}
	file->size += file->waiting.length;
	file->waiting.length = 0;
	file->overflows = false;
	return 0;
}

static int try_flush(struct shield_file *file, struct shield_error *error)
{
	int r = 0;

	if (file->fd < 0)
		r = open_file(file, error);
	if (r == 0 && file->size && file->size + file->waiting.length > file->max_size)
		r = rotate(file, error);
	return r == 0 ? write_waiting(file, error) : r;
}

int shield_file_flush(struct shield_file *file, struct shield_error *error)
{
	bool broken = file->broken;
	int r;

	if (!file->waiting.length)
		return 0;
	r = try_flush(file, broken ? NULL : error);
	file->broken = r < 0;
	return r;
}

bool shield_file_is_done(const struct shield_file *file)
{
	return !file->waiting.length || file->overflows;
}

void shield_file_close(struct shield_file *file)
{
	shield_closep(&file->fd);
	shield_closep(&file->folder);
	shield_text_free(&file->waiting);
	*file = SHIELD_FILE_NONE;
}
