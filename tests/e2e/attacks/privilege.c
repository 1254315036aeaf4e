/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What takes a capability: mounts by every call there is, modules, namespaces of others, and the uses of a few more.
 * What is mounted or unmounted is so in a mount namespace of the act's own.
 */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "compat.h"

/* Of <sys/mount.h>, which does not go with <linux/mount.h>. */
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
int umount2(const char *target, int flags);
#define MNT_DETACH 2
#define MS_BIND 4096
#define MS_REMOUNT 32
#define MS_RDONLY 1

static int own_mounts(void)
{
	return unshare(CLONE_NEWNS) ? -EIO : 0;
}

/* unmount DIR */
static int act_unmount(char **words)
{
	return own_mounts() ?: umount2(words[0], MNT_DETACH) ? -errno : 0;
}

/* remount DIR: read-only */
static int act_remount(char **words)
{
	return own_mounts() ?: mount(NULL, words[0], NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) ? -errno : 0;
}

/* pivot-root DIR: one where something is mounted */
static int act_pivot_root(char **words)
{
	if (own_mounts() || chdir(words[0]))
		return -EIO;
	return syscall(SYS_pivot_root, ".", ".") ? -errno : 0;
}

/* fs-open TYPE */
static int act_fs_open(char **words)
{
	return syscall(SYS_fsopen, words[0], 0) < 0 ? -errno : 0;
}

/* fs-pick DIR: its file system, to be configured anew */
static int act_fs_pick(char **words)
{
	return syscall(SYS_fspick, AT_FDCWD, words[0], 0) < 0 ? -errno : 0;
}

/* clone-tree DIR: a detached mount; tree DIR: the one that is there */
static int act_clone_tree(char **words)
{
	return own_mounts() ?: syscall(SYS_open_tree, AT_FDCWD, words[0], OPEN_TREE_CLONE) < 0 ? -errno : 0;
}

static int act_tree(char **words)
{
	return syscall(SYS_open_tree, AT_FDCWD, words[0], 0) < 0 ? -errno : 0;
}

/* move-mount FROM TO: what is mounted there */
static int act_move_mount(char **words)
{
	return own_mounts() ?: syscall(SYS_move_mount, AT_FDCWD, words[0], AT_FDCWD, words[1], 0) ? -errno : 0;
}

/* mount-tree FROM TO: a detached mount of any folder or file */
static int act_mount_tree(char **words)
{
	int fd = own_mounts() ?: (int)syscall(SYS_open_tree, AT_FDCWD, words[0], OPEN_TREE_CLONE);

	if (fd < 0)
		return -EIO;
	return syscall(SYS_move_mount, fd, "", AT_FDCWD, words[1], MOVE_MOUNT_F_EMPTY_PATH) ? -errno : 0;
}

/* mount-new TYPE DIR: by fsopen, fsconfig, fsmount and move_mount */
static int act_mount_new(char **words)
{
	int fs = own_mounts() ?: (int)syscall(SYS_fsopen, words[0], 0), fd;

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		return -EIO;
	fd = (int)syscall(SYS_fsmount, fs, 0, 0);
	if (fd < 0)
		return -EIO;
	return syscall(SYS_move_mount, fd, "", AT_FDCWD, words[1], MOVE_MOUNT_F_EMPTY_PATH) ? -errno : 0;
}

/* mount-attributes DIR: read-only */
static int act_mount_attributes(char **words)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_RDONLY };

	return own_mounts()
		       ?: syscall(SYS_mount_setattr, AT_FDCWD, words[0], 0, &attributes, sizeof(attributes)) ? -errno
													     : 0;
}

/* tmpfs32 DIR, unmount32 DIR: by the i386 table */
static int act_tmpfs32(char **words)
{
	char *type = compat_memory("tmpfs", 6), *path = compat_memory(words[0], strlen(words[0]) + 1);

	if (!type || !path)
		return -ENOMEM;
	return own_mounts() ?: (int)compat_call(21, (long)type, (long)path, (long)type, 0);
}

static int act_unmount32(char **words)
{
	char *path = compat_memory(words[0], strlen(words[0]) + 1);

	return path ? own_mounts() ?: (int)compat_call(52, (long)path, MNT_DETACH, 0, 0) : -ENOMEM;
}

/* Modules: one that is none is found out only after the permission to load it. */
static int found_out(int want)
{
	return errno == want ? 0 : -errno;
}

/* init-module, finit-module, delete-module: of garbage, and of one that is not there */
static int act_init_module(char **words)
{
	(void)words;
	syscall(SYS_init_module, "garbage", 7, "");
	return found_out(ENOEXEC);
}

static int act_finit_module(char **words)
{
	int fd = memfd_create("garbage", MFD_CLOEXEC);

	(void)words;
	if (fd < 0 || write(fd, "garbage", 7) != 7)
		return -EIO;
	syscall(SYS_finit_module, fd, "", 0);
	return found_out(ENOEXEC);
}

static int act_delete_module(char **words)
{
	(void)words;
	syscall(SYS_delete_module, "e2e-garbage", O_NONBLOCK);
	return found_out(ENOENT);
}

/* enter FILE: the namespace of a link in /proc */
static int act_enter(char **words)
{
	int fd = open(words[0], O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -EIO : setns(fd, 0) ? -errno : 0;
}

/* host-name NAME */
static int act_host_name(char **words)
{
	return sethostname(words[0], strlen(words[0])) ? -errno : 0;
}

/* own-host-name NAME: in a namespace for it */
static int act_own_host_name(char **words)
{
	return unshare(CLONE_NEWUTS) ? -EIO : act_host_name(words);
}

/* signal-other: a process of another user */
static int act_signal_other(char **words)
{
	int ready[2];
	char byte;
	pid_t pid;

	(void)words;
	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (syscall(SYS_setresuid, 33, 33, 33) || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		return -EIO;
	return kill(pid, SIGWINCH) ? -errno : 0;
}

const struct act privilege_acts[] = {
	{ "unmount", 1, act_unmount },
	{ "remount", 1, act_remount },
	{ "pivot-root", 1, act_pivot_root },
	{ "fs-open", 1, act_fs_open },
	{ "fs-pick", 1, act_fs_pick },
	{ "clone-tree", 1, act_clone_tree },
	{ "tree", 1, act_tree },
	{ "move-mount", 2, act_move_mount },
	{ "mount-tree", 2, act_mount_tree },
	{ "mount-new", 2, act_mount_new },
	{ "mount-attributes", 1, act_mount_attributes },
	{ "tmpfs32", 1, act_tmpfs32 },
	{ "unmount32", 1, act_unmount32 },
	{ "init-module", 0, act_init_module },
	{ "finit-module", 0, act_finit_module },
	{ "delete-module", 0, act_delete_module },
	{ "enter", 1, act_enter },
	{ "host-name", 1, act_host_name },
	{ "own-host-name", 1, act_own_host_name },
	{ "signal-other", 0, act_signal_other },
	{ NULL, 0, NULL },
};
