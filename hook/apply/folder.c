/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

#define SUFFIX ".json"

typedef int (*entry_call)(int folder, const struct dirent *entry, void *context);

/* Calls `each` for all entries but . and .. until one returns non-zero; returns that. */
static int each_entry(const char *path, entry_call each, void *context, struct shield_error *error)
{
	_cleanup_closedir_ DIR *dir = opendir(path);
	struct dirent *entry;
	int r;

	if (!dir)
		return shield_fail_errno(error, errno, "%s: cannot open", path);
	while (errno = 0, (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		r = each(dirfd(dir), entry, context);
		if (r)
			return r < 0 ? shield_fail_errno(error, -r, "%s/%s", path, entry->d_name) : r;
	}
	return errno ? shield_fail_errno(error, errno, "%s: cannot read", path) : 0;
}

static int remove_entry(int folder, const struct dirent *entry, void *context)
{
	const int *to = context;

	if (unlinkat(folder, entry->d_name, 0) == 0)
		return 0;
	if (errno == EISDIR && renameat(folder, entry->d_name, *to, entry->d_name) == 0)
		return 0;
	return -errno;
}

int shield_folder_remove(const char *path, const char *to, struct shield_error *error)
{
	_cleanup_close_ int fd = -1;
	int r;

	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return shield_fail_errno(error, errno, "%s: cannot open", to);
	r = each_entry(path, remove_entry, &fd, error);
	if (r < 0)
		return r;
	return rmdir(path) < 0 ? shield_fail_errno(error, errno, "%s: cannot remove", path) : 0;
}

/* Is it the file of one of these profiles? */
static bool is_of(const struct shield_strings *profiles, const char *file)
{
	size_t length = strlen(file), suffix = strlen(SUFFIX);

	if (!profiles || length <= suffix || strcmp(file + length - suffix, SUFFIX) != 0)
		return false;
	for (size_t i = 0; i < profiles->count; i++)
		if (strlen(profiles->item[i]) == length - suffix && !strncmp(profiles->item[i], file, length - suffix))
			return true;
	return false;
}

struct linking {
	int to;
	const struct shield_strings *only, *but;
};

static int link_entry(int folder, const struct dirent *entry, void *context)
{
	const struct linking *linking = context;
	struct stat status;

	if (entry->d_name[0] == '.' || is_of(linking->but, entry->d_name) ||
	    (linking->only && !is_of(linking->only, entry->d_name)))
		return 0;
	if (fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(status.st_mode)) /* goes along when the folders are exchanged */
		return 0;
	if (linkat(folder, entry->d_name, linking->to, entry->d_name, 0) < 0 && errno != EEXIST && errno != ENOENT)
		return -errno;
	return 0;
}

int shield_folder_link(const char *from, const char *to, const struct shield_strings *only,
		       const struct shield_strings *but, struct shield_error *error)
{
	_cleanup_close_ int fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct linking linking = { fd, only, but };

	if (fd < 0)
		return shield_fail_errno(error, errno, "%s: cannot open", to);
	return each_entry(from, link_entry, &linking, error);
}

struct rescue {
	int to;
	const struct shield_strings *applied;
};

/* What is not ours, and is not in the other folder as it is here. */
static int rescue_entry(int folder, const struct dirent *entry, void *context)
{
	const struct rescue *rescue = context;
	struct stat here, there;

	/* hidden files are this program's own, or not complete yet */
	if (entry->d_name[0] == '.' || is_of(rescue->applied, entry->d_name))
		return 0;
	if (fstatat(folder, entry->d_name, &here, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (fstatat(rescue->to, entry->d_name, &there, AT_SYMLINK_NOFOLLOW) == 0 && here.st_ino == there.st_ino)
		return 0;
	return renameat(folder, entry->d_name, rescue->to, entry->d_name) < 0 ? -errno : 0;
}

int shield_folder_exchange(const char *next, const char *path, const struct shield_strings *applied,
			   struct shield_error *error)
{
	_cleanup_close_ int fd = open(next, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct rescue rescue = { fd, applied };

	if (fd < 0)
		return shield_fail_errno(error, errno, "%s: cannot open", next);
	if (syncfs(fd) < 0)
		return shield_fail_errno(error, errno, "%s: cannot write", next);
	if (renameat2(AT_FDCWD, next, AT_FDCWD, path, RENAME_EXCHANGE) < 0)
		return shield_fail_errno(error, errno, "%s: cannot be replaced%s", path,
					 errno == EBUSY ? " (it must not be a mount point itself)" : "");
	return each_entry(next, rescue_entry, &rescue, error);
}
