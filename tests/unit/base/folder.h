/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of a test's own, gone at the end of the scope. */
#ifndef SHIELD_TESTS_BASE_FOLDER_H
#define SHIELD_TESTS_BASE_FOLDER_H

#ifndef _XOPEN_SOURCE
#define _XOPEN_SOURCE 700 /* nftw(); include this header first */
#endif

#include <CUnit/CUnit.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct folder {
	char path[64];
};

static inline int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

static inline void remove_folder(struct folder *folder)
{
	nftw(folder->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
#define _cleanup_folder_ __attribute__((cleanup(remove_folder)))

static inline struct folder make_folder(void)
{
	struct folder folder = { "/tmp/shield-test-XXXXXX" };

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder.path));
	return folder;
}

/* The path of something in the folder; `buffer` holds it. */
static inline const char *in_folder(const struct folder *folder, const char *name, char buffer[256])
{
	snprintf(buffer, 256, "%s/%s", folder->path, name);
	return buffer;
}

/* Writes a file with mode 0644; ' in the text stands for ". */
static inline void write_file(const struct folder *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file = fopen(in_folder(folder, name, path), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	for (; *text; text++)
		fputc(*text == '\'' ? '"' : *text, file);
	fclose(file);
	chmod(path, 0644);
}

#endif
