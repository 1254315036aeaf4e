/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/trusted.h"

#define FILE_SIZE (64ll << 20)
#define FILE_SIZE_MIN (1ll << 20) /* more than is written at once */
#define FILE_SIZE_MAX (1ll << 40)
#define FILES 5
#define FILES_MAX 1000

void shield_daemon_config_free(struct shield_daemon_config *config)
{
	free(config->file.path);
	for (size_t i = 0; i < config->webhook_count; i++)
		shield_webhook_free(&config->webhook[i]);
	free(config->metrics);
	*config = (struct shield_daemon_config){};
}

static int copy_string(const struct shield_json *at, char **ret, struct shield_error *error)
{
	const char *string;
	int r = shield_json_string(at, &string, error);

	if (r < 0)
		return r;
	*ret = strdup(string);
	return *ret ? 0 : shield_json_fail(at, ENOMEM, error, "out of memory");
}

static int parse_path(const struct shield_json *file, struct shield_daemon_config *config, struct shield_error *error)
{
	struct shield_json at;
	const char *base;
	int r;

	if (!shield_json_member(file, "path", &at))
		return shield_json_fail(file, EINVAL, error, "\"path\" is missing");
	r = copy_string(&at, &config->file.path, error);
	if (r < 0)
		return r;
	base = strrchr(config->file.path, '/');
	if (config->file.path[0] != '/' || !base[1] || strlen(base + 1) > NAME_MAX - 8 ||
	    strlen(config->file.path) >= PATH_MAX)
		return shield_json_fail(&at, EINVAL, error, "not the absolute path of a file");
	return 0;
}

static int parse_file(const struct shield_json *file, struct shield_daemon_config *config, struct shield_error *error)
{
	static const char *const keys[] = { "path", "max_size", "max_files", NULL };
	int64_t size = FILE_SIZE, files = FILES;
	struct shield_json at;
	int r = shield_json_expect_object(file, error);

	if (r == 0)
		r = shield_json_known_keys(file, keys, error);
	if (r == 0)
		r = parse_path(file, config, error);
	if (r == 0 && shield_json_member(file, "max_size", &at))
		r = shield_json_integer(&at, FILE_SIZE_MIN, FILE_SIZE_MAX, &size, error);
	if (r == 0 && shield_json_member(file, "max_files", &at))
		r = shield_json_integer(&at, 1, FILES_MAX, &files, error);
	config->file.max_size = (uint64_t)size;
	config->file.max_files = (unsigned int)files;
	return r;
}

/* The name is the spool's folder: each its own. */
static int check_name(const struct shield_json *at, const struct shield_daemon_config *config,
		      struct shield_error *error)
{
	const char *name = config->webhook[config->webhook_count - 1].name;

	for (size_t i = 0; i + 1 < config->webhook_count; i++)
		if (!strcmp(config->webhook[i].name, name))
			return shield_json_fail(at, EINVAL, error, "another webhook has the name \"%s\"", name);
	return 0;
}

static int parse_webhooks(const struct shield_json *array, struct shield_daemon_config *config,
			  struct shield_error *error)
{
	int r = shield_json_expect_array(array, error);

	if (r == 0 && shield_json_length(array) > SHIELD_DAEMON_WEBHOOKS)
		return shield_json_fail(array, EINVAL, error, "more than %d webhooks", SHIELD_DAEMON_WEBHOOKS);
	for (size_t i = 0; r == 0 && i < shield_json_length(array); i++) {
		struct shield_json at = shield_json_element(array, i);

		r = shield_webhook_parse(&at, &config->webhook[i], error);
		if (r < 0)
			break;
		config->webhook_count++;
		r = check_name(&at, config, error);
	}
	return r;
}

static int parse_metrics(const struct shield_json *metrics, struct shield_daemon_config *config,
			 struct shield_error *error)
{
	static const char *const keys[] = { "listen", NULL };
	struct shield_json at;
	int r = shield_json_expect_object(metrics, error);

	if (r == 0)
		r = shield_json_known_keys(metrics, keys, error);
	if (r < 0)
		return r;
	if (!shield_json_member(metrics, "listen", &at))
		return shield_json_fail(metrics, EINVAL, error, "\"listen\" is missing: \"127.0.0.1:9463\"");
	return copy_string(&at, &config->metrics, error);
}

static int parse_root(const struct shield_json *root, struct shield_daemon_config *config, struct shield_error *error)
{
	static const char *const keys[] = { "version", "stdout", "file", "webhooks", "metrics", NULL };
	struct shield_json at;
	int r = shield_json_expect_object(root, error);

	if (r == 0)
		r = shield_json_version(root, error);
	if (r == 0)
		r = shield_json_known_keys(root, keys, error);
	if (r == 0 && shield_json_member(root, "stdout", &at))
		r = shield_json_bool(&at, &config->output, error);
	if (r == 0 && shield_json_member(root, "file", &at))
		r = parse_file(&at, config, error);
	if (r == 0 && shield_json_member(root, "webhooks", &at))
		r = parse_webhooks(&at, config, error);
	if (r == 0 && shield_json_member(root, "metrics", &at))
		r = parse_metrics(&at, config, error);
	return r;
}

int shield_daemon_config_parse(const char *text, size_t length, struct shield_daemon_config *ret,
			       struct shield_error *error)
{
	_cleanup_daemon_config_ struct shield_daemon_config config = SHIELD_DAEMON_CONFIG_DEFAULT;
	_cleanup_json_ struct shield_json_document document = {};
	struct shield_json root;
	int r = shield_json_parse(text, length, &document, error);

	if (r < 0)
		return r;
	root = shield_json_root(&document);
	r = parse_root(&root, &config, error);
	if (r < 0)
		return r;
	*ret = config;
	config = (struct shield_daemon_config){};
	return 0;
}

int shield_daemon_config_load(const char *path, struct shield_daemon_config *ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r = shield_read_trusted(path, SHIELD_DAEMON_CONFIG_MAX, &text, &length, error);

	if (r < 0)
		return r;
	r = shield_daemon_config_parse(text, length, ret, error);
	return r < 0 ? shield_wrap(error, r, "%s", path) : 0;
}
