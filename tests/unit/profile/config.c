/* SPDX-License-Identifier: Apache-2.0 */
#include "../base/folder.h"

#include "profile/config.h"

#include "parsing.h"

void suite_profile_config(void);

static struct shield_config *config_of(const char *text)
{
	_cleanup_free_ char *json = with_quotes(text);
	struct shield_config *config = NULL;
	struct shield_error error = {};

	if (shield_config_parse(json, strlen(json), &config, &error) < 0)
		fprintf(stderr, "%s: %s\n", text, error.message);
	CU_ASSERT_PTR_NOT_NULL_FATAL(config);
	return config;
}

static void bad_config(const char *text, const char *message)
{
	_cleanup_free_ char *json = with_quotes(text);
	struct shield_config *config = NULL;
	struct shield_error error = {};

	CU_ASSERT_EQUAL(shield_config_parse(json, strlen(json), &config, &error), -EINVAL);
	CU_ASSERT_PTR_NULL(config);
	says(&error, message);
}

static void is_default(const struct shield_config *config)
{
	CU_ASSERT_EQUAL(config->bindings.count, 0);
	CU_ASSERT_STRING_EQUAL(config->default_profile, "");
	CU_ASSERT_FALSE(config->refuse_unprofiled);
	CU_ASSERT_TRUE(config->annotation_profile);
	CU_ASSERT_TRUE(config->annotation_record);
	CU_ASSERT_EQUAL(config->annotation_mode, SHIELD_ANNOTATION_MODE_OWN);
	CU_ASSERT_EQUAL(config->exempt_namespaces.count, 4);
	CU_ASSERT_TRUE(shield_strings_have(&config->exempt_namespaces, "kube-system"));
	CU_ASSERT_TRUE(shield_strings_have(&config->exempt_namespaces, "kube-public"));
	CU_ASSERT_TRUE(shield_strings_have(&config->exempt_namespaces, "kube-node-lease"));
	CU_ASSERT_TRUE(shield_strings_have(&config->exempt_namespaces, "oci-shield"));
}

static void defaults(void)
{
	_cleanup_config_ struct shield_config *config = config_of("{'version':1}");

	is_default(config);
}

static void everything(void)
{
	_cleanup_config_ struct shield_config *config = config_of(
		"{'version':1,'bindings':[{'namespace':'prod-*','pod':'p','container':'c','image':'*/nginx:*',"
		"'profile':'web','override':'yes'},{'image':'*','profile':'baseline','override':'no'},"
		"{'pod':'x','profile':'y'}],'default_profile':'baseline','unprofiled':'deny',"
		"'annotations':{'profile':false,'mode':true,'record':true},'exempt_namespaces':['kube-*','a']}");
	const struct shield_binding *binding = config->bindings.item;

	CU_ASSERT_EQUAL_FATAL(config->bindings.count, 3);
	CU_ASSERT_STRING_EQUAL(binding[0].namespace_, "prod-*");
	CU_ASSERT_STRING_EQUAL(binding[0].image, "*/nginx:*");
	CU_ASSERT_STRING_EQUAL(binding[0].profile, "web");
	CU_ASSERT_TRUE(binding[0].override_);
	CU_ASSERT_PTR_NULL(binding[1].pod);
	CU_ASSERT_FALSE(binding[1].override_);
	CU_ASSERT_FALSE(binding[2].override_);
	CU_ASSERT_STRING_EQUAL(config->default_profile, "baseline");
	CU_ASSERT_TRUE(config->refuse_unprofiled);
	CU_ASSERT_FALSE(config->annotation_profile);
	CU_ASSERT_TRUE(config->annotation_record);
	CU_ASSERT_EQUAL(config->annotation_mode, SHIELD_ANNOTATION_MODE_ALWAYS);
	CU_ASSERT_EQUAL(config->exempt_namespaces.count, 2);
}

/* A list of the configuration's own stands in place of the default one. */
static void exempt(void)
{
	_cleanup_config_ struct shield_config *none = config_of("{'version':1,'exempt_namespaces':[]}");
	_cleanup_config_ struct shield_config *own = config_of("{'version':1,'exempt_namespaces':['ops']}");

	CU_ASSERT_EQUAL(none->exempt_namespaces.count, 0);
	CU_ASSERT_EQUAL_FATAL(own->exempt_namespaces.count, 1);
	CU_ASSERT_STRING_EQUAL(own->exempt_namespaces.item[0], "ops");
}

static void mode_never(void)
{
	_cleanup_config_ struct shield_config *config = config_of("{'version':1,'annotations':{'mode':false}}");

	CU_ASSERT_EQUAL(config->annotation_mode, SHIELD_ANNOTATION_MODE_NEVER);
	CU_ASSERT_TRUE(config->annotation_profile);
}

static void refusals(void)
{
	bad_config("[]", "document: expected an object, found an array");
	bad_config("{}", "document: 'version' is missing; add 'version': 1");
	bad_config("{'version':2}", "version: expected an integer from 1 to 1, found 2");
	bad_config("{'version':1,'binding':[]}", "binding: unknown key; did you mean 'bindings'?");
	bad_config("{'version':1,'bindings':{}}", "bindings: expected an array, found an object");
	bad_config("{'version':1,'bindings':[{'profile':'a'}]}", "bindings[0]: binds everything: name a namespace, "
								 "pod, container or image, or use 'default_profile'");
	bad_config("{'version':1,'bindings':[{'pod':'a'}]}", "bindings[0]: 'profile' is missing");
	bad_config("{'version':1,'bindings':[{'pod':'a','profile':'../a'}]}", "bindings[0].profile: '../a' is not a "
									      "profile's name: 1 to 63 letters, "
									      "digits, '.', '_' or '-', a letter "
									      "or digit first; a name, never a path");
	bad_config("{'version':1,'bindings':[{'pod':'','profile':'a'}]}",
		   "bindings[0].pod: empty: it matches nothing; leave it out for any");
	bad_config("{'version':1,'bindings':[{'pod':'a','profile':'a','override':true}]}",
		   "bindings[0].override: expected a string, found a boolean");
	bad_config("{'version':1,'bindings':[{'pods':'a','profile':'a'}]}",
		   "bindings[0].pods: unknown key; did you mean 'pod'?");
	bad_config("{'version':1,'unprofiled':'maybe'}", "unprofiled: 'maybe' is not one of allow, deny");
	bad_config("{'version':1,'annotations':{'mode':'yes'}}", "annotations.mode: expected true or false, found a "
								 "string");
	bad_config("{'version':1,'annotations':{'modes':true}}", "annotations.modes: unknown key; did you mean "
								 "'mode'?");
	bad_config("{'version':1,'exempt_namespaces':['a',7]}", "exempt_namespaces[1]: expected a string, found an "
								"integer");
	bad_config("{'version':1", "line 1: the text ends too early");
}

static void files(void)
{
	_cleanup_folder_ struct folder folder = make_folder();
	_cleanup_config_ struct shield_config *absent = NULL, *present = NULL;
	struct shield_config *broken = NULL;
	struct shield_error error = {};
	char path[256];

	CU_ASSERT_EQUAL_FATAL(shield_config_load(in_folder(&folder, "config.json", path), &absent, &error), 0);
	is_default(absent);
	write_file(&folder, "config.json", "{'version':1,'default_profile':'baseline'}");
	CU_ASSERT_EQUAL_FATAL(shield_config_load(path, &present, &error), 0);
	CU_ASSERT_STRING_EQUAL(present->default_profile, "baseline");
	write_file(&folder, "config.json", "{'version':1,");
	CU_ASSERT_EQUAL(shield_config_load(path, &broken, &error), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "/config.json: line 1: the text ends too early"));
	CU_ASSERT_EQUAL(chmod(path, 0666), 0);
	CU_ASSERT_EQUAL(shield_config_load(path, &broken, &error), -EPERM);
	CU_ASSERT_PTR_NULL(broken);
}

void suite_profile_config(void)
{
	CU_pSuite suite = CU_add_suite("profile/config", NULL, NULL);

	CU_add_test(suite, "defaults", defaults);
	CU_add_test(suite, "everything", everything);
	CU_add_test(suite, "exempt namespaces", exempt);
	CU_add_test(suite, "mode never", mode_never);
	CU_add_test(suite, "refusals", refusals);
	CU_add_test(suite, "files", files);
}
