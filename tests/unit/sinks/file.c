/* SPDX-License-Identifier: Apache-2.0 */
#include "base/folder.h"

#include "sinks/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/io.h"

void suite_sinks_file(void);

#define NAME "events.jsonl"

/* A file in the folder, as one who was just started has it. */
static struct shield_file fresh(const struct folder *folder)
{
	struct shield_file file = SHIELD_FILE_NONE;

	file.folder = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CU_ASSERT_TRUE_FATAL(file.folder >= 0);
	strcpy(file.name, NAME);
	file.max_size = 1 << 20;
	file.max_files = 3;
	return file;
}

static void add(struct shield_file *file, uint64_t instance, uint64_t position)
{
	struct shield_evidence evidence = { .instance = instance, .position = position };
	char line[128], id[SHIELD_EVIDENCE_ID_MAX];

	snprintf(line, sizeof(line), "{\"id\":\"%s\",\"more\":\"...\"}\n", shield_evidence_id(&evidence, id));
	shield_file_add(file, &evidence, line, strlen(line));
}

#define LINE_1 "{\"id\":\"0000000000000007-1\",\"more\":\"...\"}\n"
#define LINE_2 "{\"id\":\"0000000000000007-2\",\"more\":\"...\"}\n"
#define LINE_3 "{\"id\":\"0000000000000007-3\",\"more\":\"...\"}\n"

static void holds(const struct folder *folder, const char *name, const char *want)
{
	_cleanup_free_ char *text = NULL;
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	CU_ASSERT_EQUAL_FATAL(shield_read_file(AT_FDCWD, path, 4 << 20, &text, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(text, want);
}

static void put(const struct folder *folder, const char *name, const char *text)
{
	char path[128];
	_cleanup_fclose_ FILE *file = NULL;

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_TRUE(fputs(text, file) >= 0);
}

static void writes(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);

	CU_ASSERT_TRUE(shield_file_is_done(&file));
	add(&file, 7, 1);
	add(&file, 7, 2);
	CU_ASSERT_FALSE(shield_file_is_done(&file));
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	CU_ASSERT_TRUE(shield_file_is_done(&file));
	holds(&folder, NAME, LINE_1 LINE_2);
}

/* What a killed writer left: a line that is cut anywhere is written again, whole ones are not. */
static void resumes(void)
{
	static const char before[] = LINE_1 LINE_2;

	for (size_t cut = 0; cut < sizeof(before); cut++) {
		_cleanup_folder_ struct folder folder = make_folder();
		_cleanup_file_ struct shield_file file = fresh(&folder);
		char left[sizeof(before)];

		snprintf(left, cut + 1, "%s", before);
		put(&folder, NAME, left);
		for (uint64_t position = 1; position <= 3; position++) {
			add(&file, 7, position);
			if (position == 2) /* before and after the file was opened */
				CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
		}
		CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
		holds(&folder, NAME, LINE_1 LINE_2 LINE_3);
	}
}

/* Positions are those of one instance of the engine. */
static void another_instance(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);

	put(&folder, NAME, "{\"id\":\"0000000000000006-9\"}\n");
	add(&file, 7, 1);
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	holds(&folder, NAME, "{\"id\":\"0000000000000006-9\"}\n" LINE_1);
}

static void lines_of_others(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);

	put(&folder, NAME, "hello\n{\"id\":\"1\"}\n");
	add(&file, 7, 1);
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	holds(&folder, NAME, "hello\n{\"id\":\"1\"}\n" LINE_1);
}

/* The writer was killed right after a rotation: the last line is in the file before. */
static void resumes_after_rotation(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);

	put(&folder, NAME ".1", LINE_1 LINE_2);
	add(&file, 7, 2);
	add(&file, 7, 3);
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	holds(&folder, NAME, LINE_3);
	holds(&folder, NAME ".1", LINE_1 LINE_2);
}

static void rotates(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);

	file.max_size = sizeof(LINE_1) - 1 + 10;
	for (uint64_t position = 0; position <= 3; position++) {
		add(&file, 7, position);
		CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	}
	holds(&folder, NAME, LINE_3);
	holds(&folder, NAME ".1", LINE_2);
	holds(&folder, NAME ".2", LINE_1);
	CU_ASSERT_EQUAL(faccessat(file.folder, NAME ".3", F_OK, 0), -1);
}

static void one_file(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);

	file.max_size = sizeof(LINE_1) - 1;
	file.max_files = 1;
	for (uint64_t position = 1; position <= 3; position++) {
		add(&file, 7, position);
		CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	}
	holds(&folder, NAME, LINE_3);
	CU_ASSERT_EQUAL(faccessat(file.folder, NAME ".1", F_OK, 0), -1);
}

/* It waits for a folder in which it may write, says so once, and counts what it has no room for. */
static void fails_and_recovers(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);
	struct shield_error error = {};
	uint64_t position = 0;

	CU_ASSERT_EQUAL_FATAL(mkdirat(file.folder, NAME, 0700), 0); /* in its place */
	add(&file, 7, position++);
	CU_ASSERT_EQUAL(shield_file_flush(&file, &error), -EISDIR);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, NAME));
	error.message[0] = '\0';
	CU_ASSERT_EQUAL(shield_file_flush(&file, &error), -EISDIR);
	CU_ASSERT_STRING_EQUAL(error.message, "");
	CU_ASSERT_FALSE(shield_file_is_done(&file));
	while (!file.failures)
		add(&file, 7, position++);
	CU_ASSERT_TRUE(shield_file_is_done(&file)); /* there is no point in waiting any more */
	CU_ASSERT_EQUAL_FATAL(unlinkat(file.folder, NAME, AT_REMOVEDIR), 0);
	CU_ASSERT_EQUAL(shield_file_flush(&file, &error), 0);
	CU_ASSERT_EQUAL(file.failures, 1);
	CU_ASSERT_FALSE(file.overflows);
}

static void limit_file_size(rlim_t bytes)
{
	struct rlimit limit;

	CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* What a full disk took of a line is cut off again. */
static void cuts_a_failed_write(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);

	add(&file, 7, 1);
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	limit_file_size(sizeof(LINE_1) + 10);
	add(&file, 7, 2);
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), -EFBIG);
	limit_file_size(RLIM_INFINITY);
	signal(SIGXFSZ, before);
	holds(&folder, NAME, LINE_1);
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), 0);
	holds(&folder, NAME, LINE_1 LINE_2);
}

static void no_regular_file(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_file_ struct shield_file file = fresh(&folder);

	CU_ASSERT_EQUAL_FATAL(mkfifoat(file.folder, NAME, 0600), 0);
	add(&file, 7, 1);
	CU_ASSERT_EQUAL(shield_file_flush(&file, NULL), -EINVAL);
	CU_ASSERT_FALSE(shield_file_is_done(&file));
}

void suite_sinks_file(void)
{
	CU_pSuite suite = CU_add_suite("sinks/file", NULL, NULL);

	CU_add_test(suite, "writes", writes);
	CU_add_test(suite, "resumes", resumes);
	CU_add_test(suite, "another instance", another_instance);
	CU_add_test(suite, "lines of others", lines_of_others);
	CU_add_test(suite, "resumes after rotation", resumes_after_rotation);
	CU_add_test(suite, "rotates", rotates);
	CU_add_test(suite, "one file", one_file);
	CU_add_test(suite, "fails and recovers", fails_and_recovers);
	CU_add_test(suite, "cuts a failed write", cuts_a_failed_write);
	CU_add_test(suite, "no regular file", no_regular_file);
}
