/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/folder.h"

#include "profile/missing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void suite_profile_missing(void);

struct seen {
	unsigned int count;
	struct shield_missing last;
	char why[1024];
};

static void see(const struct shield_missing *missing, const char *why, void *context)
{
	struct seen *seen = context;

	seen->count++;
	seen->last = *missing;
	snprintf(seen->why, sizeof(seen->why), "%s", why);
}

static struct seen look(const struct folder *folder)
{
	char profiles[256], notes[256];
	const char *path[] = { in_folder(folder, "profiles.d", profiles), NULL };
	struct shield_profile_dirs dirs = { path };
	struct seen seen = {};

	shield_missing_each(in_folder(folder, "missing", notes), &dirs, see, &seen);
	return seen;
}

static void note(const struct folder *folder, const struct shield_missing *missing)
{
	char notes[256];

	CU_ASSERT_EQUAL(shield_missing_note(in_folder(folder, "missing", notes), missing, NULL), 0);
}

static void noted(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_missing missing = {
		.profile = "web", .id = "1", .namespace_ = "prod", .pod = "a\"\\\n", .container = "c", .since = 1000
	};
	struct seen seen;
	char path[256];

	CU_ASSERT_EQUAL(look(&folder).count, 0);
	note(&folder, &missing);
	missing.since = 2000;
	strcpy(missing.id, "2"); /* of the same pod */
	note(&folder, &missing);
	seen = look(&folder);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_EQUAL(seen.last.since, 1000);
	CU_ASSERT_TRUE(seen.last.last > 2000);
	CU_ASSERT_STRING_EQUAL(seen.last.id, "2");
	CU_ASSERT_STRING_EQUAL(seen.last.pod, missing.pod);
	CU_ASSERT_STRING_EQUAL(seen.last.namespace_, "prod");
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.why, "no profile \"web\""));
	/* still of no use, then of some */
	mkdir(in_folder(&folder, "profiles.d", path), 0755);
	write_file(&folder, "profiles.d/web.json", "{");
	seen = look(&folder);
	CU_ASSERT_EQUAL(seen.count, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(seen.why, "web.json"));
	write_file(&folder, "profiles.d/web.json", "{'version':1}");
	CU_ASSERT_EQUAL(look(&folder).count, 0);
	/* and gone for good */
	unlink(in_folder(&folder, "profiles.d/web.json", path));
	CU_ASSERT_EQUAL(look(&folder).count, 0);
}

/* Without a pod each container is one of its own. */
static void containers(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_missing missing = { .profile = "web", .id = "1", .since = 1 };

	note(&folder, &missing);
	strcpy(missing.id, "2");
	note(&folder, &missing);
	CU_ASSERT_EQUAL(look(&folder).count, 2);
}

static void bounded(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	struct shield_missing missing = { .profile = "web", .since = 1 };
	unsigned int count;

	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(missing.id, sizeof(missing.id), "%u", i);
		note(&folder, &missing);
	}
	count = look(&folder).count;
	CU_ASSERT_TRUE(count > SHIELD_MISSING_MAX / 2);
	CU_ASSERT_TRUE(count <= SHIELD_MISSING_MAX);
}

/* Who does not try again has no need any more. */
static void given_up(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
					   { .tv_sec = time(NULL) - SHIELD_MISSING_TIME - 60 } };
	char path[256], name[32];

	mkdir(in_folder(&folder, "missing", path), 0755);
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "missing/%02u", i);
		write_file(&folder, name, "{'since':1,'profile':'web'}");
	}
	CU_ASSERT_EQUAL(utimensat(AT_FDCWD, in_folder(&folder, name, path), times, 0), 0);
	CU_ASSERT_EQUAL(look(&folder).count, 1);
	CU_ASSERT_EQUAL(access(path, F_OK), -1);
}

/* What is no note is none. */
static void strange(void)
{
	static const char *const texts[] = { "",
					     "{",
					     "[]",
					     "{'since':1}",
					     "{'since':'x','profile':'web'}",
					     "{'since':1,'profile':'../x'}",
					     "{'profile':'web'}",
					     "{'since':1,'profile':7}" };
	_cleanup_folder_ struct folder folder = make_folder();
	char path[256];

	mkdir(in_folder(&folder, "missing", path), 0755);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		write_file(&folder, "missing/00", texts[i]);
		CU_ASSERT_EQUAL(look(&folder).count, 0);
	}
	write_file(&folder, "missing/00", "{'since':1,'profile':'web'}");
	CU_ASSERT_EQUAL(look(&folder).count, 1);
}

void suite_profile_missing(void)
{
	CU_pSuite suite = CU_add_suite("profile/missing", NULL, NULL);

	CU_add_test(suite, "noted", noted);
	CU_add_test(suite, "containers", containers);
	CU_add_test(suite, "bounded", bounded);
	CU_add_test(suite, "given up", given_up);
	CU_add_test(suite, "strange", strange);
}
