/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"

#define PROC_TEXT_MAX (64 * 1024)
#define START_FIELD 22
/* include/linux/proc_ns.h */
#define INITIAL_USER_NAMESPACE 0xEFFFFFFDu /* PROC_USER_INIT_INO */
#define INITIAL_PID_NAMESPACE 0xEFFFFFFCu  /* PROC_PID_INIT_INO */

int shield_process_open(pid_t pid, int *ret_fd, struct shield_error *error)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open process %d", pid);
	*ret_fd = fd;
	return 0;
}

/* Reads /proc/PID/NAME; a process that is gone is -ESRCH. */
static int read_proc(pid_t pid, const char *name, char **ret, struct shield_error *error)
{
	char path[64];
	int result;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	result = shield_read_file(AT_FDCWD, path, PROC_TEXT_MAX, ret, NULL, error);
	return result == -ENOENT ? -ESRCH : result;
}

int shield_process_parse_stat(const char *text, uint64_t *ret_start, struct shield_error *error)
{
	/* the name, field 2, is in parentheses and can hold any byte: fields count from the last one */
	const char *at = strrchr(text, ')');
	unsigned long long start;
	char *end;

	for (int field = 2; at && field < START_FIELD; field++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	if (!at || *at < '0' || *at > '9')
		return shield_fail(error, EINVAL, "it has no start time");
	errno = 0;
	start = strtoull(at, &end, 10);
	if (errno || (*end != ' ' && *end != '\n' && *end))
		return shield_fail(error, EINVAL, "its start time is not a number");
	*ret_start = start;
	return 0;
}

int shield_process_start(pid_t pid, uint64_t *ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	int result = read_proc(pid, "stat", &text, error);

	if (result == 0) {
		result = shield_process_parse_stat(text, ret, error);
		if (result < 0)
			return shield_wrap(error, result, "/proc/%d/stat", pid);
	}
	return result;
}

/* One number of 32 bits and what follows it. Returns whether there is one. */
static bool read_number(const char **at, __u32 *ret)
{
	unsigned long long value;
	char *end;

	*at += strspn(*at, " \t");
	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	value = strtoull(*at, &end, 10);
	if (errno || value > UINT32_MAX)
		return false;
	*at = end;
	*ret = (__u32)value;
	return true;
}

int shield_process_parse_idmap(const char *text, struct shield_idmap *ret, struct shield_error *error)
{
	struct shield_idmap map = {};

	for (const char *at = text; *at; at++) {
		struct shield_idmap_extent extent;

		if (!read_number(&at, &extent.first) || !read_number(&at, &extent.lower) ||
		    !read_number(&at, &extent.count))
			return shield_fail(error, EINVAL, "line %u is not three numbers", map.count + 1);
		at += strspn(at, " \t");
		if (*at && *at != '\n')
			return shield_fail(error, EINVAL, "line %u is not three numbers", map.count + 1);
		if (map.count == SHIELD_IDMAP_EXTENTS)
			return shield_fail(error, E2BIG,
					   "more than %d lines: oci-shield keeps that many; give the container's user "
					   "namespace fewer mappings",
					   SHIELD_IDMAP_EXTENTS);
		map.extent[map.count++] = extent;
		if (!*at)
			break;
	}
	*ret = map;
	return 0;
}

static int read_idmap(pid_t pid, const char *name, struct shield_idmap *ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	int result = read_proc(pid, name, &text, error);

	if (result == 0) {
		result = shield_process_parse_idmap(text, ret, error);
		if (result < 0)
			return shield_wrap(error, result, "/proc/%d/%s", pid, name);
	}
	return result;
}

int shield_process_idmaps(pid_t pid, struct shield_idmap *ret_uids, struct shield_idmap *ret_gids,
			  struct shield_error *error)
{
	struct shield_idmap uids, gids;
	int result = read_idmap(pid, "uid_map", &uids, error);

	if (result == 0)
		result = read_idmap(pid, "gid_map", &gids, error);
	if (result < 0)
		return result;
	*ret_uids = uids;
	*ret_gids = gids;
	return 0;
}

int shield_process_in_user_namespace(bool *ret, struct shield_error *error)
{
	struct stat status;

	if (stat("/proc/self/ns/user", &status)) {
		if (errno != ENOENT || access("/proc/self/ns", F_OK))
			return shield_fail_errno(error, errno, "/proc/self/ns/user");
		*ret = false; /* a kernel without user namespaces */
		return 0;
	}
	*ret = status.st_ino != INITIAL_USER_NAMESPACE;
	return 0;
}

bool shield_process_sees_all(void)
{
	struct stat status;

	return stat("/proc/self/ns/pid", &status) == 0 && status.st_ino == INITIAL_PID_NAMESPACE;
}

bool shield_process_is_restored(pid_t pid)
{
	_cleanup_free_ char *name = NULL;

	return read_proc(pid, "comm", &name, NULL) == 0 && strncmp(name, "criu", 4) == 0;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool shield_process_runs_inside(pid_t pid)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	struct stat own_root, its_root, program, found;
	_cleanup_close_ int root = -1, file = -1;
	char link[32], path[PATH_MAX];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%d/root", pid);
	root = open(link, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || fstat(root, &its_root) || stat("/", &own_root) || is_same_file(&its_root, &own_root))
		return false;
	/* what it is called in its own mount namespace; a runtime's copy of itself is called nothing that is there */
	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	length = readlink(link, path, sizeof(path) - 1);
	if (length < 0 || stat(link, &program))
		return false;
	path[length] = '\0';
	file = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	return file >= 0 && fstat(file, &found) == 0 && is_same_file(&program, &found);
}
