/* SPDX-License-Identifier: Apache-2.0 */
/* Roads to execution without execve: a file, or memory, mapped executable. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define LENGTH 4096

static int map(int fd, int protection, int flags, void **ret)
{
	void *memory = mmap(NULL, LENGTH, protection, flags, fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	*ret = memory;
	return 0;
}

static int map_path(const char *path, int mode, int protection, int flags, void **ret)
{
	int fd = open(path, mode | O_CLOEXEC), error;

	if (fd < 0)
		return -errno;
	error = map(fd, protection, flags, ret);
	close(fd);
	return error;
}

/* map FILE: as the dynamic linker does */
static int act_map(char **words)
{
	void *memory = NULL;

	return map_path(words[0], O_RDONLY, PROT_READ | PROT_EXEC, MAP_PRIVATE, &memory);
}

/* map-shared FILE */
static int act_map_shared(char **words)
{
	void *memory = NULL;

	return map_path(words[0], O_RDONLY, PROT_READ | PROT_EXEC, MAP_SHARED, &memory);
}

/* protect FILE: a mapping made executable afterwards */
static int act_protect(char **words)
{
	void *memory = NULL;
	int error = map_path(words[0], O_RDONLY, PROT_READ, MAP_PRIVATE, &memory);

	if (error)
		return error;
	return mprotect(memory, LENGTH, PROT_READ | PROT_EXEC) ? -errno : 0;
}

/* map-memfd */
static int act_map_memfd(char **words)
{
	int fd = memfd_create("code", MFD_CLOEXEC);
	void *memory = NULL;

	(void)words;
	if (fd < 0 || ftruncate(fd, LENGTH))
		return -errno;
	return map(fd, PROT_READ | PROT_EXEC, MAP_PRIVATE, &memory);
}

/* map-anonymous: what a JIT does */
static int act_map_anonymous(char **words)
{
	void *memory = NULL;
	int error;

	(void)words;
	error = map(-1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, &memory);
	if (error)
		return error;
	if (mprotect(memory, LENGTH, PROT_READ | PROT_EXEC))
		return -errno;
	return map(-1, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, &memory);
}

const struct act library_acts[] = {
	{ "map", 1, act_map },
	{ "map-shared", 1, act_map_shared },
	{ "protect", 1, act_protect },
	{ "map-memfd", 0, act_map_memfd },
	{ "map-anonymous", 0, act_map_anonymous },
	{ NULL, 0, NULL },
};
