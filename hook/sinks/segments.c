/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/segments.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define NAME "%020" PRIu64 ".spool"
#define SEGMENT_NAME_MAX 32 /* with its NUL */

static const char *name_of(uint64_t first, char buffer[SEGMENT_NAME_MAX])
{
	snprintf(buffer, SEGMENT_NAME_MAX, NAME, first);
	return buffer;
}

static int add(struct shield_segments *segments, uint64_t first)
{
	uint64_t *larger = reallocarray(segments->first, segments->count + 1, sizeof(*larger));

	if (!larger)
		return -ENOMEM;
	segments->first = larger;
	segments->first[segments->count++] = first;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static int read_names(DIR *folder, struct shield_segments *ret)
{
	const struct dirent *entry;
	char name[SEGMENT_NAME_MAX];
	int r = 0;

	while (r == 0 && (errno = 0, entry = readdir(folder))) {
		uint64_t first;

		if (sscanf(entry->d_name, "%20" SCNu64, &first) == 1 && !strcmp(entry->d_name, name_of(first, name)))
			r = add(ret, first);
	}
	return r < 0 ? r : -errno;
}

int shield_segments_list(int dir, struct shield_segments *ret, struct shield_error *error)
{
	_cleanup_segments_ struct shield_segments segments = {};
	_cleanup_closedir_ DIR *folder = NULL;
	_cleanup_close_ int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = -EIO;

	if (fd >= 0)
		folder = fdopendir(fd);
	if (folder) {
		TAKE_FD(fd);
		r = read_names(folder, &segments);
	}
	if (r < 0)
		return shield_fail_errno(error, folder ? -r : errno, "cannot read the spool's folder");
	if (segments.count)
		qsort(segments.first, segments.count, sizeof(*segments.first), by_number);
	*ret = segments;
	segments = (struct shield_segments){};
	return 0;
}

void shield_segments_free(struct shield_segments *segments)
{
	free(segments->first);
	*segments = (struct shield_segments){};
}

int shield_segment_open(int dir, uint64_t first, int flags, struct shield_error *error)
{
	char name[SEGMENT_NAME_MAX];
	int fd = openat(dir, name_of(first, name), flags | O_CLOEXEC | O_NOFOLLOW, 0600);

	return fd < 0 ? shield_fail_errno(error, errno, "cannot open the spool's file '%s'", name) : fd;
}

int shield_segment_remove(int dir, uint64_t first, struct shield_error *error)
{
	char name[SEGMENT_NAME_MAX];

	if (unlinkat(dir, name_of(first, name), 0) < 0 && errno != ENOENT)
		return shield_fail_errno(error, errno, "cannot remove the spool's file '%s'", name);
	return 0;
}

uint64_t shield_segment_size(int dir, uint64_t first)
{
	struct stat status;
	char name[SEGMENT_NAME_MAX];

	return fstatat(dir, name_of(first, name), &status, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : (uint64_t)status.st_size;
}

int shield_segment_walk(int fd, uint64_t lines, void (*each)(const char *start, void *context), void *context,
			uint64_t *ret_lines, uint64_t *ret_bytes, struct shield_error *error)
{
	char chunk[16384], start[SHIELD_SEGMENT_LINE_START] = "";
	uint64_t walked = 0, bytes = 0, length = 0; /* of the line under way */
	ssize_t got = 0;

	while (walked < lines && (got = read(fd, chunk, sizeof(chunk))) > 0) {
		for (ssize_t i = 0; i < got && walked < lines; i++) {
			length++;
			if (chunk[i] != '\n') {
				if (length < sizeof(start))
					start[length - 1] = chunk[i];
				continue;
			}
			start[length < sizeof(start) ? length - 1 : sizeof(start) - 1] = '\0';
			if (each)
				each(start, context);
			walked++;
			bytes += length;
			length = 0;
		}
	}
	if (got < 0)
		return shield_fail_errno(error, errno, "cannot read a file of the spool");
	*ret_lines = walked;
	*ret_bytes = bytes;
	return 0;
}

void shield_segments_settle(const struct shield_segments *segments, struct shield_spool_state *state)
{
	uint64_t oldest = segments->count ? segments->first[0] : 1;

	if (!state->next) {
		state->next = oldest;
	} else if (state->next < oldest) {
		state->lost += oldest - state->next;
		state->next = oldest;
	}
}
