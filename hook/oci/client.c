/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/client.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"

#define SUBUID "/etc/subuid"
#define SUBUID_MAX (1024 * 1024)
#define FDINFO_MAX 4096
#define LEVELS 33 /* of user namespaces: kernel/user_namespace.c */

void shield_client_free(struct shield_client *client)
{
	shield_closep(&client->init);
	shield_bundle_free(&client->bundle);
	*client = SHIELD_CLIENT_NONE;
}

/* NAME:FIRST:COUNT, a line each; other lines lend nothing. */
bool shield_client_is_lent(const char *subuid, uid_t uid)
{
	for (const char *line = subuid; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		unsigned long long first, count;

		if (sscanf(line, "%*[^:\n]:%llu:%llu", &first, &count) == 2 && uid >= first && uid - first < count)
			return true;
	}
	return false;
}

int shield_client_check_user(uid_t uid, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	int r;

	if (uid == 0)
		return shield_fail(
			error, EPERM,
			"shieldd acts for unprivileged users only: run root's containers in the initial user "
			"namespace");
	r = shield_read_file(AT_FDCWD, SUBUID, SUBUID_MAX, &text, NULL, error);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (shield_client_is_lent(text, uid)) /* or a user with many of them would count as many users */
		return shield_fail(error, EPERM, "user %u is one that " SUBUID " lends to another user", uid);
	return 0;
}

int shield_client_parse_fdinfo(const char *text, pid_t *ret, struct shield_error *error)
{
	const char *line = strncmp(text, "Pid:\t", 5) == 0 ? text : strstr(text, "\nPid:\t");
	long pid;
	char *end;

	if (!line)
		return shield_fail(error, EINVAL, "the descriptor for the container's process is no pidfd");
	pid = strtol(strchr(line, '\t') + 1, &end, 10);
	if (*end != '\n' || pid > INT_MAX)
		return shield_fail(error, EINVAL, "the pidfd names no process");
	if (pid <= 0)
		return shield_fail(error, ESRCH, "the container's process has ended, or is not seen from here");
	*ret = (pid_t)pid;
	return 0;
}

int shield_client_lives(int pidfd, struct shield_error *error)
{
	if (syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0)
		return 0;
	if (errno == ESRCH)
		return shield_fail(error, ESRCH, "the container's process has ended");
	return shield_fail(error, EINVAL, "the descriptor for the container's process is no pidfd");
}

int shield_client_init(int pidfd, pid_t *ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	char path[64];
	int r = shield_client_lives(pidfd, error);

	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	r = shield_read_file(AT_FDCWD, path, FDINFO_MAX, &text, NULL, error);
	return r < 0 ? r : shield_client_parse_fdinfo(text, ret, error);
}

static bool is_same_namespace(int a, int b)
{
	struct stat one, other;

	return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Climbs to the namespace below the initial one, and asks who made it. -EPERM where there is none. */
static int find_owner(int *namespace, int initial, uid_t *ret, struct shield_error *error)
{
	for (int i = 0; i < LEVELS && !is_same_namespace(*namespace, initial); i++) {
		int parent = ioctl(*namespace, NS_GET_PARENT);

		if (parent < 0)
			return shield_fail_errno(error, errno, "cannot tell whose user namespace it is in");
		if (is_same_namespace(parent, initial)) {
			close(parent);
			if (ioctl(*namespace, NS_GET_OWNER_UID, ret) < 0)
				return shield_fail_errno(error, errno, "cannot tell whose user namespace it is in");
			return 0;
		}
		close(*namespace);
		*namespace = parent;
	}
	return shield_fail(error, EPERM, "it is in no user namespace of its user's");
}

int shield_client_check_owner(pid_t pid, uid_t uid, struct shield_error *error)
{
	_cleanup_close_ int initial = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int namespace = -1;
	char path[64];
	uid_t owner;
	int r;

	snprintf(path, sizeof(path), "/proc/%d/ns/user", pid);
	namespace = open(path, O_RDONLY | O_CLOEXEC);
	if (initial < 0 || namespace < 0)
		return shield_fail_errno(error, errno, "the container's process: cannot tell its user namespace");
	r = find_owner(&namespace, initial, &owner, error);
	if (r < 0)
		return shield_wrap(error, r, "the container's process");
	if (owner != uid)
		return shield_fail(error, EPERM, "the container's process is another user's");
	return 0;
}

int shield_client_take_rights(const struct shield_client *client, struct shield_error *error)
{
	if (!client)
		return 0;
	setfsgid(client->gid);
	setfsuid(client->uid); /* drops what privileges say of files, too (capabilities(7)) */
	/* they return the earlier id, whether they fail or not */
	if ((gid_t)setfsgid((gid_t)-1) != client->gid || (uid_t)setfsuid((uid_t)-1) != client->uid)
		return shield_fail(error, EPERM, "cannot act with the rights of user %u", client->uid);
	return 0;
}

void shield_client_end_rights(const struct shield_client **client)
{
	if (!*client)
		return;
	setfsuid(0);
	setfsgid(0);
}
