/* SPDX-License-Identifier: Apache-2.0 */
/* Roads to execution without execve: a file, or memory, mapped executable. */
#include "acts.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/shm.h>
#include <unistd.h>

#include "compat.h"

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

/* protect-key FILE: pkey_mprotect(2), with no key of its own */
static int act_protect_key(char **words)
{
	void *memory = NULL;
	int error = map_path(words[0], O_RDONLY, PROT_READ, MAP_PRIVATE, &memory);

	return error ?: pkey_mprotect(memory, LENGTH, PROT_READ | PROT_EXEC, -1) ? -errno : 0;
}

/* map-implied FILE: for a personality to which what is readable is executable */
static int act_map_implied(char **words)
{
	void *memory = NULL;

	if (personality(READ_IMPLIES_EXEC) < 0)
		return -errno;
	return map_path(words[0], O_RDONLY, PROT_READ, MAP_PRIVATE, &memory);
}

/* map-written FILE: writes to the running executable's file, and maps that */
static int act_map_written(char **words)
{
	void *memory = NULL;
	int fd = open(words[0], O_WRONLY | O_APPEND | O_CLOEXEC);

	if (fd < 0 || write(fd, "\n", 1) != 1)
		return -errno;
	close(fd);
	return map_path(words[0], O_RDONLY, PROT_READ | PROT_EXEC, MAP_PRIVATE, &memory);
}

/* map-system-v: a segment of shared memory, attached executable */
static int act_map_system_v(char **words)
{
	int id = shmget(IPC_PRIVATE, LENGTH, IPC_CREAT | 0700), error;

	(void)words;
	if (id < 0)
		return -errno;
	error = shmat(id, NULL, SHM_EXEC) == (void *)-1 ? -errno : 0;
	shmctl(id, IPC_RMID, NULL);
	return error;
}

#define I386_USELIB 86 /* the table of x86-64 has none */

/* uselib FILE: writes the smallest library there that uselib(2) takes, and has it loaded */
static int act_uselib(char **words)
{
	struct {
		Elf64_Ehdr head;
		Elf64_Phdr segment;
		char rest[LENGTH];
	} library = {
		.head = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_phoff = sizeof(Elf64_Ehdr),
			.e_ehsize = sizeof(Elf64_Ehdr),
			.e_phentsize = sizeof(Elf64_Phdr),
			.e_phnum = 1,
		},
		.segment = {
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_X,
			.p_vaddr = 0x10000000,
			.p_filesz = LENGTH,
			.p_memsz = LENGTH,
			.p_align = LENGTH,
		},
	};
	int fd = open(words[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	char *path;

	if (fd < 0 || write(fd, &library, sizeof(library)) != sizeof(library))
		return -errno;
	close(fd);
	path = compat_memory(words[0], strlen(words[0]) + 1);
	return path ? (int)compat_call(I386_USELIB, (long)path, 0, 0, 0) : -ENOMEM;
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
	{ "protect-key", 1, act_protect_key },
	{ "map-implied", 1, act_map_implied },
	{ "map-written", 1, act_map_written },
	{ "map-system-v", 0, act_map_system_v },
	{ "uselib", 1, act_uselib },
	{ "map-memfd", 0, act_map_memfd },
	{ "map-anonymous", 0, act_map_anonymous },
	{ NULL, 0, NULL },
};
