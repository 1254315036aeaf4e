/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/state.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/utf8.h"
#include "bpf/abi.h"
#include "oci/scan.h"

void shield_state_free(struct shield_state *state)
{
	free(state->annotations);
	*state = (struct shield_state){};
}

static int add_annotation(struct shield_state *state, struct shield_annotation annotation, struct shield_error *error)
{
	size_t count = state->annotation_count;

	if (count < 16 ? count == 0 : !(count & (count - 1))) {
		struct shield_annotation *larger =
			reallocarray(state->annotations, count ? 2 * count : 16, sizeof(annotation));

		if (!larger)
			return shield_fail(error, ENOMEM, "out of memory");
		state->annotations = larger;
	}
	state->annotations[state->annotation_count++] = annotation;
	return 0;
}

static int read_annotations(struct shield_scan *scan, struct shield_state *state, struct shield_error *error)
{
	int result;

	if (state->annotations)
		return shield_fail(error, EINVAL, "is there twice");
	if (shield_scan_null(scan))
		return 0;
	result = shield_scan_enter(scan, '{', error);
	while (result >= 0) {
		struct shield_annotation annotation;

		result = shield_scan_member(scan, &annotation.key, error);
		if (result <= 0)
			return result;
		result = shield_scan_string(scan, &annotation.value, error);
		if (result < 0) {
			char shown[128];

			return shield_wrap(error, result, "%s", shield_printable(annotation.key, shown, sizeof(shown)));
		}
		result = add_annotation(state, annotation, error);
	}
	return result;
}

static int read_pid(struct shield_scan *scan, pid_t *ret, struct shield_error *error)
{
	int64_t pid;
	int result = shield_scan_integer(scan, &pid, error);

	if (result < 0)
		return result;
	if (pid < 0 || pid > INT_MAX)
		return shield_fail(error, EINVAL, "not the id of a process");
	*ret = (pid_t)pid;
	return 0;
}

static int read_member(struct shield_scan *scan, const char *key, struct shield_state *state,
		       struct shield_error *error)
{
	if (strcmp(key, "id") == 0)
		return shield_scan_string(scan, &state->id, error);
	if (strcmp(key, "status") == 0)
		return shield_scan_string(scan, &state->status, error);
	if (strcmp(key, "pid") == 0)
		return read_pid(scan, &state->pid, error);
	if (strcmp(key, "bundle") == 0)
		return shield_scan_string(scan, &state->bundle, error);
	if (strcmp(key, "annotations") == 0)
		return read_annotations(scan, state, error);
	return shield_scan_skip(scan, error);
}

/* The id becomes part of file names and of lines people read. */
static int check_id(const char *id, struct shield_error *error)
{
	if (!id || !*id)
		return shield_fail(error, EINVAL, "OCI state: it has no id");
	if (strlen(id) >= SHIELD_ID_MAX)
		return shield_fail(error, EINVAL, "OCI state: id: longer than %d bytes", SHIELD_ID_MAX - 1);
	for (const char *at = id; *at; at++)
		if (*at <= ' ' || *at > '~' || *at == '/')
			return shield_fail(error, EINVAL, "OCI state: id: only printable ASCII without '/' is taken");
	if (strcmp(id, ".") == 0 || strcmp(id, "..") == 0)
		return shield_fail(error, EINVAL, "OCI state: id: \"%s\" is not a name", id);
	return 0;
}

static int check_bundle(const char *bundle, struct shield_error *error)
{
	if (!bundle)
		return shield_fail(error, EINVAL, "OCI state: it has no bundle");
	if (*bundle != '/')
		return shield_fail(error, EINVAL, "OCI state: bundle: not an absolute path");
	return 0;
}

int shield_state_parse(char *text, size_t length, struct shield_state *ret, struct shield_error *error)
{
	struct shield_scan scan = shield_scan_start(text, length);
	_cleanup_state_ struct shield_state state = {};
	size_t at;
	int result;

	if (!shield_utf8_is_valid(text, length, &at))
		return shield_fail(error, EINVAL, "OCI state: byte %zu is not UTF-8", at);
	result = shield_scan_enter(&scan, '{', error);
	if (result < 0)
		return shield_wrap(error, result, "OCI state");
	for (;;) {
		const char *key;

		result = shield_scan_member(&scan, &key, error);
		if (result < 0)
			return shield_wrap(error, result, "OCI state");
		if (result == 0)
			break;
		result = read_member(&scan, key, &state, error);
		if (result < 0) {
			char shown[128];

			return shield_wrap(error, result, "OCI state: %s", shield_printable(key, shown, sizeof(shown)));
		}
	}
	result = shield_scan_finish(&scan, error);
	if (result < 0)
		return shield_wrap(error, result, "OCI state");
	result = check_id(state.id, error);
	if (result == 0)
		result = check_bundle(state.bundle, error);
	if (result < 0)
		return result;
	*ret = state;
	state = (struct shield_state){}; /* handed over */
	return 0;
}
