/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "base/names.h"
#include "oci/scan.h"

/* What is read on the way; `handler` can be judged only when the entrypoint is known too. */
struct reading {
	struct shield_scan scan;
	struct shield_bundle bundle;
	size_t mount_capacity;
	const char *root_path;
	const char *entrypoint;	  /* process.args[0] */
	const char *run_handler;  /* annotation run.oci.handler */
	const char *wasm_variant; /* annotation module.wasm.image/variant */
};

typedef int (*member_reader)(struct reading *reading, const char *key, struct shield_error *error);

void shield_bundle_free(struct shield_bundle *bundle)
{
	free(bundle->text);
	free(bundle->directory);
	free(bundle->root);
	free(bundle->mounts);
	*bundle = (struct shield_bundle){};
}

/* Has `each` read the members of the object at the cursor; null is an empty one. Errors name the member. */
static int read_object(struct reading *reading, member_reader each, struct shield_error *error)
{
	int result;

	if (shield_scan_null(&reading->scan))
		return 0;
	result = shield_scan_enter(&reading->scan, '{', error);
	while (result >= 0) {
		const char *key;

		result = shield_scan_member(&reading->scan, &key, error);
		if (result <= 0)
			return result;
		result = each(reading, key, error);
		if (result < 0) {
			char shown[64];

			return shield_wrap(error, result, "%s", shield_printable(key, shown, sizeof(shown)));
		}
	}
	return result;
}

/* The same for the elements of an array; `each` gets the key of the array. */
static int read_array(struct reading *reading, member_reader each, const char *key, struct shield_error *error)
{
	int result;

	if (shield_scan_null(&reading->scan))
		return 0;
	result = shield_scan_enter(&reading->scan, '[', error);
	for (size_t i = 0; result >= 0; i++) {
		result = shield_scan_element(&reading->scan, error);
		if (result <= 0)
			return result;
		result = each(reading, key, error);
		if (result < 0)
			return shield_wrap(error, result, "[%zu]", i);
	}
	return result;
}

static int read_argument(struct reading *reading, const char *key, struct shield_error *error)
{
	(void)key;
	if (reading->entrypoint)
		return shield_scan_skip(&reading->scan, error);
	return shield_scan_string(&reading->scan, &reading->entrypoint, error);
}

static int read_process(struct reading *reading, const char *key, struct shield_error *error)
{
	if (strcmp(key, "args") == 0)
		return read_array(reading, read_argument, key, error);
	return shield_scan_skip(&reading->scan, error);
}

static int read_root(struct reading *reading, const char *key, struct shield_error *error)
{
	if (strcmp(key, "path") == 0)
		return shield_scan_string(&reading->scan, &reading->root_path, error);
	if (strcmp(key, "readonly") == 0)
		return shield_scan_bool(&reading->scan, &reading->bundle.root_read_only, error);
	return shield_scan_skip(&reading->scan, error);
}

static struct shield_bundle_mount *last_mount(struct reading *reading)
{
	return &reading->bundle.mounts[reading->bundle.mount_count - 1];
}

/* Options apply in their order: the last word on a subject counts. */
static int read_option(struct reading *reading, const char *key, struct shield_error *error)
{
	struct shield_bundle_mount *mount = last_mount(reading);
	const char *option;
	int result = shield_scan_string(&reading->scan, &option, error);

	(void)key;
	if (result < 0)
		return result;
	if (strcmp(option, "bind") == 0 || strcmp(option, "rbind") == 0)
		mount->bind = true;
	else if (strcmp(option, "ro") == 0 || strcmp(option, "rro") == 0)
		mount->read_only = true;
	else if (strcmp(option, "rw") == 0 || strcmp(option, "rrw") == 0)
		mount->read_only = false;
	return 0;
}

static int read_mount_member(struct reading *reading, const char *key, struct shield_error *error)
{
	struct shield_bundle_mount *mount = last_mount(reading);

	if (strcmp(key, "destination") == 0)
		return shield_scan_string(&reading->scan, &mount->destination, error);
	if (strcmp(key, "type") == 0)
		return shield_scan_string(&reading->scan, &mount->type, error);
	if (strcmp(key, "source") == 0)
		return shield_scan_string(&reading->scan, &mount->source, error);
	if (strcmp(key, "options") == 0)
		return read_array(reading, read_option, key, error);
	return shield_scan_skip(&reading->scan, error);
}

static int read_mount(struct reading *reading, const char *key, struct shield_error *error)
{
	struct shield_bundle *bundle = &reading->bundle;
	int result;

	(void)key;
	if (bundle->mount_count == reading->mount_capacity) {
		size_t capacity = reading->mount_capacity ? 2 * reading->mount_capacity : 32;
		struct shield_bundle_mount *larger = reallocarray(bundle->mounts, capacity, sizeof(*larger));

		if (!larger)
			return shield_fail(error, ENOMEM, "out of memory");
		bundle->mounts = larger;
		reading->mount_capacity = capacity;
	}
	bundle->mounts[bundle->mount_count++] = (struct shield_bundle_mount){ .type = "", .source = "" };
	result = read_object(reading, read_mount_member, error);
	if (result < 0)
		return result;
	if (!last_mount(reading)->destination || !*last_mount(reading)->destination)
		return shield_fail(error, EINVAL, "it has no destination");
	if (strcmp(last_mount(reading)->type, "bind") == 0)
		last_mount(reading)->bind = true;
	return 0;
}

static int read_namespace_member(struct reading *reading, const char *key, struct shield_error *error)
{
	const char *type;
	int result;

	if (strcmp(key, "type") != 0)
		return shield_scan_skip(&reading->scan, error);
	result = shield_scan_string(&reading->scan, &type, error);
	if (result == 0 && strcmp(type, "user") == 0)
		reading->bundle.user_namespace = true;
	return result;
}

static int read_namespace(struct reading *reading, const char *key, struct shield_error *error)
{
	(void)key;
	return read_object(reading, read_namespace_member, error);
}

static int read_linux(struct reading *reading, const char *key, struct shield_error *error)
{
	if (strcmp(key, "cgroupsPath") == 0)
		return shield_scan_string(&reading->scan, &reading->bundle.cgroups_path, error);
	if (strcmp(key, "namespaces") == 0)
		return read_array(reading, read_namespace, key, error);
	return shield_scan_skip(&reading->scan, error);
}

static int read_annotation(struct reading *reading, const char *key, struct shield_error *error)
{
	if (strcmp(key, "run.oci.handler") == 0)
		return shield_scan_string(&reading->scan, &reading->run_handler, error);
	if (strcmp(key, "module.wasm.image/variant") == 0)
		return shield_scan_string(&reading->scan, &reading->wasm_variant, error);
	return shield_scan_skip(&reading->scan, error);
}

static int read_top(struct reading *reading, const char *key, struct shield_error *error)
{
	if (strcmp(key, "process") == 0)
		return read_object(reading, read_process, error);
	if (strcmp(key, "root") == 0)
		return read_object(reading, read_root, error);
	if (strcmp(key, "mounts") == 0) {
		if (reading->bundle.mounts)
			return shield_fail(error, EINVAL, "is there twice");
		return read_array(reading, read_mount, key, error);
	}
	if (strcmp(key, "linux") == 0)
		return read_object(reading, read_linux, error);
	if (strcmp(key, "annotations") == 0)
		return read_object(reading, read_annotation, error);
	return shield_scan_skip(&reading->scan, error);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), end_length = strlen(end);

	return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/*
 * crun's rules (run.oci.handler goes first): the "smart" values take a container over only where its entrypoint is a
 * wasm module, so that its sidecars run as usual. Any other value is taken to mean that nothing is exec'ed.
 */
static void judge_handler(struct reading *reading)
{
	struct shield_bundle *bundle = &reading->bundle;
	const char *value = reading->run_handler ? reading->run_handler : reading->wasm_variant;
	const char *smart = reading->run_handler ? "wasm-smart" : "compat-smart";

	if (!value)
		return;
	if (strcmp(value, smart) == 0 && reading->entrypoint && !ends_with(reading->entrypoint, ".wasm") &&
	    !ends_with(reading->entrypoint, ".wat"))
		return;
	bundle->handler = reading->run_handler ? "run.oci.handler" : "module.wasm.image/variant";
	bundle->handler_value = value;
}

static int set_paths(struct reading *reading, const char *directory, struct shield_error *error)
{
	struct shield_bundle *bundle = &reading->bundle;
	const char *path = reading->root_path;

	if (!path || !*path)
		return shield_fail(error, EINVAL, "root.path is missing");
	bundle->directory = strdup(directory);
	if (!bundle->directory)
		return shield_fail(error, ENOMEM, "out of memory");
	if (*path == '/')
		bundle->root = strdup(path);
	else if (asprintf(&bundle->root, "%s/%s", directory, path) < 0)
		bundle->root = NULL; /* undefined then */
	if (!bundle->root)
		return shield_fail(error, ENOMEM, "out of memory");
	return 0;
}

static void free_reading(struct reading *reading)
{
	shield_bundle_free(&reading->bundle);
}

int shield_bundle_parse(char *text, size_t length, const char *directory, struct shield_bundle *ret,
			struct shield_error *error)
{
	_cleanup_(free_reading) struct reading reading = { .scan = shield_scan_start(text, length) };
	int result;

	if (!shield_scan_is(&reading.scan, '{'))
		return shield_fail(error, EINVAL, "not a JSON object");
	result = read_object(&reading, read_top, error);
	if (result == 0)
		result = shield_scan_finish(&reading.scan, error);
	if (result == 0)
		result = set_paths(&reading, directory, error);
	if (result < 0)
		return result;
	judge_handler(&reading);
	*ret = reading.bundle;
	ret->text = text;
	reading.bundle = (struct shield_bundle){}; /* handed over */
	return 0;
}

int shield_bundle_read(const char *directory, struct shield_bundle *ret, struct shield_error *error)
{
	_cleanup_free_ char *text = NULL;
	char path[PATH_MAX];
	size_t length;
	int result;

	if ((size_t)snprintf(path, sizeof(path), "%s/config.json", directory) >= sizeof(path))
		return shield_fail(error, ENAMETOOLONG, "the bundle's path is longer than %d bytes", PATH_MAX);
	result = shield_read_file(AT_FDCWD, path, SHIELD_BUNDLE_MAX, &text, &length, error);
	if (result < 0)
		return result;
	result = shield_bundle_parse(text, length, directory, ret, error);
	if (result < 0)
		return shield_wrap(error, result, "%s", path);
	TAKE_PTR(text);
	return 0;
}
