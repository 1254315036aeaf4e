/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict JSON: the only place that knows json-c. A document is parsed whole (UTF-8, bounded size and depth, nothing
 * after the end); getters check types and name the place of what is wrong, such as `exec.allow[3].path`.
 */
#ifndef SHIELD_BASE_JSON_H
#define SHIELD_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"

#define SHIELD_JSON_DEPTH 32 /* levels of nesting */

struct json_object;

/* A parsed document. Owned by whoever parsed it; places and strings read from it live as long as it does. */
struct shield_json_document {
	struct json_object *root;
};

/* A value and the way to it. Borrowed: lives on the stack below its parent. */
struct shield_json {
	struct json_object *value;
	const struct shield_json *parent; /* NULL at the root */
	const char *key;		  /* of an object's member; NULL in an array */
	size_t index;			  /* in an array */
};

/*
 * Parses `length` bytes of text.
 * @ret: the document; release with shield_json_document_free()
 * Returns 0; -EINVAL with the line or byte and what is wrong there; -E2BIG when it is nested too deeply; -ENOMEM.
 */
int shield_json_parse(const char *text, size_t length, struct shield_json_document *ret, struct shield_error *error);

/* Releases the document; its root becomes NULL. */
void shield_json_document_free(struct shield_json_document *document);
#define _cleanup_json_ _cleanup_(shield_json_document_free)

/* The document's outermost value. */
struct shield_json shield_json_root(const struct shield_json_document *document);

/*
 * Fails about a place: "exec.allow[3].path: " and the message. The root itself is named "document".
 * Returns -code.
 */
int shield_json_fail(const struct shield_json *at, int code, struct shield_error *error, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

bool shield_json_is_object(const struct shield_json *at);
bool shield_json_is_array(const struct shield_json *at);
bool shield_json_is_string(const struct shield_json *at);
bool shield_json_is_integer(const struct shield_json *at);

/* Looks a member of an object up. Returns whether it is there and not null; *ret is then its place. */
bool shield_json_member(const struct shield_json *object, const char *key, struct shield_json *ret);

/* Elements of an array (0 for anything else), and the place of one. */
size_t shield_json_length(const struct shield_json *array);
struct shield_json shield_json_element(const struct shield_json *array, size_t index);

/* Typed values. Each returns 0, or -EINVAL with the place and what was expected there. */
int shield_json_expect_object(const struct shield_json *at, struct shield_error *error);
int shield_json_expect_array(const struct shield_json *at, struct shield_error *error);
int shield_json_string(const struct shield_json *at, const char **ret, struct shield_error *error);
int shield_json_bool(const struct shield_json *at, bool *ret, struct shield_error *error);
int shield_json_integer(const struct shield_json *at, int64_t low, int64_t high, int64_t *ret,
			struct shield_error *error);

/* The index of a string in a NULL-terminated list. -EINVAL names the place and the choices. */
int shield_json_choice(const struct shield_json *at, const char *const *choices, size_t *ret,
		       struct shield_error *error);

/*
 * Refuses members of an object whose key is not in the NULL-terminated list.
 * -EINVAL names the place of the unknown key and the nearest known one.
 */
int shield_json_known_keys(const struct shield_json *object, const char *const *keys, struct shield_error *error);

/* A configuration states "version": 1. -EINVAL where it does not, or another one. */
int shield_json_version(const struct shield_json *root, struct shield_error *error);

/* Calls `each` for all members, in their order, until one returns non-zero; returns that, or 0. */
int shield_json_each_member(const struct shield_json *object,
			    int (*each)(const struct shield_json *member, void *context), void *context);

#endif
