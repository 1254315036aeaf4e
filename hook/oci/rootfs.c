/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/names.h"

/* openat2(2) for a place, not for its contents. Returns a descriptor or a negative errno. */
static int open_place(int dir, const char *path, int flags, __u64 resolve)
{
	struct open_how how = { .flags = (__u64)(O_PATH | O_CLOEXEC | flags), .resolve = resolve };
	int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

int shield_rootfs_open(pid_t pid, const struct shield_bundle *bundle, int *ret_fd, struct shield_error *error)
{
	_cleanup_close_ int namespace_root = -1;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	namespace_root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (namespace_root < 0)
		return shield_fail_errno(error, errno, "cannot open %s", path);
	/* beneath that root: an absolute link on the way is one of the container's mount namespace */
	fd = open_place(namespace_root, bundle->root, O_DIRECTORY, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	if (fd < 0)
		return shield_fail_errno(error, -fd, "cannot open the container's root directory %s (root.path)",
					 bundle->root);
	*ret_fd = fd;
	return 0;
}

int shield_rootfs_open_running(pid_t pid, const struct shield_bundle *bundle, int *ret_fd, struct shield_error *error)
{
	_cleanup_close_ int fd = -1;
	struct stat its_root, said;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &its_root))
		return shield_fail_errno(error, errno, "cannot open %s", path);
	if (stat(bundle->root, &said))
		return shield_fail_errno(error, errno, "cannot look at the container's root directory %s (root.path)",
					 bundle->root);
	if (said.st_dev != its_root.st_dev || said.st_ino != its_root.st_ino)
		return shield_fail(error, EPERM,
				   "process %d has another root directory than its container (root.path: %s)", pid,
				   bundle->root);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int shield_rootfs_is_overlay(int fd, bool *ret, struct shield_error *error)
{
	struct statfs status;

	if (fstatfs(fd, &status))
		return shield_fail_errno(error, errno, "cannot tell the file system of the container's root directory");
	*ret = status.f_type == OVERLAYFS_SUPER_MAGIC;
	return 0;
}

int shield_rootfs_refuse_fuse(int fd, struct shield_error *error)
{
	struct statfs status;

	if (fstatfs(fd, &status))
		return shield_fail_errno(error, errno, "cannot tell the file system of the container's root directory");
	if (status.f_type != FUSE_SUPER_MAGIC)
		return 0;
	return shield_fail(
		error, ENOTSUP,
		"the container's root directory is on FUSE (fuse-overlayfs?), which only its user can look "
		"into: have podman use the kernel's overlay (storage.conf: no mount_program), then start the "
		"container anew");
}

/* proc and sysfs hold the same wherever they are mounted, and enforcement knows them by themselves. */
static bool is_named_by_kind(const struct shield_bundle_mount *mount)
{
	return !mount->bind && (!strcmp(mount->type, "proc") || !strcmp(mount->type, "sysfs"));
}

/* An absolute path without `.`, `..`, empty components and trailing slash: as the kernel would write it. */
static bool is_clean(const char *path)
{
	if (*path != '/')
		return false;
	if (!path[1])
		return true;
	while (*path) {
		size_t length = strcspn(++path, "/");

		if (!length || (length == 1 && *path == '.') || (length == 2 && memcmp(path, "..", 2) == 0))
			return false;
		path += length;
	}
	return true;
}

static int path_of(int fd, char ret[PATH_MAX], struct shield_error *error)
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, ret, PATH_MAX);
	if (length < 0 || length == PATH_MAX)
		return shield_fail_errno(error, length < 0 ? errno : ENAMETOOLONG, "cannot read %s", link);
	ret[length] = '\0';
	return 0;
}

/* Where the container sees an open file: the kernel's path of it, less that of the root directory. */
static int name_within(int root_fd, int fd, char ret[PATH_MAX], struct shield_error *error)
{
	char root[PATH_MAX], path[PATH_MAX];
	size_t length;
	int result = path_of(root_fd, root, error);

	if (result == 0)
		result = path_of(fd, path, error);
	if (result < 0)
		return result;
	length = strcmp(root, "/") == 0 ? 0 : strlen(root);
	if (strncmp(path, root, length) != 0 || (path[length] && path[length] != '/'))
		return shield_fail(error, EXDEV, "%s is not below the container's root directory %s", path, root);
	strcpy(ret, path[length] ? path + length : "/");
	return 0;
}

/* Is this the root of a mount, not a directory or file of the file system it was found on? */
static int is_mount(int fd, bool *ret, struct shield_error *error)
{
	struct statx status;

	if (statx(fd, "", AT_EMPTY_PATH, 0, &status))
		return shield_fail_errno(error, errno, "statx");
	*ret = status.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	return 0;
}

/* On the host. Returns 0 with the descriptor, -ENOENT where it cannot be opened, or another negative errno. */
static int open_source(const struct shield_bundle *bundle, const struct shield_bundle_mount *mount, int *ret_fd,
		       struct shield_error *error)
{
	_cleanup_close_ int directory = -1;
	int fd;

	if (!mount->bind || !*mount->source || bundle->foreign)
		return -ENOENT;
	directory = open(bundle->directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return shield_fail_errno(error, errno, "cannot open the bundle %s", bundle->directory);
	fd = openat(directory, mount->source, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open its source %s", mount->source);
	*ret_fd = fd;
	return 0;
}

/*
 * Opens the destination within the root. Most have no link on their way, which one call tells; else the kernel is
 * asked for the name.
 */
static int open_destination(int root_fd, const char *destination, int *ret_fd, char ret_name[PATH_MAX],
			    struct shield_error *error)
{
	_cleanup_close_ int fd = -1;
	int result;

	if (is_clean(destination)) {
		fd = open_place(root_fd, destination, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS);
		if (fd >= 0) {
			if (strlen(destination) >= PATH_MAX)
				return shield_fail(error, ENAMETOOLONG, "its path is too long");
			strcpy(ret_name, destination);
			*ret_fd = TAKE_FD(fd);
			return 0;
		}
	}
	fd = open_place(root_fd, destination, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
	if (fd < 0)
		return shield_fail_errno(error, -fd, "cannot open it in the container");
	result = name_within(root_fd, fd, ret_name, error);
	if (result < 0)
		return result;
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int visit(int root_fd, const struct shield_bundle *bundle, const struct shield_bundle_mount *mount, bool running,
		 shield_rootfs_mount each, void *context, struct shield_error *error)
{
	_cleanup_close_ int fd = -1, source = -1;
	char name[PATH_MAX];
	bool mounted = false;
	int result;

	result = open_destination(root_fd, mount->destination, &fd, name, error);
	if (result == 0)
		result = is_mount(fd, &mounted, error);
	if (result < 0 && result != -ENOENT)
		return result;
	if (mounted && !(running && mount->bind))
		return each(fd, name, mount->read_only, context, error);
	if (result == -ENOENT) {
		/* the runtime will make it, where it can be: a name that leads through links is not known yet */
		if (!is_clean(mount->destination) || strlen(mount->destination) >= sizeof(name))
			return 0;
		strcpy(name, mount->destination);
	}
	result = open_source(bundle, mount, &source, error);
	if (result < 0)
		return result == -ENOENT || running ? 0 : result;
	return each(source, name, mount->read_only, context, error);
}

int shield_rootfs_each_mount(int root_fd, const struct shield_bundle *bundle, bool running, shield_rootfs_mount each,
			     void *context, struct shield_error *error)
{
	for (size_t i = 0; i < bundle->mount_count; i++) {
		const struct shield_bundle_mount *mount = &bundle->mounts[i];
		int result;

		if (is_named_by_kind(mount))
			continue;
		result = visit(root_fd, bundle, mount, running, each, context, error);
		if (result < 0) {
			char shown[128];

			return shield_wrap(error, result, "mounts[%zu] (%s)", i,
					   shield_printable(mount->destination, shown, sizeof(shown)));
		}
		if (result)
			return result;
	}
	return 0;
}
