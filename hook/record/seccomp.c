/* SPDX-License-Identifier: Apache-2.0 */
#include "record/seccomp.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>

#include "base/text.h"
#include "base/tidy.h"
#include "profile/profile.h"

/*
 * What the runtimes call under the container's filter: until the program is executed, at the start and for exec into
 * the container, with and without no_new_privileges, a terminal, another user. As crun 1.8 and 1.21 and runc 1.1 did;
 * exit_group is for when there is no such program.
 */
static const char *const runtimes[] = {
	/* both */
	"capset", "close", "execve", "exit_group", "fchown", "openat", "prctl", "read", "setgroups", "write",
	/* crun */
	"close_range", "ioctl", "pselect6", "rt_sigaction", "rt_sigprocmask", "setresgid", "setresuid", "statx",
	"umask",
	/* runc */
	"capget", "chdir", "epoll_ctl", "faccessat2", "fcntl", "fstat", "fstatfs", "futex", "getcwd", "getdents64",
	"getpid", "getppid", "newfstatat", "rt_sigreturn", "setgid", "setuid",
	/* the kernel, to go on with a call that a signal or a freezer stopped: pausing the container is enough */
	"restart_syscall",
	/* the Go runtime below runc, when its scheduler thinks fit */
	"arch_prctl", "brk", "clone", "clone3", "epoll_pwait", "exit", "getrandom", "gettid", "madvise", "mmap",
	"mprotect", "munmap", "nanosleep", "rseq", "sched_getaffinity", "sched_yield", "set_robust_list", "sigaltstack",
	"tgkill", NULL
};

#if defined(__aarch64__)
#define NATIVE SCMP_ARCH_AARCH64
#define COMPAT SCMP_ARCH_ARM
#define NATIVE_NAME "SCMP_ARCH_AARCH64"
#define COMPAT_NAME "SCMP_ARCH_ARM"
#else
#define NATIVE SCMP_ARCH_X86_64
#define COMPAT SCMP_ARCH_X86
#define NATIVE_NAME "SCMP_ARCH_X86_64"
#define COMPAT_NAME "SCMP_ARCH_X86"
#endif

/* The names of a table's calls; what libseccomp has no name for is counted. */
static int add_names(struct shield_strings *names, uint32_t table, const __u64 *called, unsigned int *unnamed)
{
	for (int number = 0; number < SHIELD_SYSCALLS; number++) {
		char *name;
		int r;

		if (!(called[number / 64] & 1ull << number % 64))
			continue;
		name = seccomp_syscall_resolve_num_arch(table, number);
		if (!name) {
			++*unnamed;
			continue;
		}
		r = shield_strings_add(names, name);
		if (r < 0)
			return r;
	}
	return 0;
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_group(struct shield_text *text, const char *const *names, size_t count, const char *comment)
{
	shield_text_add(text, "{\"comment\":");
	shield_text_add_json(text, comment);
	shield_text_add(text, ",\"names\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			shield_text_add(text, ",");
		shield_text_add_json(text, names[i]);
	}
	shield_text_add(text, "],\"action\":\"SCMP_ACT_ALLOW\"}");
}

/* What the runtimes need beyond what the container called. */
static void add_runtimes(struct shield_text *text, const struct shield_strings *called)
{
	const char *more[sizeof(runtimes) / sizeof(runtimes[0])];
	size_t count = 0;

	for (size_t i = 0; runtimes[i]; i++)
		if (!shield_strings_have(called, runtimes[i]))
			more[count++] = runtimes[i];
	if (!count)
		return;
	shield_text_add(text, ",");
	add_group(text, more, count, "called by the runtimes themselves (crun, runc), before the program starts");
}

static void write_profile(struct shield_text *text, const struct shield_strings *called, bool compat,
			  unsigned int unnamed)
{
	char comment[128] = "called by the container";

	if (unnamed)
		snprintf(comment, sizeof(comment),
			 "called by the container; %u more, newer than this build of libseccomp, have no name here",
			 unnamed);
	shield_text_add(text,
			"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,\"architectures\":[\"" NATIVE_NAME
			"\"");
	if (compat)
		shield_text_add(text, ",\"" COMPAT_NAME "\"");
	shield_text_add(text, "],\"syscalls\":[");
	add_group(text, (const char *const *)called->item, called->count, comment);
	add_runtimes(text, called);
	shield_text_add(text, "]}");
}

/* What all of the recordings called, together. Returns how many have system calls. */
static size_t unite(const struct shield_recording *recordings, size_t count, struct shield_syscalls *ret)
{
	size_t have = 0;

	*ret = (struct shield_syscalls){};
	for (size_t i = 0; i < count; i++) {
		have += recordings[i].has_syscalls;
		for (size_t word = 0; recordings[i].has_syscalls && word < SHIELD_SYSCALLS / 64; word++) {
			ret->native[word] |= recordings[i].syscalls.native[word];
			ret->compat[word] |= recordings[i].syscalls.compat[word];
		}
	}
	return have;
}

static bool has_compat(const struct shield_syscalls *syscalls)
{
	for (size_t word = 0; word < SHIELD_SYSCALLS / 64; word++)
		if (syscalls->compat[word])
			return true;
	return false;
}

static void free_strings(struct shield_strings *list)
{
	shield_strings_free(list);
}

int shield_seccomp_profile(const struct shield_recording *recordings, size_t count, char **ret,
			   struct shield_error *error)
{
	_cleanup_(free_strings) struct shield_strings called = {};
	_cleanup_text_ struct shield_text text = {}, tidy = {};
	_cleanup_free_ char *json = NULL;
	struct shield_syscalls syscalls;
	unsigned int unnamed = 0;
	int r;

	if (!unite(recordings, count, &syscalls))
		return shield_fail(error, ENODATA,
				   "no system calls were recorded: containers that run beside a profile, "
				   "or that were running when the recording started, have none");
	r = add_names(&called, NATIVE, syscalls.native, &unnamed);
	if (r == 0)
		r = add_names(&called, COMPAT, syscalls.compat, &unnamed);
	if (called.count)
		qsort(called.item, called.count, sizeof(*called.item), compare_strings);
	write_profile(&text, &called, has_compat(&syscalls), unnamed);
	if (r == 0)
		r = shield_text_take(&text, &json, NULL);
	if (r == 0) {
		shield_text_add_tidy(&tidy, json);
		r = shield_text_take(&tidy, ret, NULL);
	}
	return r < 0 ? shield_fail(error, ENOMEM, "out of memory") : 0;
}
