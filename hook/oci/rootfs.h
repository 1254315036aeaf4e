/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The container's file system as the container will see it, found while its createRuntime hooks run: runc
 * (prepareRootfs) and crun (libcrun_set_mounts, setup_mount_namespace) have then made all mounts of config.json below
 * the root directory's path in the container's mount namespace, and have not yet made that directory the root. They
 * turn mounts read-only later, so that only config.json says which will be.
 */
#ifndef SHIELD_OCI_ROOTFS_H
#define SHIELD_OCI_ROOTFS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "oci/bundle.h"

/*
 * Opens the container's root directory (O_PATH) in its mount namespace.
 * @pid: of the container's init
 * Returns 0 with the descriptor, or a negative errno.
 */
int shield_rootfs_open(pid_t pid, const struct shield_bundle *bundle, int *ret_fd, struct shield_error *error);

/*
 * The same for a container that runs: what its first process has for its root, which must be the directory that
 * config.json says. -EPERM when it is not.
 */
int shield_rootfs_open_running(pid_t pid, const struct shield_bundle *bundle, int *ret_fd, struct shield_error *error);

/* Is the directory on an overlay? Returns 0 or a negative errno. */
int shield_rootfs_is_overlay(int fd, bool *ret, struct shield_error *error);

/* -ENOTSUP for a directory on FUSE, as fuse-overlayfs makes them: nobody but its user may look into it, nor wait for it. */
int shield_rootfs_refuse_fuse(int fd, struct shield_error *error);

/*
 * Called for a mount.
 * @fd: its root, O_PATH; borrowed
 * @destination: where the container sees it: absolute, no symlinks, no trailing slash but for "/"; borrowed
 * Returns 0 to go on; else what shield_rootfs_each_mount() is to return.
 */
typedef int (*shield_rootfs_mount)(int fd, const char *destination, bool read_only, void *context,
				   struct shield_error *error);

/*
 * Calls `each` for the mounts of config.json but proc and sysfs, in their order. A destination is found within
 * the root directory, never outside, whatever links the image has. Where a bind mount is not there yet its source
 * stands in, unless the bundle is foreign; other mounts that are not there yet are left out (files on them then have no
 * name, and are refused where names count).
 * Returns 0, what `each` returned, or a negative errno.
 */
int shield_rootfs_each_mount(int root_fd, const struct shield_bundle *bundle, bool running, shield_rootfs_mount each,
			     void *context, struct shield_error *error);

#endif
