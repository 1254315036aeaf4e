/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"

void suite_base_io(void);

/* Through a pipe that a child fills: short reads, and more than one buffer. */
static void pipe_of(size_t size, size_t max, int expected)
{
	_cleanup_close_ int reader = -1;
	_cleanup_free_ char *text = NULL;
	struct shield_error error = {};
	size_t length = 0;
	int ends[2], result;

	CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
	reader = ends[0];
	fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
	for (size_t i = 0; i < size; i++)
		CU_ASSERT_EQUAL_FATAL(write(ends[1], &"abcdefg"[i % 7], 1), 1);
	close(ends[1]);
	result = shield_read_fd(reader, "stdin", max, &text, &length, &error);
	CU_ASSERT_EQUAL(result, expected);
	if (expected == 0) {
		CU_ASSERT_EQUAL(length, size);
		CU_ASSERT_EQUAL(strlen(text), size);
		CU_ASSERT_TRUE(size == 0 || text[size - 1] == "abcdefg"[(size - 1) % 7]);
	} else {
		CU_ASSERT_PTR_NULL(text);
		CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "stdin: larger than"));
	}
}

static void pipes(void)
{
	pipe_of(0, 10, 0);
	pipe_of(10, 10, 0);
	pipe_of(11, 10, -EFBIG);
	pipe_of(4095, 1 << 20, 0);
	pipe_of(4096, 1 << 20, 0);
	pipe_of(4097, 1 << 20, 0);
	pipe_of(50000, 1 << 20, 0);
	pipe_of(5000, 4999, -EFBIG);
	pipe_of(1, 0, -EFBIG);
	pipe_of(0, 0, 0);
}

static void files(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_free_ char *text = NULL, *status = NULL;
	_cleanup_close_ int dir = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct shield_error error = {};
	size_t length = 0;

	write_file(&folder, "file", "hello");
	CU_ASSERT_EQUAL(shield_read_file(dir, "file", 5, &text, &length, &error), 0);
	CU_ASSERT_STRING_EQUAL(text, "hello");
	CU_ASSERT_EQUAL(length, 5);
	CU_ASSERT_EQUAL(shield_read_file(AT_FDCWD, "/proc/self/status", 65536, &status, NULL, &error), 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(status, "Pid:"));
}

static void bad_files(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_close_ int dir = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct shield_error error = {};
	char path[256], *text = NULL;

	write_file(&folder, "file", "hello");
	CU_ASSERT_EQUAL(mkfifo(in_folder(&folder, "fifo", path), 0600), 0);
	CU_ASSERT_EQUAL(shield_read_file(dir, "file", 4, &text, NULL, &error), -EFBIG);
	CU_ASSERT_STRING_EQUAL(error.message, "file: larger than 4 bytes");
	CU_ASSERT_EQUAL(shield_read_file(dir, "none", 4, &text, NULL, &error), -ENOENT);
	CU_ASSERT_STRING_EQUAL(error.message, "none: cannot open: No such file or directory");
	CU_ASSERT_EQUAL(shield_read_file(dir, "fifo", 4, &text, NULL, &error), -EINVAL);
	CU_ASSERT_STRING_EQUAL(error.message, "fifo: not a regular file");
	CU_ASSERT_EQUAL(shield_read_file(dir, ".", 4, &text, NULL, &error), -EISDIR);
	CU_ASSERT_PTR_NULL(text);
}

static void directories(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_error error = {};
	struct stat status;
	char path[256];

	CU_ASSERT_EQUAL(shield_make_directories(in_folder(&folder, "a/b/c", path), &error), 0);
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_TRUE(S_ISDIR(status.st_mode));
	CU_ASSERT_EQUAL(shield_make_directories(path, &error), 0);
	CU_ASSERT_EQUAL(shield_make_directories(in_folder(&folder, "a/d/", path), &error), 0);
	CU_ASSERT_EQUAL(shield_make_directories("/", &error), 0);
	write_file(&folder, "file", "");
	CU_ASSERT_EQUAL(shield_make_directories(in_folder(&folder, "file", path), &error), -ENOTDIR);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/file: not a directory"));
	CU_ASSERT_EQUAL(shield_make_directories(in_folder(&folder, "file/x", path), &error), -ENOTDIR);
	CU_ASSERT_EQUAL(shield_make_directories("", &error), -ENOENT);
}

void suite_base_io(void)
{
	CU_pSuite suite = CU_add_suite("base/io", NULL, NULL);

	CU_add_test(suite, "pipes", pipes);
	CU_add_test(suite, "files", files);
	CU_add_test(suite, "bad files", bad_files);
	CU_add_test(suite, "directories", directories);
}
