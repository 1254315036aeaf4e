/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/pins.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/text.h"
#include "bpf/abi.h"

static const char *const map_names[SHIELD_MAPS] = {
	[SHIELD_MAP_CONTROL] = "control",
	[SHIELD_MAP_SLOTS] = "slots",
	[SHIELD_MAP_CGROUPS] = "cgroups",
	[SHIELD_MAP_CONTAINERS] = "containers",
	[SHIELD_MAP_INFO] = "info",
	[SHIELD_MAP_POLICIES] = "policies",
	[SHIELD_MAP_POLICY_INDEX] = "policy_index",
	[SHIELD_MAP_TAGS] = "tags",
	[SHIELD_MAP_MOUNTS] = "mounts",
	[SHIELD_MAP_COUNTERS] = "counters",
	[SHIELD_MAP_EVENTS] = "events",
	[SHIELD_MAP_UDP_PEERS] = "udp_peers",
	[SHIELD_MAP_GUARDED] = "guarded",
	[SHIELD_MAP_SCRATCHES] = "scratches",
	[SHIELD_MAP_OBSERVATIONS] = "observations",
	[SHIELD_MAP_SYSCALLS] = "syscalls",
	[SHIELD_MAP_LINKS] = "links",
};

const char *shield_map_name(enum shield_map map)
{
	return map_names[map];
}

const char *shield_engine_hash(void)
{
	return SHIELD_ENGINE_HASH;
}

const char *shield_engine_build(void)
{
	return SHIELD_VERSION " (engine " SHIELD_ENGINE_HASH ", ABI " SHIELD_LITERAL(SHIELD_ABI) ")";
}

void shield_engine_path_of(const char *engine, char *buffer, size_t size, const char *folder, const char *name)
{
	snprintf(buffer, size, SHIELD_BPFFS "/%s%s%s%s%s", engine, folder ? "/" : "", folder ? folder : "",
		 name ? "/" : "", name ? name : "");
}

void shield_engine_path(char *buffer, size_t size, const char *folder, const char *name)
{
	shield_engine_path_of(SHIELD_ENGINE_HASH, buffer, size, folder, name);
}

/* Links first: while a program is attached its maps should be all there for people to look at. */
static const char *const folders[] = { "container", "link", "prog", "map" };
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

int shield_pin(int fd, const char *path, struct shield_error *error)
{
	unlink(path);
	if (bpf_obj_pin(fd, path) < 0)
		return shield_fail_errno(error, errno, "cannot pin %s", path);
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

static void detach_sysctl(const char *folder)
{
	_cleanup_close_ int cgroup = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC), program = -1;
	char path[256];

	snprintf(path, sizeof(path), "%s/prog/" SHIELD_PIN_SYSCTL, folder);
	program = bpf_obj_get(path);
	if (program >= 0)
		bpf_prog_detach2(program, cgroup, BPF_CGROUP_SYSCTL);
}

void shield_pins_remove(const char *folder)
{
	char path[256];

	detach_sysctl(folder);
	for (size_t i = 0; i < FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, folders[i]);
		remove_files(path);
		rmdir(path);
	}
	rmdir(folder);
}
