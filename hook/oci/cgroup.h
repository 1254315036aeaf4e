/* SPDX-License-Identifier: Apache-2.0 */
/* Which cgroup is the container's: cgroup v2 only (cgroups(7), Documentation/admin-guide/cgroup-v2.rst). */
#ifndef SHIELD_OCI_CGROUP_H
#define SHIELD_OCI_CGROUP_H

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct shield_cgroup {
	char path[PATH_MAX]; /* of its directory, absolute */
	uint64_t id;	     /* what BPF calls its id: the inode number of the directory */
	uid_t owner;	     /* of the directory: who may delegate it */
};

/*
 * Finds the container's top cgroup: the one all its processes are in or below.
 * @pid: of the container's init
 * @cgroups_path: linux.cgroupsPath of config.json, NULL = not said
 * @hook: the process that asks, 0 = this one
 * Returns 0; -ENOTSUP for cgroup v1 and hybrid hosts; -EPERM for a cgroup that is not the container's alone (the root,
 * one outside the namespace, the hook's own or one above it); -ENOENT when the process or its cgroup is gone; what
 * reading /proc returned.
 */
int shield_cgroup_of(pid_t pid, const char *cgroups_path, pid_t hook, struct shield_cgroup *ret,
		     struct shield_error *error);

/* Opens a cgroup's directory by its id (open_by_handle_at(2)). Returns a descriptor, -ESTALE or another negative errno. */
int shield_cgroup_open(uint64_t id);

/*
 * Are there processes in a cgroup or below it?
 * @id: its id; that of a cgroup that is gone names none ever again
 * Returns 1 or 0; -ESTALE when it is gone; another negative errno when nobody can tell.
 */
int shield_cgroup_is_populated(uint64_t id);

/*
 * The parts that read nothing.
 *
 * The unified path out of the text of a /proc/PID/cgroup. -ENOTSUP if there is none, or if controllers are on v1
 * hierarchies.
 */
int shield_cgroup_parse(const char *text, char ret[PATH_MAX], struct shield_error *error);

/* The directory the cgroup2 file system is mounted on, out of the text of a mountinfo. -ENOTSUP if there is none. */
int shield_cgroup_mount(const char *mountinfo, char ret[PATH_MAX], struct shield_error *error);

/*
 * The container's top cgroup on the way to `path`, its init's: the component that linux.cgroupsPath names, in systemd's
 * form (slice:prefix:name, the scope prefix-name.scope) or as a path; else the whole path. Runtimes put init into a
 * child of it (crun's `container`) and CRI-O exec sessions beside that.
 * Returns the length of the top's path.
 */
size_t shield_cgroup_top(const char *path, const char *cgroups_path);

/* -EPERM if `path` is the root, leads out of the namespace, or is `own` or one above it. */
int shield_cgroup_check(const char *path, const char *own, struct shield_error *error);

#endif
