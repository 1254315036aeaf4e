/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/folder.h"

#include "profile/in_force.h"

#include <errno.h>
#include <string.h>

void suite_profile_in_force(void);

/* A node's folders. */
struct node {
	struct folder folder;
	char file[256], copy[256], profiles[256];
	const char *path[2];
	struct shield_profile_dirs dirs;
	struct shield_config_places places;
	struct shield_error problem, error;
};

static void make_node(struct node *node)
{
	node->folder = make_folder();
	in_folder(&node->folder, "config.json", node->file);
	in_folder(&node->folder, "var/lib/config.json", node->copy);
	in_folder(&node->folder, "profiles.d", node->profiles);
	mkdir(node->profiles, 0755);
	node->path[0] = node->profiles;
	node->path[1] = NULL;
	node->dirs.path = node->path;
	node->places = (struct shield_config_places){ node->file, node->copy, &node->dirs };
	write_file(&node->folder, "profiles.d/web.json", "{'version':1,'reverse_shell':'kill'}");
}

static void remove_node(struct node *node)
{
	remove_folder(&node->folder);
}
#define _cleanup_node_ __attribute__((cleanup(remove_node)))

/* The default profile of what is in force; a NULL configuration, where there is none, is "none at all". */
static const char *in_force(struct node *node, bool keep)
{
	_cleanup_config_ struct shield_config *config = NULL;
	static char name[SHIELD_NAME_MAX];

	if (shield_config_in_force(&node->places, keep, &config, &node->problem, &node->error) < 0)
		return "none at all";
	strcpy(name, config->default_profile);
	return name;
}

static bool has_problem(const struct node *node, const char *words)
{
	return strstr(node->problem.message, words) != NULL;
}

static bool is_kept(const struct node *node)
{
	return access(node->copy, F_OK) == 0;
}

static void absent(void)
{
	_cleanup_node_ struct node node;

	make_node(&node);
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "");
	CU_ASSERT_STRING_EQUAL(node.problem.message, "");
	CU_ASSERT_FALSE(is_kept(&node));
}

static void valid(void)
{
	_cleanup_node_ struct node node;
	struct stat before, after;

	make_node(&node);
	write_file(&node.folder, "config.json", "{'version':1,'default_profile':'web'}");
	CU_ASSERT_STRING_EQUAL(in_force(&node, false), "web");
	CU_ASSERT_FALSE(is_kept(&node));
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "web");
	CU_ASSERT_EQUAL_FATAL(stat(node.copy, &before), 0);
	/* nothing has changed: nothing is written, and what it binds is not looked at */
	write_file(&node.folder, "profiles.d/web.json", "{'version':1,");
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "web");
	CU_ASSERT_STRING_EQUAL(node.problem.message, "");
	CU_ASSERT_EQUAL_FATAL(stat(node.copy, &after), 0);
	CU_ASSERT_EQUAL(before.st_ino, after.st_ino);
}

static void not_valid(void)
{
	static const char *const bad[] = {
		"{'version':1,'default_profile':'db'}",
		"{'version':1,'bindings':[{'pod':'a','profile':'web'},{'pod':'b','profile':'db'}]}",
		"{'version':1,",
		"",
	};
	_cleanup_node_ struct node node;

	make_node(&node);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_file(&node.folder, "config.json", bad[i]);
		CU_ASSERT_STRING_EQUAL(in_force(&node, true), "none at all");
		CU_ASSERT_FALSE(is_kept(&node));
		CU_ASSERT_PTR_NOT_NULL(strstr(node.error.message, node.file));
	}
	write_file(&node.folder, "config.json", "{'version':1,'default_profile':'web'}");
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "web");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		write_file(&node.folder, "config.json", bad[i]);
		CU_ASSERT_STRING_EQUAL(in_force(&node, true), "web");
		CU_ASSERT_TRUE(has_problem(&node, "stays in force"));
		CU_ASSERT_TRUE(has_problem(&node, node.file));
	}
	/* the profile comes */
	write_file(&node.folder, "config.json", bad[0]);
	write_file(&node.folder, "profiles.d/db.json", "{'version':1}");
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "db");
	CU_ASSERT_STRING_EQUAL(node.problem.message, "");
	write_file(&node.folder, "config.json", "{");
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "db");
}

/* What all may write is not trusted, neither the file nor its copy. */
static void not_trusted(void)
{
	_cleanup_node_ struct node node;

	make_node(&node);
	write_file(&node.folder, "config.json", "{'version':1,'default_profile':'web'}");
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "web");
	chmod(node.file, 0666);
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "web");
	CU_ASSERT_TRUE(has_problem(&node, "writable by all"));
	chmod(node.copy, 0666);
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "none at all");
}

/* A copy that cannot be written is told of, and stops nobody. */
static void no_room(void)
{
	_cleanup_node_ struct node node;

	make_node(&node);
	write_file(&node.folder, "config.json", "{'version':1,'default_profile':'web'}");
	write_file(&node.folder, "var", "in the way");
	CU_ASSERT_STRING_EQUAL(in_force(&node, true), "web");
	CU_ASSERT_TRUE(has_problem(&node, "/var/lib"));
}

void suite_profile_in_force(void)
{
	CU_pSuite suite = CU_add_suite("profile/in_force", NULL, NULL);

	CU_add_test(suite, "absent", absent);
	CU_add_test(suite, "valid", valid);
	CU_add_test(suite, "not valid", not_valid);
	CU_add_test(suite, "not trusted", not_trusted);
	CU_add_test(suite, "no room for the copy", no_room);
}
