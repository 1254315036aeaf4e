/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/folder.h"

#include "profile/find.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/print.h"

#ifndef SHIELD_TEST_PROFILES
#define SHIELD_TEST_PROFILES "profiles" /* the shipped ones; tests run in the project's root */
#endif

void suite_profile_find(void);

/* Two directories, as /etc and /usr/share are. */
struct places {
	struct folder folder;
	char etc[128], share[128];
	const char *path[3];
	struct shield_profile_dirs dirs;
};

static void make_places(struct places *places)
{
	places->folder = make_folder();
	snprintf(places->etc, sizeof(places->etc), "%s/etc", places->folder.path);
	snprintf(places->share, sizeof(places->share), "%s/share", places->folder.path);
	mkdir(places->etc, 0755);
	mkdir(places->share, 0755);
	places->path[0] = places->etc;
	places->path[1] = places->share;
	places->path[2] = NULL;
	places->dirs.path = places->path;
}

static void remove_places(struct places *places)
{
	remove_folder(&places->folder);
}
#define _cleanup_places_ __attribute__((cleanup(remove_places)))

/* Puts the sentence that a load is refused with, without the folder's path, into `ret`. */
static void refused(const struct places *places, const char *name, int code, struct shield_error *ret)
{
	struct shield_profile *profile = NULL;
	size_t length = strlen(places->folder.path);
	char *at;

	CU_ASSERT_EQUAL(shield_profile_load(&places->dirs, name, &profile, ret), -code);
	CU_ASSERT_PTR_NULL(profile);
	while ((at = strstr(ret->message, places->folder.path)))
		memmove(at, at + length, strlen(at + length) + 1);
}

static void first_directory_wins(void)
{
	_cleanup_places_ struct places places;
	_cleanup_profile_ struct shield_profile *both = NULL, *shared = NULL;

	make_places(&places);
	write_file(&places.folder, "etc/web.json", "{'version':1,'reverse_shell':'kill'}");
	write_file(&places.folder, "share/web.json", "{'version':1,'reverse_shell':'audit'}");
	write_file(&places.folder, "share/db.json", "{'version':1,'name':'db','reverse_shell':'deny'}");
	CU_ASSERT_EQUAL_FATAL(shield_profile_load(&places.dirs, "web", &both, NULL), 0);
	CU_ASSERT_EQUAL(both->reverse_shell, SHIELD_KILL);
	CU_ASSERT_STRING_EQUAL(both->name, "web");
	CU_ASSERT_EQUAL_FATAL(shield_profile_load(&places.dirs, "db", &shared, NULL), 0);
	CU_ASSERT_EQUAL(shared->reverse_shell, SHIELD_DENY);
}

/* What is wrong in the first directory is not passed over for the second. */
static void no_second_choice(void)
{
	_cleanup_places_ struct places places;
	struct shield_error error = {};
	char target[256], link[256];

	make_places(&places);
	write_file(&places.folder, "share/web.json", "{'version':1}");
	write_file(&places.folder, "etc/web.json", "{'version':1,");
	refused(&places, "web", EINVAL, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "/etc/web.json: line 1: the text ends too early");
	remove(in_folder(&places.folder, "etc/web.json", link));
	CU_ASSERT_EQUAL(symlink(in_folder(&places.folder, "share/web.json", target), link), 0);
	refused(&places, "web", EPERM, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "/etc/web.json: a symbolic link; put the file itself here");
}

/* The administrator's, transient ones, the package's: as systemd has it. */
static void default_directories(void)
{
	const char *const *path = shield_profile_default_dirs.path;

	CU_ASSERT_STRING_EQUAL(path[0], "/etc/oci-shield/profiles.d");
	CU_ASSERT_STRING_EQUAL(path[1], "/run/oci-shield/profiles.d");
	CU_ASSERT_STRING_EQUAL(path[2], SHIELD_SHARE_DIR "/profiles");
	CU_ASSERT_PTR_NULL(path[3]);
}

static void missing(void)
{
	_cleanup_places_ struct places places;
	struct shield_error error = {};

	make_places(&places);
	refused(&places, "wbe", ENOENT, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "no profile \"wbe\" in /etc, /share; there are none");
	write_file(&places.folder, "share/baseline.json", "{}");
	write_file(&places.folder, "share/schema.json", "{}");
	write_file(&places.folder, "share/web.json", "{}");
	write_file(&places.folder, "etc/web.json", "{}");
	write_file(&places.folder, "etc/README", "");
	write_file(&places.folder, "etc/.json", "");
	refused(&places, "wbe", ENOENT, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "no profile \"wbe\" in /etc, /share; there are web, baseline");
}

static void many_missing(void)
{
	_cleanup_places_ struct places places;
	struct shield_error error = {};

	make_places(&places);
	for (int i = 0; i < 30; i++) {
		char name[32];

		snprintf(name, sizeof(name), "etc/profile-%02d.json", i);
		write_file(&places.folder, name, "{}");
	}
	refused(&places, "profile-077", ENOENT, &error);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "there are profile-07, "));
	CU_ASSERT_STRING_EQUAL(error.message + strlen(error.message) - 5, ", ...");
}

static void bad_names(void)
{
	_cleanup_places_ struct places places;
	struct shield_error error = {};

	make_places(&places);
	write_file(&places.folder, "x.json", "{'version':1}");
	refused(&places, "../x", EINVAL, &error);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "\"../x\" is not a profile's name"));
	refused(&places, "", EINVAL, &error);
	write_file(&places.folder, "etc/a.json", "{'version':1,'extends':'../x'}");
	refused(&places, "a", EINVAL, &error);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/etc/a.json: extends: \"../x\" is not a profile's name"));
	write_file(&places.folder, "etc/b.json", "{'version':1,'name':'c'}");
	refused(&places, "b", EINVAL, &error);
	CU_ASSERT_STRING_EQUAL(error.message,
			       "/etc/b.json: name: \"c\" is not the file's name; rename the file or the profile");
}

static void extends(void)
{
	_cleanup_places_ struct places places;
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_error error = {};

	make_places(&places);
	write_file(&places.folder, "share/a.json", "{'version':1,'name':'a','exec':{'allow':['/a']}}");
	write_file(&places.folder, "share/b.json", "{'version':1,'extends':'a','exec':{'allow':['/b']}}");
	write_file(&places.folder, "etc/c.json", "{'version':1,'extends':'b','exec':{'allow':['/c']}}");
	CU_ASSERT_EQUAL_FATAL(shield_profile_load(&places.dirs, "c", &profile, NULL), 0);
	CU_ASSERT_STRING_EQUAL(profile->name, "c");
	CU_ASSERT_EQUAL_FATAL(profile->exec.allow.count, 3);
	CU_ASSERT_STRING_EQUAL(profile->exec.allow.item[0].path, "/a");
	CU_ASSERT_STRING_EQUAL(profile->exec.allow.item[2].path, "/c");
	write_file(&places.folder, "share/b.json", "{'version':1,'extends':'aa'}");
	refused(&places, "c", ENOENT, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "/etc/c.json: extends: /share/b.json: extends: no profile \"aa\" in "
					      "/etc, /share; there are a, b, c");
	write_file(&places.folder, "share/a.json", "{'version':1,'exce':{}}");
	write_file(&places.folder, "share/b.json", "{'version':1,'extends':'a'}");
	refused(&places, "c", EINVAL, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "/share/a.json: exce: unknown key; did you mean \"exec\"?");
}

static void circles(void)
{
	_cleanup_places_ struct places places;
	struct shield_error error = {};

	make_places(&places);
	write_file(&places.folder, "etc/a.json", "{'version':1,'extends':'b'}");
	write_file(&places.folder, "etc/b.json", "{'version':1,'extends':'a'}");
	write_file(&places.folder, "etc/s.json", "{'version':1,'extends':'s'}");
	refused(&places, "a", ELOOP, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "/etc/a.json: extends: /etc/b.json: extends: a -> b -> a: a profile "
					      "cannot extend itself");
	refused(&places, "s", ELOOP, &error);
	CU_ASSERT_STRING_EQUAL(error.message, "/etc/s.json: extends: s -> s: a profile cannot extend itself");
}

static void depth(void)
{
	_cleanup_places_ struct places places;
	struct shield_profile *profile = NULL;
	struct shield_error error = {};

	make_places(&places);
	write_file(&places.folder, "etc/p0.json", "{'version':1}");
	for (int i = 1; i <= 9; i++) {
		char name[32], text[64];

		snprintf(name, sizeof(name), "etc/p%d.json", i);
		snprintf(text, sizeof(text), "{'version':1,'extends':'p%d'}", i - 1);
		write_file(&places.folder, name, text);
	}
	CU_ASSERT_EQUAL(shield_profile_load(&places.dirs, "p8", &profile, NULL), 0);
	shield_profile_free(profile);
	refused(&places, "p9", ELOOP, &error);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "p9 -> p8 -> p7 -> p6 -> p5 -> p4 -> p3 -> p2 -> p1 -> p0: the "
						     "most is 8 profiles above one"));
}

/* By path: what it extends is looked for beside it first. */
static void by_path(void)
{
	_cleanup_places_ struct places places;
	_cleanup_profile_ struct shield_profile *beside = NULL, *nameless = NULL;
	struct shield_profile *none = NULL;
	struct shield_error error = {};
	char path[256];

	make_places(&places);
	write_file(&places.folder, "a.json", "{'version':1,'extends':'b','reverse_shell':'deny'}");
	write_file(&places.folder, "b.json", "{'version':1,'exec':{'drift':'kill'}}");
	write_file(&places.folder, "etc/b.json", "{'version':1}");
	write_file(&places.folder, "draft", "{'version':1,'name':'web'}");
	write_file(&places.folder, "c.json", "{'version':1,'extends':'c'}");
	write_file(&places.folder, "d.json", "{'version':1,'name':'e'}");
	CU_ASSERT_EQUAL_FATAL(
		shield_profile_load_file(&places.dirs, in_folder(&places.folder, "a.json", path), &beside, NULL), 0);
	CU_ASSERT_STRING_EQUAL(beside->name, "a");
	CU_ASSERT_EQUAL(beside->exec.drift, SHIELD_KILL);
	CU_ASSERT_EQUAL_FATAL(
		shield_profile_load_file(&places.dirs, in_folder(&places.folder, "draft", path), &nameless, NULL), 0);
	CU_ASSERT_STRING_EQUAL(nameless->name, "web");
	CU_ASSERT_EQUAL(
		shield_profile_load_file(&places.dirs, in_folder(&places.folder, "c.json", path), &none, &error),
		-ELOOP);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "c.json: extends: c -> c: a profile cannot extend itself"));
	CU_ASSERT_EQUAL(
		shield_profile_load_file(&places.dirs, in_folder(&places.folder, "d.json", path), &none, &error),
		-EINVAL);
	CU_ASSERT_EQUAL(shield_profile_load_file(&places.dirs, in_folder(&places.folder, "zz", path), &none, &error),
			-ENOENT);
	CU_ASSERT_PTR_NULL(none);
}

static void listing(void)
{
	_cleanup_places_ struct places places;
	_cleanup_(shield_strings_free) struct shield_strings list = {};
	struct shield_strings empty = {};
	static const char *const nowhere[] = { "/nonexistent", NULL };

	make_places(&places);
	write_file(&places.folder, "etc/web.json", "{}");
	write_file(&places.folder, "share/web.json", "{}");
	write_file(&places.folder, "share/baseline.json", "{}");
	write_file(&places.folder, "share/schema.json", "{}");
	write_file(&places.folder, "share/.hidden.json", "{}");
	CU_ASSERT_EQUAL_FATAL(shield_profile_list(&places.dirs, &list, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(list.count, 2);
	CU_ASSERT_STRING_EQUAL(list.item[0], "baseline");
	CU_ASSERT_STRING_EQUAL(list.item[1], "web");
	CU_ASSERT_EQUAL(shield_profile_list(&(struct shield_profile_dirs){ nowhere }, &empty, NULL), 0);
	CU_ASSERT_EQUAL(empty.count, 0);
}

/* A shipped profile; owned by the caller. */
static struct shield_profile *shipped(const char *name)
{
	static const char *const nowhere[] = { NULL };
	const struct shield_profile_dirs dirs = { nowhere };
	struct shield_profile *profile = NULL;
	struct shield_error error = {};
	char path[256];

	snprintf(path, sizeof(path), "%s/%s.json", SHIELD_TEST_PROFILES, name);
	if (shield_profile_load_file(&dirs, path, &profile, &error) < 0)
		fprintf(stderr, "%s\n", error.message);
	CU_ASSERT_PTR_NOT_NULL_FATAL(profile);
	CU_ASSERT_STRING_EQUAL(profile->name, name);
	return profile;
}

/* Every shipped profile loads, and says what its name promises. */
static void shipped_profiles(void)
{
	static const char *const paths[] = { SHIELD_TEST_PROFILES, NULL };
	_cleanup_(shield_strings_free) struct shield_strings list = {};

	CU_ASSERT_EQUAL_FATAL(shield_profile_list(&(struct shield_profile_dirs){ paths }, &list, NULL), 0);
	CU_ASSERT_TRUE(list.count >= 5);
	for (size_t i = 0; i < list.count; i++) {
		_cleanup_profile_ struct shield_profile *profile = shipped(list.item[i]);
		_cleanup_free_ char *text = NULL;
		size_t length;

		CU_ASSERT_EQUAL(shield_profile_print(profile, &text, &length, NULL), 0);
		CU_ASSERT_TRUE(length < SHIELD_SOURCE_MAX);
		CU_ASSERT_FALSE(profile->audit);
	}
}

static void shipped_promises(void)
{
	_cleanup_profile_ struct shield_profile *baseline = shipped("baseline"), *web = shipped("web");
	_cleanup_profile_ struct shield_profile *setuid = shipped("no-setuid"), *debugger = shipped("debugger-only");
	_cleanup_profile_ struct shield_profile *shell = shipped("no-reverse-shell");

	CU_ASSERT_TRUE(baseline->exec.drift == SHIELD_DENY && baseline->exec.fileless == SHIELD_DENY);
	CU_ASSERT_FALSE(baseline->exec.default_deny);
	CU_ASSERT_EQUAL(baseline->network.families, 1u << 1 | 1u << 2 | 1u << 10 | 1u << 16);
	CU_ASSERT_TRUE(web->exec.default_deny && web->exec.drift == SHIELD_DENY && web->reverse_shell == SHIELD_KILL);
	CU_ASSERT_TRUE(web->network.rules[SHIELD_EGRESS].default_deny && web->network.rules[SHIELD_BIND].default_deny);
	CU_ASSERT_TRUE(web->ptrace.default_deny && web->setuid.default_deny);
	CU_ASSERT_TRUE(setuid->setuid.default_deny && setuid->setuid.uids.count == 0);
	CU_ASSERT_TRUE(setuid->setuid.action == SHIELD_KILL && setuid->setuid.setuid_exec == SHIELD_KILL);
	CU_ASSERT_TRUE(debugger->ptrace.default_deny && debugger->ptrace.action == SHIELD_DENY);
	CU_ASSERT_EQUAL_FATAL(debugger->ptrace.tracers.count, 1);
	CU_ASSERT_STRING_EQUAL(debugger->ptrace.tracers.item[0], "/usr/bin/debugger");
	CU_ASSERT_EQUAL(shell->reverse_shell, SHIELD_KILL);
}

void suite_profile_find(void)
{
	CU_pSuite suite = CU_add_suite("profile/find", NULL, NULL);

	CU_add_test(suite, "the default directories", default_directories);
	CU_add_test(suite, "the first directory wins", first_directory_wins);
	CU_add_test(suite, "no second choice", no_second_choice);
	CU_add_test(suite, "missing", missing);
	CU_add_test(suite, "missing among many", many_missing);
	CU_add_test(suite, "bad names", bad_names);
	CU_add_test(suite, "extends", extends);
	CU_add_test(suite, "circles", circles);
	CU_add_test(suite, "depth", depth);
	CU_add_test(suite, "by path", by_path);
	CU_add_test(suite, "listing", listing);
	CU_add_test(suite, "shipped profiles load", shipped_profiles);
	CU_add_test(suite, "shipped profiles keep their promises", shipped_promises);
}
