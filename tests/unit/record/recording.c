/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/folder.h"

#include "record/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>

#include "base/io.h"
#include "observed.h"

void suite_record_recording(void);

static struct shield_recording sample(void)
{
	struct shield_recording recording = recorded("0123456789abcdef");

	recording.unobserved = 3;
	recording.has_syscalls = true;
	recording.syscalls.native[1] = 5;
	observed_path(&recording, SHIELD_KIND_EXEC, "/usr/bin/env", "/bin/sh", "/entry.sh");
	observed_address(&recording, SHIELD_KIND_BIND, "::", SHIELD_PROTO_TCP, 80);
	observed_path(&recording, SHIELD_KIND_DRIFT, NULL, NULL, NULL);
	shield_recording_sort(&recording);
	return recording;
}

/* The one file below the folder. */
static void find_file(const struct folder *folder, char path[256])
{
	char pattern[256];
	glob_t found;

	snprintf(pattern, sizeof(pattern), "%s/recordings/web/*", folder->path);
	CU_ASSERT_EQUAL_FATAL(glob(pattern, 0, NULL, &found), 0);
	CU_ASSERT_EQUAL_FATAL(found.gl_pathc, 1);
	snprintf(path, 256, "%s", found.gl_pathv[0]);
	globfree(&found);
}

static void save(const struct folder *folder, const struct shield_recording *recording, char path[256])
{
	struct shield_error error = {};
	char root[256];

	CU_ASSERT_EQUAL_FATAL(shield_recording_save(in_folder(folder, "recordings", root), recording, &error), 0);
	find_file(folder, path);
}

static void round_trip(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_recording_ struct shield_recording first = sample(), second = {};
	struct stat status;
	char path[256];

	save(&folder, &first, path);
	CU_ASSERT_EQUAL_FATAL(shield_recording_load(path, &second, NULL), 0);
	CU_ASSERT_STRING_EQUAL(second.name, "web");
	CU_ASSERT_STRING_EQUAL(second.id, "0123456789abcdef");
	CU_ASSERT_STRING_EQUAL(second.image, first.image);
	CU_ASSERT_STRING_EQUAL(second.container, "web-1");
	CU_ASSERT_EQUAL(second.started, first.started);
	CU_ASSERT_EQUAL(second.ended, first.ended);
	CU_ASSERT_EQUAL(second.offset, first.offset);
	CU_ASSERT_EQUAL(second.unobserved, 3);
	CU_ASSERT_EQUAL(second.kinds, first.kinds);
	CU_ASSERT(second.has_syscalls);
	CU_ASSERT_EQUAL(second.syscalls.native[1], 5);
	CU_ASSERT_EQUAL_FATAL(second.count, first.count);
	CU_ASSERT_EQUAL(memcmp(second.item, first.item, first.count * sizeof(*first.item)), 0);
	CU_ASSERT_STRING_EQUAL(shield_recording_path(&second, second.item[2].script), "/entry.sh");
	CU_ASSERT_PTR_NULL(shield_recording_path(&second, 0));
	CU_ASSERT_PTR_NULL(shield_recording_path(&second, 77));

	*strrchr(path, '/') = '\0';
	CU_ASSERT_EQUAL(stat(path, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 07777, 0700);
}

/* The same container started again: both runs count. */
static void started_again(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_recording_ struct shield_recording recording = sample();
	char root[256], pattern[256];
	glob_t found;

	in_folder(&folder, "recordings", root);
	CU_ASSERT_EQUAL(shield_recording_save(root, &recording, NULL), 0);
	recording.started++;
	CU_ASSERT_EQUAL(shield_recording_save(root, &recording, NULL), 0);
	snprintf(pattern, sizeof(pattern), "%s/web/*", root);
	CU_ASSERT_EQUAL_FATAL(glob(pattern, GLOB_PERIOD, NULL, &found), 0);
	CU_ASSERT_EQUAL(found.gl_pathc, 4); /* with . and .. */
	globfree(&found);
}

static void bad_names(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_recording_ struct shield_recording recording = sample();
	struct shield_error error = {};

	strcpy(recording.id, "../x");
	CU_ASSERT_EQUAL(shield_recording_save(folder.path, &recording, &error), -EINVAL);
	strcpy(recording.id, "x");
	strcpy(recording.name, "../x");
	CU_ASSERT_EQUAL(shield_recording_save(folder.path, &recording, &error), -EINVAL);
}

/* A recording of which one byte is another, or that was cut. */
static void is_refused(const char *bytes, size_t length, int code, const char *message)
{
	struct shield_recording recording = {};
	struct shield_error error = {};

	CU_ASSERT_EQUAL(shield_recording_parse(bytes, length, "FILE", &recording, &error), -code);
	CU_ASSERT_PTR_NULL(recording.item);
	if (!strstr(error.message, message))
		fprintf(stderr, "said: %s\n", error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, message));
	CU_ASSERT_EQUAL(strncmp(error.message, "FILE: ", 6), 0);
}

static void damaged(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_recording_ struct shield_recording recording = sample();
	_cleanup_free_ char *bytes = NULL;
	uint32_t many = SHIELD_OBSERVATIONS + 1;
	size_t length;
	char path[256], byte;

	save(&folder, &recording, path);
	CU_ASSERT_EQUAL_FATAL(shield_read_file(AT_FDCWD, path, 1 << 20, &bytes, &length, NULL), 0);
	for (size_t i = 0; i < length; i++)
		CU_ASSERT_EQUAL(shield_recording_parse(bytes, i, "FILE", &(struct shield_recording){}, NULL), -EBADMSG);
	is_refused(bytes, length - 1, EBADMSG, "its length is not what it says");
	is_refused("#!/bin/sh\n", 10, EBADMSG, "not a recording");
	bytes[0] = 'x';
	is_refused(bytes, length, EBADMSG, "not a recording");
	bytes[0] = 's';
	bytes[8] = 9;
	is_refused(bytes, length, EPROTO, "another version of oci-shield (format 9.");
	bytes[8] = 1;
	byte = bytes[24];
	memcpy(bytes + 24, &many, sizeof(many));
	is_refused(bytes, length, EBADMSG, "more observations than there can be");
	memset(bytes + 24, 0, sizeof(many));
	is_refused(bytes, length, EBADMSG, "bytes behind its end");
	bytes[24] = (char)(byte + 1);
	is_refused(bytes, length, EBADMSG, "an observation that is none");
	bytes[24] = byte;
	bytes[32 + SHIELD_NAME_MAX] = '\xff';
	is_refused(bytes, length, EBADMSG, "a name that is none");
	memset(bytes + 32, 'x', SHIELD_NAME_MAX);
	is_refused(bytes, length, EBADMSG, "a name without an end");
}

static void missing(void)
{
	struct shield_recording recording;
	struct shield_error error = {};

	CU_ASSERT_EQUAL(shield_recording_load("/nonexistent", &recording, &error), -ENOENT);
}

void suite_record_recording(void)
{
	CU_pSuite suite = CU_add_suite("record/recording", NULL, NULL);

	CU_add_test(suite, "a file holds all of it", round_trip);
	CU_add_test(suite, "a container that is started again", started_again);
	CU_add_test(suite, "names that are no file names", bad_names);
	CU_add_test(suite, "damaged files", damaged);
	CU_add_test(suite, "no file", missing);
}
