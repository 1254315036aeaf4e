/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/pins.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "engine/engine.h"

/* Links first: while a program is attached its maps should be all there for people to look at. */
static const char *const folders[] = {"container", "link", "prog", "map"};
#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

int shield_pins_make(const char *folder, struct shield_error *error)
{
	char path[256];
	int r = shield_make_directories(SHIELD_BPFFS, error);

	if (r < 0)
		return r;
	if (chmod(SHIELD_BPFFS, 0700) < 0 || mkdir(folder, 0700) < 0)
		return shield_fail_errno(error, errno, "cannot make %s", folder);
	for (size_t i = 0; i < FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
		if (mkdir(path, 0700) < 0)
			return shield_fail_errno(error, errno, "cannot make %s", path);
	}
	return 0;
}

static void remove_files(const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
}

void shield_pins_remove(const char *folder)
{
	char path[256];

	for (size_t i = 0; i < FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
		remove_files(path);
		rmdir(path);
	}
	rmdir(folder);
}
