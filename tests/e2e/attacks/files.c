/* SPDX-License-Identifier: Apache-2.0 */
/* Roads to what a file holds, and to its name and attributes. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/acct.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "compat.h"
#include "uring.h"

#define FCHMODAT2 452 /* on every machine; 6.6 */

static int open_mode(const char *mode)
{
	static const struct {
		const char *name;
		int flags;
	} modes[] = {
		{ "read", O_RDONLY },
		{ "write", O_WRONLY },
		{ "truncate", O_RDONLY | O_TRUNC },
		{ "create", O_WRONLY | O_CREAT },
		{ "path", O_PATH },
	};

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, mode))
			return modes[i].flags | O_CLOEXEC;
	fprintf(stderr, "acts: no way to open a file: %s\n", mode);
	exit(2);
}

static int opened(long fd)
{
	if (fd < 0)
		return -errno;
	close((int)fd);
	return 0;
}

/* open MODE FILE */
static int act_open(char **words)
{
	return opened(open(words[1], open_mode(words[0]), 0644));
}

/* open-how MODE FILE: openat2(2) */
static int act_open_how(char **words)
{
	struct open_how how = { .flags = (unsigned int)open_mode(words[0]), .resolve = RESOLVE_NO_MAGICLINKS };

	return opened(syscall(SYS_openat2, AT_FDCWD, words[1], &how, sizeof(how)));
}

/* reopen MODE FILE: by the link of a descriptor that opens nothing */
static int act_reopen(char **words)
{
	int fd = open(words[1], O_PATH | O_CLOEXEC);
	char link[64];

	if (fd < 0)
		return -EIO;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return opened(open(link, open_mode(words[0])));
}

/* reopen-read MODE FILE: opens it for reading, and that descriptor again */
static int act_reopen_read(char **words)
{
	int fd = open(words[1], O_RDONLY | O_CLOEXEC);
	char link[64];

	if (fd < 0)
		return -EIO;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return opened(open(link, open_mode(words[0])));
}

static int reopen_fd(int fd)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return fd < 0 ? -errno : opened(open(link, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

/* reopen-nameless: a pipe and memory, by the links of their descriptors, as `cat /dev/stdin` does */
static int act_reopen_nameless(char **words)
{
	int ends[2];

	(void)words;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	return reopen_fd(ends[0]) ?: reopen_fd(memfd_create("memory", MFD_CLOEXEC));
}

/* Has the kernel forget what names files have: it cannot name the next one that is opened by a handle. */
static int forget_names(void)
{
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "2", 1) != 1 ? -errno : opened(fd);
}

static int open_handle(char **words, int forget)
{
	struct {
		struct file_handle head;
		unsigned char space[MAX_HANDLE_SZ];
	} handle = { .head.handle_bytes = MAX_HANDLE_SZ };
	int mount_id, folder;

	if (name_to_handle_at(AT_FDCWD, words[1], &handle.head, &mount_id, 0))
		return -errno;
	if (forget && forget_names())
		return -EIO;
	folder = open(dirname(words[1]), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return -errno;
	return opened(open_by_handle_at(folder, &handle.head, open_mode(words[0])));
}

/* open-handle MODE FILE, open-cold-handle MODE FILE */
static int act_open_handle(char **words)
{
	return open_handle(words, 0);
}

static int act_open_cold_handle(char **words)
{
	return open_handle(words, 1);
}

/* open-tree MODE DIR FILE: through a detached mount of a folder above it */
static int act_open_tree(char **words)
{
	int fd = (int)syscall(SYS_open_tree, AT_FDCWD, words[1], 1 /* OPEN_TREE_CLONE */);

	return fd < 0 ? -EIO : opened(openat(fd, words[2], open_mode(words[0])));
}

/* open-to FD MODE FILE: leaves it open there */
static int act_open_to(char **words)
{
	int fd = open(words[2], open_mode(words[1]));

	return fd < 0 || dup2(fd, (int)number(words[0])) < 0 ? -errno : 0;
}

/* open32 MODE FILE, unlink32 FILE: by the i386 table */
static int act_open32(char **words)
{
	char *path = compat_memory(words[1], strlen(words[1]) + 1);
	int fd = path ? (int)compat_call(5, (long)path, open_mode(words[0]), 0, 0) : -ENOMEM;

	return fd < 0 ? fd : opened(fd);
}

static int act_unlink32(char **words)
{
	char *path = compat_memory(words[0], strlen(words[0]) + 1);

	return path ? (int)compat_call(10, (long)path, 0, 0, 0) : -ENOMEM;
}

/* uring-open MODE FILE */
static int act_uring_open(char **words)
{
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)words[1],
		.open_flags = (unsigned int)open_mode(words[0]),
	};
	int fd = uring_call(&entry);

	return fd < 0 ? fd : opened(fd);
}

/* uring-unlink FILE, uring-rename FROM TO, uring-link FROM TO, uring-mkdir DIR */
static int act_uring_unlink(char **words)
{
	struct io_uring_sqe entry = { .opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD, .addr = (unsigned long)words[0] };

	return uring_call(&entry);
}

static int uring_two_names(unsigned char operation, char **words)
{
	struct io_uring_sqe entry = {
		.opcode = operation,
		.fd = AT_FDCWD,
		.addr = (unsigned long)words[0],
		.len = (unsigned int)AT_FDCWD,
		.addr2 = (unsigned long)words[1],
	};

	return uring_call(&entry);
}

static int act_uring_rename(char **words)
{
	return uring_two_names(IORING_OP_RENAMEAT, words);
}

static int act_uring_link(char **words)
{
	return uring_two_names(IORING_OP_LINKAT, words);
}

static int act_uring_mkdir(char **words)
{
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_MKDIRAT, .fd = AT_FDCWD, .addr = (unsigned long)words[0], .len = 0755
	};

	return uring_call(&entry);
}

/* link-unnamed FILE: a file without a name gets that one */
static int act_link_unnamed(char **words)
{
	char *copy = strdup(words[0]), link[64];
	int fd = copy ? open(dirname(copy), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644) : -1;

	free(copy);
	if (fd < 0)
		return -EIO;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, link, AT_FDCWD, words[0], AT_SYMLINK_FOLLOW) ? -errno : 0;
}

/* exchange A B: each takes the other's name */
static int act_exchange(char **words)
{
	return syscall(SYS_renameat2, AT_FDCWD, words[0], AT_FDCWD, words[1], RENAME_EXCHANGE) ? -errno : 0;
}

/* pipe-at FILE, device-at FILE: mknod(2) */
static int act_pipe_at(char **words)
{
	return mkfifo(words[0], 0644) ? -errno : 0;
}

static int act_device_at(char **words)
{
	return mknod(words[0], S_IFCHR | 0644, 0x103 /* null */) ? -errno : 0;
}

/* socket-file FILE: where a socket is bound */
static int act_socket_file(char **words)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", words[0]);
	return fd < 0 || bind(fd, (void *)&address, sizeof(address)) ? -errno : opened(fd);
}

static int act_truncate(char **words)
{
	return truncate(words[0], 0) ? -errno : 0;
}

static int act_chmod_at2(char **words)
{
	return syscall(FCHMODAT2, AT_FDCWD, words[0], 0600, 0) ? -errno : 0;
}

static int act_chown(char **words)
{
	return chown(words[0], 33, 33) ? -errno : 0;
}

/* chown-open FILE: by a descriptor that only reads */
static int act_chown_open(char **words)
{
	int fd = open(words[0], O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -EIO : fchown(fd, 33, 33) ? -errno : 0;
}

/* touch FILE: its times */
static int act_touch(char **words)
{
	return utimensat(AT_FDCWD, words[0], NULL, 0) ? -errno : 0;
}

#define ATTRIBUTE "trusted.e2e"

static int act_set_attribute(char **words)
{
	return setxattr(words[0], ATTRIBUTE, "x", 1, 0) ? -errno : 0;
}

static int act_remove_attribute(char **words)
{
	return removexattr(words[0], ATTRIBUTE) ? -errno : 0;
}

#define ACL "system.posix_acl_access"

/* set-acl FILE: one that says more than its mode, and remove-acl FILE */
static int act_set_acl(char **words)
{
	static const struct {
		unsigned int version;
		struct {
			unsigned short tag, permissions;
			unsigned int id;
		} entries[5];
	} acl = { 2, { { 1, 6, -1u }, { 2, 6, 33 }, { 4, 4, -1u }, { 0x10, 6, -1u }, { 0x20, 4, -1u } } };

	return setxattr(words[0], ACL, &acl, sizeof(acl), 0) ? -errno : 0;
}

static int act_remove_acl(char **words)
{
	return removexattr(words[0], ACL) ? -errno : 0;
}

/* account FILE: where the kernel notes what ended; nowhere again */
static int act_account(char **words)
{
	return acct(words[0]) || acct(NULL) ? -errno : 0;
}

const struct act files_acts[] = {
	{ "open", 2, act_open },
	{ "open-how", 2, act_open_how },
	{ "reopen", 2, act_reopen },
	{ "reopen-read", 2, act_reopen_read },
	{ "reopen-nameless", 0, act_reopen_nameless },
	{ "open-handle", 2, act_open_handle },
	{ "open-cold-handle", 2, act_open_cold_handle },
	{ "open-tree", 3, act_open_tree },
	{ "open-to", 3, act_open_to },
	{ "open32", 2, act_open32 },
	{ "unlink32", 1, act_unlink32 },
	{ "uring-open", 2, act_uring_open },
	{ "uring-unlink", 1, act_uring_unlink },
	{ "uring-rename", 2, act_uring_rename },
	{ "uring-link", 2, act_uring_link },
	{ "uring-mkdir", 1, act_uring_mkdir },
	{ "link-unnamed", 1, act_link_unnamed },
	{ "exchange", 2, act_exchange },
	{ "pipe-at", 1, act_pipe_at },
	{ "device-at", 1, act_device_at },
	{ "socket-file", 1, act_socket_file },
	{ "truncate", 1, act_truncate },
	{ "chmod-at2", 1, act_chmod_at2 },
	{ "chown", 1, act_chown },
	{ "chown-open", 1, act_chown_open },
	{ "touch", 1, act_touch },
	{ "set-attribute", 1, act_set_attribute },
	{ "remove-attribute", 1, act_remove_attribute },
	{ "set-acl", 1, act_set_acl },
	{ "remove-acl", 1, act_remove_acl },
	{ "account", 1, act_account },
	{ NULL, 0, NULL },
};
