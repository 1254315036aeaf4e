/* SPDX-License-Identifier: Apache-2.0 */
#include "node.h"

#include <errno.h>
#include <string.h>

#include "apply/changed.h"

void suite_apply_activation(void);

#define WEB "{'version':1,'extends':'base','reverse_shell':'kill'}"
#define BASE "{'version':1,'kernel':{'bpf':'deny'}}"
#define BIND_WEB "{'version':1,'default_profile':'web'}"

static void write_web(struct node *node)
{
	node_write(node, "web.json", WEB);
	node_write(node, "base.json", BASE);
	node_write(node, "config.json", BIND_WEB);
}

static bool told(const struct node *node, const char *words)
{
	return strstr(node->told, words) != NULL;
}

static void comes_and_goes(void)
{
	_cleanup_node_ struct node node;

	node_make(&node);
	write_file(&node.folder, "etc/profiles.d/own.json", "{'version':1}");
	write_web(&node);
	CU_ASSERT_EQUAL(node_apply(&node), 0);
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/web.json", WEB));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/own.json", "{'version':1}"));
	CU_ASSERT_TRUE(node_has(&node, "etc/config.json", BIND_WEB));
	CU_ASSERT_TRUE(node_has(&node, "var/config.json", BIND_WEB));
	CU_ASSERT_TRUE(node_has(&node, "run/pending", NULL));
	CU_ASSERT_TRUE(node_is_whole(&node) && node_is_clean(&node));
	CU_ASSERT_EQUAL(node_apply(&node), 1); /* nothing to do */
	CU_ASSERT_STRING_EQUAL(node.told, "");
	/* another content; one goes, the configuration with it */
	node_write(&node, "base.json", "{'version':1,'kernel':{'bpf':'kill'}}");
	node_drop(&node, "web.json");
	node_write(&node, "config.json", "{'version':1,'default_profile':'base'}");
	CU_ASSERT_EQUAL(node_apply(&node), 0);
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/web.json", NULL));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/base.json", "{'version':1,'kernel':{'bpf':'kill'}}"));
	CU_ASSERT_TRUE(node_is_whole(&node) && node_is_clean(&node));
	node_drop(&node, "config.json");
	CU_ASSERT_EQUAL(node_apply(&node), 0);
	CU_ASSERT_TRUE(node_has(&node, "etc/config.json", NULL));
	CU_ASSERT_TRUE(node_has(&node, "var/config.json", NULL));
	CU_ASSERT_EQUAL(node_take_away(&node), 0);
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/base.json", NULL));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/own.json", "{'version':1}"));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/.applied", NULL));
	CU_ASSERT_TRUE(node_is_clean(&node));
	CU_ASSERT_EQUAL(node_take_away(&node), 1);
}

/* All that is wrong is told, by the names that people know, and nothing changes. */
static void refused(void)
{
	_cleanup_node_ struct node node;

	node_make(&node);
	node_write(&node, "web.json", "{'version':1,'exec':{'alow':[]}}");
	node_write(&node, "db.json", "{'version':1,'extends':'nobody'}");
	node_write(&node, "a b.json", "{'version':1}");
	node_write(&node, "unix.json", "{'version':1,'network':{'unix':{'default':'deny'}}}");
	node_write(&node, "audited.json", "{'version':1,'mode':'audit','network':{'unix':{'default':'deny'}}}");
	node_write(&node, "README", "read me");
	node_write(&node, ".hidden.json", "{");
	node_write(&node, "config.json",
		   "{'version':1,'default_profile':'none','bindings':[{'pod':'x','profile':'audited'}]}");
	CU_ASSERT_EQUAL(node_apply(&node), -EINVAL);
	CU_ASSERT_EQUAL(node.faults, 5);
	CU_ASSERT_EQUAL(node.notes, 1);
	CU_ASSERT_TRUE(told(&node, "/dir/web.json: exec.alow: unknown key; did you mean \"allow\"?\n"));
	CU_ASSERT_TRUE(told(&node, "/dir/db.json: extends: no profile \"nobody\" in /dir, /share;"));
	CU_ASSERT_TRUE(told(&node, "/dir/a b.json: \"a b\" is not a profile's name"));
	CU_ASSERT_TRUE(told(&node, "/dir/unix.json: rule unix cannot be enforced on this kernel"));
	CU_ASSERT_TRUE(told(&node, "/dir/config.json: default_profile: no profile \"none\" in /dir, /share;"));
	CU_ASSERT_TRUE(told(&node, "/dir/README: left out"));
	CU_ASSERT_TRUE(told(&node, "/dir is not valid: nothing was changed\n"));
	CU_ASSERT_FALSE(told(&node, ".next"));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/audited.json", NULL));
	CU_ASSERT_TRUE(node_has(&node, "etc/config.json", NULL));
	CU_ASSERT_TRUE(node_is_clean(&node));
}

static void configuration_that_is_none(void)
{
	_cleanup_node_ struct node node;

	node_make(&node);
	node_write(&node, "config.json", "{'version':1,'bindings':[{'profile':'x'}]}");
	CU_ASSERT_EQUAL(node_apply(&node), -EINVAL);
	CU_ASSERT_EQUAL(node.faults, 1);
	CU_ASSERT_TRUE(told(&node, "/dir/config.json: bindings[0]: binds everything"));
}

static void own_files(void)
{
	_cleanup_node_ struct node node;

	node_make(&node);
	write_file(&node.folder, "etc/profiles.d/web.json", "{'version':1}");
	write_file(&node.folder, "etc/config.json", "{'version':1}");
	write_web(&node);
	CU_ASSERT_EQUAL(node_apply(&node), -EINVAL);
	CU_ASSERT_EQUAL(node.faults, 2);
	CU_ASSERT_TRUE(told(&node, "/dir/web.json: /etc/profiles.d/web.json is the node's own, and not replaced"));
	CU_ASSERT_TRUE(told(&node, "/dir/config.json: /etc/config.json is the node's own"));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/web.json", "{'version':1}"));
	CU_ASSERT_TRUE(node_has(&node, "etc/config.json", "{'version':1}"));
}

/* A configuration of the node's own stays, and what it binds to has to. */
static void own_configuration(void)
{
	_cleanup_node_ struct node node;

	node_make(&node);
	write_web(&node);
	node_drop(&node, "config.json");
	CU_ASSERT_EQUAL(node_apply(&node), 0);
	write_file(&node.folder, "etc/config.json", BIND_WEB);
	CU_ASSERT_EQUAL(node_take_away(&node), -EINVAL);
	CU_ASSERT_TRUE(told(&node, "/etc/config.json: default_profile: no profile \"web\""));
	CU_ASSERT_TRUE(node_is_whole(&node) && node_is_clean(&node));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/web.json", WEB));
	write_file(&node.folder, "etc/config.json", "{'version':1}");
	CU_ASSERT_EQUAL(node_take_away(&node), 0);
	CU_ASSERT_TRUE(node_has(&node, "etc/config.json", "{'version':1}"));
}

/* As a mounted ConfigMap has its files. */
static void config_map(void)
{
	_cleanup_node_ struct node node;
	char path[256];

	node_make(&node);
	mkdir(in_folder(&node.folder, "dir/..1", path), 0755);
	node_write(&node, "..1/web.json", "{'version':1}");
	symlink("..1", in_folder(&node.folder, "dir/..data", path));
	symlink("..data/web.json", in_folder(&node.folder, "dir/web.json", path));
	CU_ASSERT_EQUAL(node_apply(&node), 0);
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/web.json", "{'version':1}"));
	/* while it is replaced, the links of the folder itself are not looked at */
	symlink("..data/gone.json", in_folder(&node.folder, "dir/gone.json", path));
	CU_ASSERT_EQUAL(node_apply(&node), 1);
}

static void no_folder(void)
{
	_cleanup_node_ struct node node;

	node_make(&node);
	rmdir(node.from);
	CU_ASSERT_EQUAL(node_apply(&node), -ENOENT);
	CU_ASSERT_TRUE(told(&node, "/dir: cannot open"));
}

/* What others put into the folder of profiles meanwhile, and folders in it, stay. */
static void others(void)
{
	_cleanup_activation_ struct shield_activation activation = { .lock = -1 };
	_cleanup_node_ struct node node;
	struct stat status;
	char path[256];

	node_make(&node);
	chmod(node.profiles, 0750);
	mkdir(in_folder(&node.folder, "etc/profiles.d/kept", path), 0755);
	write_file(&node.folder, "etc/profiles.d/kept/file", "x");
	write_file(&node.folder, "etc/profiles.d/own.json", "{'version':1}");
	node_write(&node, "web.json", "{'version':1}");
	CU_ASSERT_EQUAL_FATAL(shield_activation_begin(&node.places, node.from, &node.talk, &activation, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_activation_check(&activation, 0, NULL), 0);
	write_file(&node.folder, "etc/profiles.d/late.json", "{'version':1}");
	unlink(in_folder(&node.folder, "etc/profiles.d/own.json", path));
	write_file(&node.folder, "etc/profiles.d/own.json", "{'version':1,'name':'own'}");
	CU_ASSERT_EQUAL(shield_activation_commit(&activation, NULL), 0);
	shield_activation_end(&activation);
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/late.json", "{'version':1}"));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/own.json", "{'version':1,'name':'own'}"));
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/kept/file", "x"));
	CU_ASSERT_EQUAL(stat(node.profiles, &status), 0);
	CU_ASSERT_EQUAL(status.st_mode & 07777, 0750);
	CU_ASSERT_TRUE(node_has(&node, "etc/profiles.d/web.json", "{'version':1}"));
	CU_ASSERT_TRUE(node_is_clean(&node));
}

static void changed(void)
{
	_cleanup_(shield_strings_free) struct shield_strings some = {}, all = {};
	struct shield_profile_dirs before, after;
	const char *old[2] = {}, *new[2] = {};
	_cleanup_node_ struct node node;

	node_make(&node);
	write_file(&node.folder, "share/base.json", BASE);
	write_file(&node.folder, "share/web.json", WEB);
	write_file(&node.folder, "share/same.json", "{'version':1}");
	node_write(&node, "base.json", "{'version':1,'kernel':{'bpf':'kill'}}");
	node_write(&node, "web.json", WEB);
	node_write(&node, "same.json", "{ 'version': 1 }");
	node_write(&node, "new.json", "{'version':1}");
	node_write(&node, "broken.json", "{");
	old[0] = node.share;
	new[0] = node.from;
	before.path = old;
	after.path = new;
	CU_ASSERT_EQUAL(shield_apply_changed(&before, &after, &some, NULL), 0);
	CU_ASSERT_EQUAL(some.count, 3);
	CU_ASSERT_TRUE(shield_strings_have(&some, "base") && shield_strings_have(&some, "web"));
	CU_ASSERT_TRUE(shield_strings_have(&some, "new"));
	CU_ASSERT_EQUAL(shield_apply_changed(NULL, &after, &all, NULL), 0);
	CU_ASSERT_EQUAL(all.count, 4);
}

void suite_apply_activation(void)
{
	CU_pSuite suite = CU_add_suite("apply/activation", NULL, NULL);

	CU_add_test(suite, "comes and goes", comes_and_goes);
	CU_add_test(suite, "refused", refused);
	CU_add_test(suite, "a configuration that is none", configuration_that_is_none);
	CU_add_test(suite, "own files", own_files);
	CU_add_test(suite, "own configuration", own_configuration);
	CU_add_test(suite, "a ConfigMap", config_map);
	CU_add_test(suite, "no folder", no_folder);
	CU_add_test(suite, "others' files", others);
	CU_add_test(suite, "changed", changed);
}
