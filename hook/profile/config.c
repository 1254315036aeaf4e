/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/names.h"
#include "base/trusted.h"

void shield_config_free(struct shield_config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->bindings.count; i++) {
		struct shield_binding *binding = &config->bindings.item[i];

		free(binding->namespace_);
		free(binding->pod);
		free(binding->container);
		free(binding->image);
	}
	free(config->bindings.item);
	shield_strings_free(&config->exempt_namespaces);
	free(config);
}

int shield_config_default(struct shield_config **ret, struct shield_error *error)
{
	/* what a node cannot come up without, and what would mend its configuration */
	static const char *const exempt[] = { "kube-system", "kube-public", "kube-node-lease", "oci-shield" };
	_cleanup_config_ struct shield_config *config = calloc(1, sizeof(*config));

	if (!config)
		return shield_fail(error, ENOMEM, "out of memory");
	for (size_t i = 0; i < sizeof(exempt) / sizeof(exempt[0]); i++) {
		if (shield_strings_add(&config->exempt_namespaces, strdup(exempt[i])) < 0)
			return shield_fail(error, ENOMEM, "out of memory");
	}
	config->annotation_profile = config->annotation_record = true;
	*ret = TAKE_PTR(config);
	return 0;
}

/* A pattern of fnmatch(3), copied. */
static int parse_glob(const struct shield_json *at, char **ret, struct shield_error *error)
{
	const char *glob;
	int result = shield_json_string(at, &glob, error);

	if (result < 0)
		return result;
	if (!*glob)
		return shield_json_fail(at, EINVAL, error, "empty: it matches nothing; leave it out for any");
	*ret = strdup(glob);
	return *ret ? 0 : shield_json_fail(at, ENOMEM, error, "out of memory");
}

/* A profile's name, copied. */
static int parse_profile_name(const struct shield_json *at, char ret[SHIELD_NAME_MAX], struct shield_error *error)
{
	struct shield_error fault;
	const char *name;
	int result = shield_json_string(at, &name, error);

	if (result < 0)
		return result;
	result = shield_name_check(name, &fault);
	if (result < 0)
		return shield_json_fail(at, -result, error, "%s", fault.message);
	strcpy(ret, name); /* a valid name fits */
	return 0;
}

static int parse_globs(const struct shield_json *at, struct shield_binding *binding, struct shield_error *error)
{
	const struct {
		const char *key;
		char **glob;
	} globs[] = {
		{ "namespace", &binding->namespace_ },
		{ "pod", &binding->pod },
		{ "container", &binding->container },
		{ "image", &binding->image },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(globs) / sizeof(globs[0]); i++) {
		struct shield_json glob;
		int result;

		if (!shield_json_member(at, globs[i].key, &glob))
			continue;
		result = parse_glob(&glob, globs[i].glob, error);
		if (result < 0)
			return result;
		any = true;
	}
	if (!any)
		return shield_json_fail(at, EINVAL, error,
					"binds everything: name a namespace, pod, container or image, or use "
					"\"default_profile\"");
	return 0;
}

/* One binding; it is in its list already and owned by it. */
static int parse_binding(const struct shield_json *at, struct shield_binding *binding, struct shield_error *error)
{
	static const char *const keys[] = { "namespace", "pod", "container", "image", "profile", "override", NULL };
	static const char *const choices[] = { "no", "yes", NULL };
	struct shield_json member;
	size_t choice = 0;
	int result = shield_json_known_keys(at, keys, error);

	if (result == 0)
		result = parse_globs(at, binding, error);
	if (result < 0)
		return result;
	if (!shield_json_member(at, "profile", &member))
		return shield_json_fail(at, EINVAL, error, "\"profile\" is missing");
	result = parse_profile_name(&member, binding->profile, error);
	if (result == 0 && shield_json_member(at, "override", &member))
		result = shield_json_choice(&member, choices, &choice, error);
	binding->override_ = choice == 1;
	return result;
}

static int parse_bindings(const struct shield_json *array, struct shield_config *config, struct shield_error *error)
{
	int result = shield_json_expect_array(array, error);

	if (result < 0 || shield_json_length(array) == 0)
		return result;
	config->bindings.item = calloc(shield_json_length(array), sizeof(*config->bindings.item));
	if (!config->bindings.item)
		return shield_json_fail(array, ENOMEM, error, "out of memory");
	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);

		result = parse_binding(&at, &config->bindings.item[config->bindings.count++], error);
	}
	return result;
}

static int parse_annotations(const struct shield_json *at, struct shield_config *config, struct shield_error *error)
{
	static const char *const keys[] = { "profile", "mode", "record", NULL };
	struct shield_json member;
	int result = shield_json_known_keys(at, keys, error);

	if (result == 0 && shield_json_member(at, "profile", &member))
		result = shield_json_bool(&member, &config->annotation_profile, error);
	if (result == 0 && shield_json_member(at, "record", &member))
		result = shield_json_bool(&member, &config->annotation_record, error);
	if (result == 0 && shield_json_member(at, "mode", &member)) {
		bool mode = false;

		result = shield_json_bool(&member, &mode, error);
		config->annotation_mode = mode ? SHIELD_ANNOTATION_MODE_ALWAYS : SHIELD_ANNOTATION_MODE_NEVER;
	}
	return result;
}

static int parse_exempt(const struct shield_json *array, struct shield_strings *list, struct shield_error *error)
{
	int result = shield_json_expect_array(array, error);

	if (result < 0)
		return result;
	shield_strings_free(list); /* the default ones */
	if (shield_json_length(array) == 0)
		return 0;
	list->item = calloc(shield_json_length(array), sizeof(*list->item));
	if (!list->item)
		return shield_json_fail(array, ENOMEM, error, "out of memory");
	for (size_t i = 0; result == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);

		result = parse_glob(&at, &list->item[list->count], error);
		if (result == 0)
			list->count++;
	}
	return result;
}

static int parse_root(const struct shield_json *root, struct shield_config *config, struct shield_error *error)
{
	static const char *const keys[] = { "version",	  "bindings",	 "default_profile",
					    "unprofiled", "annotations", "exempt_namespaces",
					    NULL };
	static const char *const choices[] = { "allow", "deny", NULL };
	struct shield_json at;
	size_t choice = 0;
	int result = shield_json_expect_object(root, error);

	if (result == 0)
		result = shield_json_version(root, error);
	if (result == 0)
		result = shield_json_known_keys(root, keys, error);
	if (result == 0 && shield_json_member(root, "bindings", &at))
		result = parse_bindings(&at, config, error);
	if (result == 0 && shield_json_member(root, "default_profile", &at))
		result = parse_profile_name(&at, config->default_profile, error);
	if (result == 0 && shield_json_member(root, "unprofiled", &at))
		result = shield_json_choice(&at, choices, &choice, error);
	if (result == 0 && shield_json_member(root, "annotations", &at))
		result = parse_annotations(&at, config, error);
	if (result == 0 && shield_json_member(root, "exempt_namespaces", &at))
		result = parse_exempt(&at, &config->exempt_namespaces, error);
	config->refuse_unprofiled = choice == 1;
	return result;
}

int shield_config_parse(const char *text, size_t length, struct shield_config **ret, struct shield_error *error)
{
	_cleanup_json_ struct shield_json_document document = {};
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_json root;
	int result = shield_config_default(&config, error);

	if (result == 0)
		result = shield_json_parse(text, length, &document, error);
	if (result < 0)
		return result;
	root = shield_json_root(&document);
	result = parse_root(&root, config, error);
	if (result < 0)
		return result;
	*ret = TAKE_PTR(config);
	return 0;
}

int shield_config_load(const char *path, struct shield_config **ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int result = shield_read_trusted(path, SHIELD_CONFIG_FILE_MAX, &text, &length, error);

	if (result == -ENOENT)
		return shield_config_default(ret, error);
	if (result < 0)
		return result;
	result = shield_config_parse(text, length, ret, error);
	return result < 0 ? shield_wrap(error, result, "%s", path) : 0;
}
