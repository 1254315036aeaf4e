/* SPDX-License-Identifier: Apache-2.0 */
/* System calls of the i386 table, made by a program of 64 bits: other entry code, other numbers, the same kernel. */
#include "compat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <unistd.h>

#include "acts.h"

#ifdef __x86_64__
long compat_call(long call, long a, long b, long c, long d)
{
	long result;

	/* a kernel of 64 bits clears these on the way */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(call), "b"(a), "c"(b), "d"(c), "S"(d), "D"(0)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	return result;
}
#else
long compat_call(long call, long a, long b, long c, long d)
{
	(void)call, (void)a, (void)b, (void)c, (void)d;
	return -ENOSYS;
}

#define MAP_32BIT 0
#endif

void *compat_memory(const void *from, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	return memory == MAP_FAILED ? NULL : memcpy(memory, from, size);
}

enum {
	I386_EXECVE = 11,
	I386_EXECVEAT = 358,
};

/* Arguments of the program: its own name, and no more. */
static uint32_t *argv_of(const char *path)
{
	uint32_t words[2] = { (uint32_t)(uintptr_t)path, 0 };

	return compat_memory(words, sizeof(words));
}

/* exec32 PATH */
static int act_exec32(char **words)
{
	char *path = compat_memory(words[0], strlen(words[0]) + 1);
	uint32_t *argv = path ? argv_of(path) : NULL;

	return argv ? (int)compat_call(I386_EXECVE, (long)path, (long)argv, (long)(argv + 1), 0) : -ENOMEM;
}

/* execveat32 PATH: by a descriptor */
static int act_execveat32(char **words)
{
	char *empty = compat_memory("", 1);
	uint32_t *argv = empty ? argv_of(empty) : NULL;
	int fd = open(words[0], O_RDONLY), error;

	if (fd < 0)
		return -errno;
	if (!argv)
		return -ENOMEM;
#ifdef __x86_64__
	/* the fifth argument: flags */
	__asm__ volatile("int $0x80"
			 : "=a"(error)
			 : "a"(I386_EXECVEAT), "b"(fd), "c"(empty), "d"(argv), "S"(argv + 1), "D"(AT_EMPTY_PATH)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
#else
	error = -ENOSYS;
#endif
	return error;
}

/* Calls that change ids; those of 16 bits are the first of that name. */
static const struct {
	const char *name;
	int call;
} id_calls[] = {
	{ "setuid16", 23 },	{ "setgid16", 46 },	{ "setreuid16", 70 },	{ "setregid16", 71 },
	{ "setresuid16", 164 }, { "setresgid16", 170 }, { "setuid32", 213 },	{ "setgid32", 214 },
	{ "setreuid32", 203 },	{ "setregid32", 204 },	{ "setresuid32", 208 }, { "setresgid32", 210 },
};

/* ids32 CALL ID [ID [ID]]: of the table above */
static int act_ids32(char **words)
{
	long id[3] = { 0 };

	for (int i = 0; i < 3 && words[1] && words[1 + i]; i++)
		id[i] = number(words[1 + i]);
	for (size_t i = 0; i < sizeof(id_calls) / sizeof(id_calls[0]); i++)
		if (!strcmp(id_calls[i].name, words[0]))
			return (int)compat_call(id_calls[i].call, id[0], id[1], id[2], 0);
	return ACT_WRONG;
}

/* fsid32 setfsuid16|setfsuid32|setfsgid16|setfsgid32 ID: these return no error */
static int act_fsid32(char **words)
{
	bool user = !strncmp(words[0], "setfsuid", 8), wide = !strcmp(words[0] + 8, "32");
	unsigned int wanted = (unsigned int)number(words[1]);

	compat_call(user ? (wide ? 215 : 138) : (wide ? 216 : 139), wanted, 0, 0, 0);
	return (unsigned int)(user ? setfsuid((uid_t)-1) : setfsgid((gid_t)-1)) == wanted ? 0 : -EPERM;
}

/* groups32 setgroups16|setgroups32 GID: one group */
static int act_groups32(char **words)
{
	bool wide = !strcmp(words[0], "setgroups32");
	uint32_t gid = (uint32_t)number(words[1]); /* its low half comes first */
	void *groups = compat_memory(&gid, sizeof(gid));

	return groups ? (int)compat_call(wide ? 206 : 81, 1, (long)groups, 0, 0) : -ENOMEM;
}

const struct act compat_acts[] = {
	{ "exec32", 1, act_exec32 }, { "execveat32", 1, act_execveat32 }, { "ids32", -1, act_ids32 },
	{ "fsid32", 2, act_fsid32 }, { "groups32", 2, act_groups32 },	  { NULL, 0, NULL },
};
