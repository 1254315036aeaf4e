/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of identity, by system calls: the C library would change all threads, and hide what it does. */
#include "acts.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/securebits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int set(long call, char **words)
{
	long id[3] = { 0 };

	for (int i = 0; i < 3 && words[i]; i++)
		id[i] = number(words[i]);
	return syscall(call, id[0], id[1], id[2]) ? -errno : 0;
}

static int act_setuid(char **words)
{
	return set(SYS_setuid, words);
}

static int act_setgid(char **words)
{
	return set(SYS_setgid, words);
}

static int act_setreuid(char **words)
{
	return set(SYS_setreuid, words);
}

static int act_setregid(char **words)
{
	return set(SYS_setregid, words);
}

static int act_setresuid(char **words)
{
	return set(SYS_setresuid, words);
}

static int act_setresgid(char **words)
{
	return set(SYS_setresgid, words);
}

/* These return the id before, and no error: setfsuid(2). */
static int act_setfsuid(char **words)
{
	uid_t wanted = (uid_t)number(words[0]);

	setfsuid(wanted);
	return (uid_t)setfsuid((uid_t)-1) == wanted ? 0 : -EPERM;
}

static int act_setfsgid(char **words)
{
	gid_t wanted = (gid_t)number(words[0]);

	setfsgid(wanted);
	return (gid_t)setfsgid((gid_t)-1) == wanted ? 0 : -EPERM;
}

/* setgroups none | GID[,GID...] */
static int act_setgroups(char **words)
{
	gid_t groups[NGROUPS_MAX > 256 ? 256 : NGROUPS_MAX];
	size_t count = 0;

	if (strcmp(words[0], "none"))
		for (char *word = strtok(words[0], ","); word && count < 256; word = strtok(NULL, ","))
			groups[count++] = (gid_t)number(word);
	return syscall(SYS_setgroups, count, groups) ? -errno : 0;
}

/* setgroups-many N: the groups 3000, 3001, ... */
static int act_setgroups_many(char **words)
{
	gid_t groups[256];
	size_t count = (size_t)number(words[0]);

	for (size_t i = 0; i < count && i < 256; i++)
		groups[i] = (gid_t)(3000 + i);
	return syscall(SYS_setgroups, count, groups) ? -errno : 0;
}

/* euid-is UID */
static int act_euid_is(char **words)
{
	return geteuid() == (uid_t)number(words[0]) ? 0 : -EPERM;
}

/* egid-is GID */
static int act_egid_is(char **words)
{
	return getegid() == (gid_t)number(words[0]) ? 0 : -EPERM;
}

/* no-root: root is a user like others: SECBIT_NOROOT, and none of the capabilities it has from being root */
static int act_no_root(char **words)
{
	(void)words;
	return prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) ? -errno : 0;
}

#define NET_RAW (1u << 13)

struct capability_sets {
	unsigned int effective, permitted, inheritable;
};

/* capget(2) or capset(2) of the caller */
static long capability_call(long call, struct capability_sets sets[2])
{
	struct {
		unsigned int version;
		int pid;
	} header = { 0x20080522, 0 };

	return syscall(call, &header, sets);
}

/* ambient: a capability that goes through exec */
static int act_ambient(char **words)
{
	struct capability_sets sets[2];

	(void)words;
	if (capability_call(SYS_capget, sets))
		return -errno;
	sets[0].inheritable |= NET_RAW;
	if (capability_call(SYS_capset, sets))
		return -errno;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 13, 0, 0) ? -errno : 0;
}

/* has-net-raw: is the capability effective, as a file gives it? */
static int act_has_net_raw(char **words)
{
	struct capability_sets sets[2];

	(void)words;
	if (capability_call(SYS_capget, sets))
		return -errno;
	return sets[0].effective & NET_RAW ? 0 : -EPERM;
}

const struct act identity_acts[] = {
	{ "setuid", 1, act_setuid },	       { "setgid", 1, act_setgid },
	{ "setreuid", 2, act_setreuid },       { "setregid", 2, act_setregid },
	{ "setresuid", 3, act_setresuid },     { "setresgid", 3, act_setresgid },
	{ "setfsuid", 1, act_setfsuid },       { "setfsgid", 1, act_setfsgid },
	{ "setgroups", 1, act_setgroups },     { "setgroups-many", 1, act_setgroups_many },
	{ "euid-is", 1, act_euid_is },	       { "egid-is", 1, act_egid_is },
	{ "no-root", 0, act_no_root },	       { "ambient", 0, act_ambient },
	{ "has-net-raw", 0, act_has_net_raw }, { NULL, 0, NULL },
};
