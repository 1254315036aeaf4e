/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/cleanup.h"
#include "base/io.h"

#define PROC_CGROUP_MAX (64 * 1024)
#define MOUNTINFO_MAX (64 * 1024 * 1024)
#define USUAL_MOUNT "/sys/fs/cgroup"
#define CGROUP_EVENTS_MAX 4096
#define FILEID_KERNFS 0xfe  /* include/linux/exportfs.h: what file handles of kernfs are */
#define CGROUP_ROOT_INODE 1 /* of the hierarchy's own root, in every cgroup2 file system */

int shield_cgroup_parse(const char *text, char ret[PATH_MAX], struct shield_error *error)
{
	const char *unified = NULL, *line, *end;
	size_t length = 0;

	for (line = text; *line; line = *end ? end + 1 : end) {
		const char *controllers = strchr(line, ':');

		end = line + strcspn(line, "\n");
		if (strncmp(line, "0::", 3) == 0) {
			unified = line + 3;
			length = (size_t)(end - unified);
		} else if (controllers && controllers < end && controllers[1] != ':' &&
			   strncmp(controllers + 1, "name=", 5) != 0) {
			/* a v1 hierarchy without controllers (name=systemd) does no harm */
			return shield_fail(error, ENOTSUP,
					   "the controllers \"%.*s\" are on cgroup v1: oci-shield needs the unified "
					   "hierarchy alone (boot with systemd.unified_cgroup_hierarchy=1)",
					   (int)strcspn(controllers + 1, ":\n"), controllers + 1);
		}
	}
	if (!unified || !length)
		return shield_fail(error, ENOTSUP,
				   "no cgroup v2 is in use: oci-shield needs the unified hierarchy (boot with "
				   "systemd.unified_cgroup_hierarchy=1)");
	if (length >= PATH_MAX)
		return shield_fail(error, ENAMETOOLONG, "the cgroup's path is longer than %d bytes", PATH_MAX - 1);
	memcpy(ret, unified, length);
	ret[length] = '\0';
	return 0;
}

/* Copies a field of mountinfo, whose blanks and backslashes are octal escapes. Returns whether it fits. */
static bool unescape(const char *field, size_t length, char ret[PATH_MAX])
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		char c = field[i];

		if (c == '\\' && length - i >= 4) {
			c = (char)((field[i + 1] - '0') << 6 | (field[i + 2] - '0') << 3 | (field[i + 3] - '0'));
			i += 3;
		}
		if (used == PATH_MAX - 1)
			return false;
		ret[used++] = c;
	}
	ret[used] = '\0';
	return true;
}

/* The n-th blank-separated field of a line, from 0. */
static const char *field_of(const char *line, const char *end, unsigned int n, size_t *ret_length)
{
	for (; n && line < end; n--) {
		const char *blank = memchr(line, ' ', (size_t)(end - line));

		line = blank ? blank + 1 : end;
	}
	*ret_length = 0;
	while (line + *ret_length < end && line[*ret_length] != ' ')
		++*ret_length;
	return line;
}

int shield_cgroup_mount(const char *mountinfo, char ret[PATH_MAX], struct shield_error *error)
{
	static const char type[] = " - cgroup2 ";
	const char *line, *end;

	/* proc_pid_mountinfo(5): id parent device root mount-point options [optional...] - type source options */
	for (line = mountinfo; *line; line = *end ? end + 1 : end) {
		size_t root_length, mount_length;
		const char *root, *mount;

		end = line + strcspn(line, "\n");
		if (!memmem(line, (size_t)(end - line), type, sizeof(type) - 1))
			continue;
		root = field_of(line, end, 3, &root_length);
		mount = field_of(line, end, 4, &mount_length);
		/* a mount of a part of the hierarchy: paths of /proc/PID/cgroup do not start there */
		if (root_length != 1 || *root != '/' || !mount_length || *mount != '/')
			continue;
		if (!unescape(mount, mount_length, ret))
			return shield_fail(error, ENAMETOOLONG, "the cgroup mount's path is too long");
		return 0;
	}
	return shield_fail(error, ENOTSUP, "no cgroup2 file system is mounted from its root (mount -t cgroup2 none %s)",
			   USUAL_MOUNT);
}

/* Does the unit's name stand at `at`, as a whole component? */
static bool is_scope(const char *at, size_t length, const char *prefix, size_t prefix_length, const char *name)
{
	static const char scope[] = ".scope";
	size_t name_length = strlen(name), before = prefix_length ? prefix_length + 1 : 0;

	if (length == name_length && name_length > 6 && strcmp(name + name_length - 6, ".slice") == 0)
		return memcmp(at, name, length) == 0;
	if (length != before + name_length + sizeof(scope) - 1)
		return false;
	if (before && (memcmp(at, prefix, prefix_length) != 0 || at[prefix_length] != '-'))
		return false;
	return memcmp(at + before, name, name_length) == 0 &&
	       memcmp(at + before + name_length, scope, sizeof(scope) - 1) == 0;
}

/* systemd's form: the first component that is the scope; 0 = none. */
static size_t find_scope(const char *path, const char *cgroups_path)
{
	const char *prefix = strchr(cgroups_path, ':') + 1, *colon = strchr(prefix, ':');
	size_t length;

	if (!colon)
		return 0;
	for (const char *at = path; *at; at += length) {
		at += *at == '/';
		length = strcspn(at, "/");
		if (length && is_scope(at, length, prefix, (size_t)(colon - prefix), colon + 1))
			return (size_t)(at + length - path);
	}
	return 0;
}

/* A path: where its components stand in a row for the first time; 0 = nowhere. */
static size_t find_path(const char *path, const char *cgroups_path)
{
	size_t length;

	cgroups_path += strspn(cgroups_path, "/");
	length = strlen(cgroups_path);
	while (length && cgroups_path[length - 1] == '/')
		length--;
	if (!length)
		return 0;
	for (const char *at = strchr(path, '/'); at; at = strchr(at, '/')) {
		at++;
		if (strncmp(at, cgroups_path, length) == 0 && (at[length] == '/' || !at[length]))
			return (size_t)(at + length - path);
	}
	return 0;
}

size_t shield_cgroup_top(const char *path, const char *cgroups_path)
{
	size_t length = 0;

	if (cgroups_path && strchr(cgroups_path, ':'))
		length = find_scope(path, cgroups_path);
	if (cgroups_path && !length)
		length = find_path(path, cgroups_path); /* a runtime without systemd takes any text for a path */
	return length ? length : strlen(path);
}

int shield_cgroup_check(const char *path, const char *own, struct shield_error *error)
{
	size_t length = strlen(path);

	if (strcmp(path, "/") == 0)
		return shield_fail(error, EPERM,
				   "the container runs in the root cgroup: its rules would bind the whole host; "
				   "give it a cgroup of its own (no --cgroups=disabled)");
	if (*path != '/' || strncmp(path, "/..", 3) == 0)
		return shield_fail(error, EPERM,
				   "the container's cgroup %s is outside this cgroup namespace: run the runtime in the "
				   "host's",
				   path);
	if (strncmp(own, path, length) == 0 && (own[length] == '/' || !own[length]))
		return shield_fail(error, EPERM,
				   "the container's cgroup %s is the runtime's own or above it: its rules would bind "
				   "the runtime; give the container a cgroup of its own (linux.cgroupsPath)",
				   path);
	return 0;
}

static int read_path(const char *proc, char ret[PATH_MAX], struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	int result = shield_read_file(AT_FDCWD, proc, PROC_CGROUP_MAX, &text, NULL, error);

	if (result < 0)
		return result;
	result = shield_cgroup_parse(text, ret, error);
	if (result < 0)
		return shield_wrap(error, result, "%s", proc);
	return 0;
}

/* mountinfo is long on a busy node, and the kernel writes it anew for each reader: first look where it always is. */
static int find_mount(char ret[PATH_MAX], struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	struct statfs type;
	struct stat root;
	int result;

	if (statfs(USUAL_MOUNT, &type) == 0 && type.f_type == CGROUP2_SUPER_MAGIC && stat(USUAL_MOUNT, &root) == 0 &&
	    root.st_ino == CGROUP_ROOT_INODE) {
		memcpy(ret, USUAL_MOUNT, sizeof(USUAL_MOUNT));
		return 0;
	}
	result = shield_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, NULL, error);
	if (result < 0)
		return result;
	return shield_cgroup_mount(text, ret, error);
}

int shield_cgroup_of(pid_t pid, const char *cgroups_path, pid_t hook, struct shield_cgroup *ret,
		     struct shield_error *error)
{
	char path[PATH_MAX], own[PATH_MAX], directory[PATH_MAX], proc[32];
	struct shield_cgroup cgroup;
	struct stat status;
	int result;

	snprintf(proc, sizeof(proc), "/proc/%d/cgroup", pid);
	result = read_path(proc, path, error);
	snprintf(proc, sizeof(proc), hook ? "/proc/%d/cgroup" : "/proc/self/cgroup", hook);
	if (result == 0)
		result = read_path(proc, own, error);
	if (result < 0)
		return result;
	path[shield_cgroup_top(path, cgroups_path)] = '\0';
	result = shield_cgroup_check(path, own, error);
	if (result == 0)
		result = find_mount(directory, error);
	if (result < 0)
		return result;
	if ((size_t)snprintf(cgroup.path, sizeof(cgroup.path), "%s%s", directory, path) >= sizeof(cgroup.path))
		return shield_fail(error, ENAMETOOLONG, "the cgroup's path is longer than %d bytes", PATH_MAX - 1);
	if (stat(cgroup.path, &status))
		return shield_fail_errno(error, errno, "the container's cgroup %s", cgroup.path);
	cgroup.id = status.st_ino;
	cgroup.owner = status.st_uid;
	*ret = cgroup;
	return 0;
}

int shield_cgroup_open(uint64_t id)
{
	_cleanup_close_ int mount = -1;
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + sizeof(id)];
	} at = { .handle = { .handle_bytes = sizeof(id), .handle_type = FILEID_KERNFS } };
	char directory[PATH_MAX];
	int fd;

	if (find_mount(directory, NULL) < 0)
		return -ENOTSUP;
	mount = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mount < 0)
		return -ENOTSUP;
	memcpy(at.handle.f_handle, &id, sizeof(id));
	fd = open_by_handle_at(mount, &at.handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int shield_cgroup_is_populated(uint64_t id)
{
	_cleanup_free_ char *events = NULL;
	_cleanup_close_ int fd = shield_cgroup_open(id);
	int result;

	if (fd < 0)
		return fd;
	result = shield_read_file(fd, "cgroup.events", CGROUP_EVENTS_MAX, &events, NULL, NULL);
	if (result == -ENOENT || result == -ENODEV)
		return -ESTALE; /* removed since it was opened */
	if (result < 0)
		return result;
	return strstr(events, "populated 1") != NULL;
}
