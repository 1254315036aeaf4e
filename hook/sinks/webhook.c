/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/webhook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "sinks/spool.h"

#define SPOOL_BYTES_LIMIT (INT64_C(1) << 40)

static int copy(const char *text, char **ret, struct shield_error *error)
{
	*ret = strdup(text);
	return *ret ? 0 : shield_fail(error, ENOMEM, "out of memory");
}

/* Would it end the line it is in? */
static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

static int parse_name(const struct shield_json *at, struct shield_webhook *webhook, struct shield_error *error)
{
	struct shield_error reason = {};
	const char *name;
	int r = shield_json_string(at, &name, error);

	if (r < 0)
		return r;
	if (shield_name_check(name, &reason) < 0)
		return shield_json_fail(at, EINVAL, error, "%s", reason.message);
	snprintf(webhook->name, sizeof(webhook->name), "%s", name);
	return 0;
}

static int parse_url(const struct shield_json *at, struct shield_webhook *webhook, struct shield_error *error)
{
	const char *url;
	int r = shield_json_string(at, &url, error);

	if (r < 0)
		return r;
	if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) || has_control(url) ||
	    strchr(url, ' '))
		return shield_json_fail(at, EINVAL, error, "not a URL that begins with http:// or https://");
	return copy(url, &webhook->url, error);
}

static int parse_ca_file(const struct shield_json *at, struct shield_webhook *webhook, struct shield_error *error)
{
	const char *path;
	int r = shield_json_string(at, &path, error);

	if (r < 0)
		return r;
	if (*path != '/')
		return shield_json_fail(at, EINVAL, error, "not an absolute path");
	return copy(path, &webhook->ca_file, error);
}

/* The characters of a header's name (RFC 9110, 5.6.2). */
static bool is_token(const char *name)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return *name && !name[strspn(name, token)];
}

struct header_context {
	struct shield_webhook *webhook;
	struct shield_error *error;
};

static int parse_header(const struct shield_json *at, void *context)
{
	struct header_context *headers = context;
	struct shield_webhook *webhook = headers->webhook;
	const char *value;
	int r = shield_json_string(at, &value, headers->error);

	if (r < 0)
		return r;
	if (!is_token(at->key) || !*value || has_control(value))
		return shield_json_fail(at, EINVAL, headers->error, "not a header and its value");
	if (webhook->header_count == SHIELD_WEBHOOK_HEADERS)
		return shield_json_fail(at, E2BIG, headers->error, "more than %d headers", SHIELD_WEBHOOK_HEADERS);
	if (asprintf(&webhook->header[webhook->header_count], "%s: %s", at->key, value) < 0)
		return shield_fail(headers->error, ENOMEM, "out of memory");
	webhook->header_count++;
	return 0;
}

static int parse_headers(const struct shield_json *at, struct shield_webhook *webhook, struct shield_error *error)
{
	struct header_context context = { webhook, error };
	int r = shield_json_expect_object(at, error);

	return r < 0 ? r : shield_json_each_member(at, parse_header, &context);
}

static int parse_numbers(const struct shield_json *object, struct shield_webhook *webhook, struct shield_error *error)
{
	int64_t timeout = SHIELD_WEBHOOK_TIMEOUT, bytes = SHIELD_SPOOL_BYTES;
	struct shield_json at;
	int r = 0;

	if (shield_json_member(object, "timeout", &at))
		r = shield_json_integer(&at, 1, SHIELD_WEBHOOK_TIMEOUT_MAX, &timeout, error);
	if (r == 0 && shield_json_member(object, "max_bytes", &at))
		r = shield_json_integer(&at, SHIELD_SPOOL_BYTES_MIN, SPOOL_BYTES_LIMIT, &bytes, error);
	webhook->timeout = (uint32_t)timeout;
	webhook->max_bytes = (uint64_t)bytes;
	return r;
}

static int parse_members(const struct shield_json *object, struct shield_webhook *webhook, struct shield_error *error)
{
	struct shield_json at;
	int r;

	if (!shield_json_member(object, "name", &at))
		return shield_json_fail(object, EINVAL, error, "\"name\" is missing");
	r = parse_name(&at, webhook, error);
	if (r < 0)
		return r;
	if (!shield_json_member(object, "url", &at))
		return shield_json_fail(object, EINVAL, error, "\"url\" is missing");
	r = parse_url(&at, webhook, error);
	if (r == 0 && shield_json_member(object, "headers", &at))
		r = parse_headers(&at, webhook, error);
	if (r == 0 && shield_json_member(object, "ca_file", &at))
		r = parse_ca_file(&at, webhook, error);
	return r < 0 ? r : parse_numbers(object, webhook, error);
}

int shield_webhook_parse(const struct shield_json *at, struct shield_webhook *ret, struct shield_error *error)
{
	static const char *const keys[] = { "name", "url", "headers", "timeout", "ca_file", "max_bytes", NULL };
	_cleanup_webhook_ struct shield_webhook webhook = {};
	int r = shield_json_expect_object(at, error);

	if (r == 0)
		r = shield_json_known_keys(at, keys, error);
	if (r == 0)
		r = parse_members(at, &webhook, error);
	if (r < 0)
		return r;
	*ret = webhook;
	webhook = (struct shield_webhook){};
	return 0;
}

/* A name is a token, which has nothing to escape. */
static void print_header(const char *header, struct shield_text *text)
{
	size_t length = strcspn(header, ":");

	shield_text_add(text, "\"");
	shield_text_add_bytes(text, header, length);
	shield_text_add(text, "\":");
	shield_text_add_json(text, header + length + 2);
}

int shield_webhook_print(const struct shield_webhook *webhook, char **ret, struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};

	shield_text_add(&text, "{\"name\":");
	shield_text_add_json(&text, webhook->name);
	shield_text_add(&text, ",\"url\":");
	shield_text_add_json(&text, webhook->url);
	shield_text_add(&text, ",\"headers\":{");
	for (size_t i = 0; i < webhook->header_count; i++) {
		shield_text_add(&text, i ? "," : "");
		print_header(webhook->header[i], &text);
	}
	shield_text_add(&text, "},\"timeout\":");
	shield_text_add_number(&text, webhook->timeout);
	if (webhook->ca_file) {
		shield_text_add(&text, ",\"ca_file\":");
		shield_text_add_json(&text, webhook->ca_file);
	}
	shield_text_add(&text, ",\"max_bytes\":");
	shield_text_add_number(&text, webhook->max_bytes);
	shield_text_add(&text, "}\n");
	return shield_text_take(&text, ret, NULL) < 0 ? shield_fail(error, ENOMEM, "out of memory") : 0;
}

void shield_webhook_free(struct shield_webhook *webhook)
{
	free(webhook->url);
	free(webhook->ca_file);
	for (size_t i = 0; i < webhook->header_count; i++)
		free(webhook->header[i]);
	*webhook = (struct shield_webhook){};
}
