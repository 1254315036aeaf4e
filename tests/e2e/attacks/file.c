/* SPDX-License-Identifier: Apache-2.0 */
/* What is done to files, mounts and namespaces to make a file look like another. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int copy_into(int to, const char *from)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t sent;

	if (fd < 0)
		return -errno;
	while ((sent = sendfile(to, fd, NULL, 1 << 20)) > 0)
		;
	sent = sent < 0 ? -errno : 0;
	close(fd);
	return (int)sent;
}

/* copy FROM TO */
static int act_copy(char **words)
{
	int fd = open(words[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755), error;

	if (fd < 0)
		return -errno;
	error = copy_into(fd, words[0]);
	close(fd);
	return error;
}

/* append FILE: one byte, which no loader minds */
static int act_append(char **words)
{
	int fd = open(words[0], O_WRONLY | O_APPEND | O_CLOEXEC), error = 0;

	if (fd < 0 || write(fd, "\n", 1) != 1)
		error = -errno;
	close(fd);
	return error;
}

/* chmod FILE */
static int act_chmod(char **words)
{
	return chmod(words[0], 0711) ? -errno : 0;
}

/* set-uid FILE */
static int act_set_uid(char **words)
{
	return chmod(words[0], 04755) ? -errno : 0;
}

static int act_rename(char **words)
{
	return rename(words[0], words[1]) ? -errno : 0;
}

static int act_link(char **words)
{
	return link(words[0], words[1]) ? -errno : 0;
}

static int act_symlink(char **words)
{
	return symlink(words[0], words[1]) ? -errno : 0;
}

static int act_unlink(char **words)
{
	return unlink(words[0]) ? -errno : 0;
}

static int act_remove_folder(char **words)
{
	return rmdir(words[0]) ? -errno : 0;
}

/* One that is there already is fine. */
static int act_mkdir(char **words)
{
	return mkdir(words[0], 0755) && errno != EEXIST ? -errno : 0;
}

/* bind FROM TO */
static int act_bind(char **words)
{
	return mount(words[0], words[1], NULL, MS_BIND, NULL) ? -errno : 0;
}

static int act_tmpfs(char **words)
{
	return mount("tmpfs", words[0], "tmpfs", 0, NULL) ? -errno : 0;
}

/* mount TYPE DIR OPTIONS|-: a file system without a device */
static int act_mount(char **words)
{
	const char *options = strcmp(words[2], "-") ? words[2] : NULL;

	return mount("none", words[1], words[0], 0, options) ? -errno : 0;
}

static int act_chroot(char **words)
{
	return chroot(words[0]) || chdir("/") ? -errno : 0;
}

static int act_chdir(char **words)
{
	return chdir(words[0]) ? -errno : 0;
}

/* deep N: makes and enters N directories called "d" */
static int act_deep(char **words)
{
	for (long i = number(words[0]); i > 0; i--)
		if ((mkdir("d", 0755) && errno != EEXIST) || chdir("d"))
			return -errno;
	return 0;
}

/* long N: makes and enters N directories of 200 bytes */
static int act_long(char **words)
{
	char name[201];

	memset(name, 'n', 200);
	name[200] = 0;
	for (long i = number(words[0]); i > 0; i--)
		if ((mkdir(name, 0755) && errno != EEXIST) || chdir(name))
			return -errno;
	return 0;
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755), error = 0;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

/* write FILE TEXT */
static int act_write(char **words)
{
	return write_text(words[0], words[1]);
}

/* A user namespace in which all ids are what they were: from outside, as it may not map them itself. */
static int unshare_user(void)
{
	char path[64];
	int pair[2], error = 0, status;
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid == 0) {
		close(pair[1]);
		if (read(pair[0], path, 1) < 0)
			_exit(errno);
		snprintf(path, sizeof(path), "/proc/%d/uid_map", getppid());
		error = write_text(path, "0 0 65536");
		snprintf(path, sizeof(path), "/proc/%d/gid_map", getppid());
		_exit(-(error ?: write_text(path, "0 0 65536")));
	}
	if (pid < 0 || unshare(CLONE_NEWUSER))
		error = -errno;
	close(pair[1]);
	close(pair[0]);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && !error)
		error = WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
	return error;
}

int act_unshare(char **words)
{
	if (!strcmp(words[0], "user"))
		return unshare_user();
	if (!strcmp(words[0], "pid"))
		return unshare(CLONE_NEWPID) ? -errno : 0;
	if (!strcmp(words[0], "net"))
		return unshare(CLONE_NEWNET) ? -errno : 0;
	if (strcmp(words[0], "mount"))
		return ACT_WRONG;
	return unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ? -errno : 0;
}

/* cgroup DIR: moves to it */
static int act_cgroup(char **words)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cgroup.procs", words[0]);
	return write_text(path, "0");
}

const struct act file_acts[] = {
	{ "copy", 2, act_copy },
	{ "append", 1, act_append },
	{ "chmod", 1, act_chmod },
	{ "set-uid", 1, act_set_uid },
	{ "rename", 2, act_rename },
	{ "link", 2, act_link },
	{ "symlink", 2, act_symlink },
	{ "unlink", 1, act_unlink },
	{ "mkdir", 1, act_mkdir },
	{ "remove-folder", 1, act_remove_folder },
	{ "bind", 2, act_bind },
	{ "tmpfs", 1, act_tmpfs },
	{ "mount", 3, act_mount },
	{ "write", 2, act_write },
	{ "chroot", 1, act_chroot },
	{ "chdir", 1, act_chdir },
	{ "deep", 1, act_deep },
	{ "long", 1, act_long },
	{ "unshare", 1, act_unshare },
	{ "cgroup", 1, act_cgroup },
	{ NULL, 0, NULL },
};
