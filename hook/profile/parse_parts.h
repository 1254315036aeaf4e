/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the profile parser share; not for others. */
#ifndef SHIELD_PROFILE_PARSE_PARTS_H
#define SHIELD_PROFILE_PARSE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "profile/profile.h"

/* The groups. Each reads one group of the root object on top of what the profile holds. */
int shield_parse_exec(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error);
int shield_parse_network(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error);
int shield_parse_ptrace(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error);
int shield_parse_setuid(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error);
int shield_parse_capabilities(const struct shield_json *group, struct shield_profile *profile,
			      struct shield_error *error);
int shield_parse_kernel(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error);
int shield_parse_files(const struct shield_json *group, struct shield_profile *profile, struct shield_error *error);

/* An action, audit, deny or kill. Nothing changes where the key is absent. */
int shield_parse_action(const struct shield_json *group, const char *key, uint8_t *action, struct shield_error *error);

/*
 * A switch: an action, or allow. Returns 1 when the key is there, 0 when it is not (nothing changes then), or a
 * negative errno.
 */
int shield_parse_switch(const struct shield_json *group, const char *key, uint8_t *action, struct shield_error *error);

/* `default`; where it is absent, an allow list of this group makes it deny. */
int shield_parse_default(const struct shield_json *group, bool *default_deny, struct shield_error *error);

/*
 * Makes room in a list for all elements of a JSON array, whose rules must stay within SHIELD_RULE_INDEX_MAX.
 * @item: address of the list's pointer; @count: elements the list has; @size: of one
 * New elements are zero.
 */
int shield_parse_reserve(const struct shield_json *array, void *item, size_t count, size_t size,
			 struct shield_error *error);

/* A path pattern, checked. @ret: owned by the caller. */
int shield_parse_pattern(const struct shield_json *at, char **ret, struct shield_error *error);

/* An array of path patterns, appended. */
int shield_parse_patterns(const struct shield_json *array, struct shield_strings *list, struct shield_error *error);

/* The same of patterns of unix sockets' names. */
int shield_parse_socket_patterns(const struct shield_json *array, struct shield_strings *list,
				 struct shield_error *error);

/* The same of any texts. */
int shield_parse_texts(const struct shield_json *array, struct shield_strings *list, struct shield_error *error);

/*
 * Two numbers with a dash between, as in "8000-8099", the first not above the second nor the second above `high`.
 * Returns whether the text is that.
 */
bool shield_parse_span(const char *text, uint32_t high, uint32_t *ret_low, uint32_t *ret_high);

#endif
