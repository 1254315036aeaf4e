/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of shield_check() share; not for others. */
#ifndef SHIELD_PROFILE_CHECK_PARTS_H
#define SHIELD_PROFILE_CHECK_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/check.h"

struct shield_check {
	const struct shield_profile *profile;
	shield_check_report report;
	void *context;
};

/* A JSON path that is put together. */
struct shield_place {
	char text[96];
};

/* "list[index]" */
struct shield_place shield_place(const char *list, size_t index);

void shield_check_say(const struct shield_check *check, enum shield_check_severity severity, const char *place,
		      const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Reports an allow list below a default of allow. Returns whether the list has any effect. */
bool shield_check_allow_list(const struct shield_check *check, const char *group, bool default_deny, size_t count);

/* Reports a group that says nothing. @count: entries of its lists */
void shield_check_refuses(const struct shield_check *check, const char *group, bool default_deny, size_t count);

#define SHIELD_CHECK_NONE SIZE_MAX

/* The first pattern of a list that covers another pattern, or SHIELD_CHECK_NONE. */
size_t shield_check_covered_by(const struct shield_strings *patterns, const char *pattern);

/* Does one pattern make the other superfluous? Of two that are the same, the first does. */
bool shield_check_makes_superfluous(const char *wide, size_t wide_index, const char *narrow, size_t narrow_index);

/* Reports a pattern that another one of its list makes superfluous. @what: is done by the list, such as "allowed" */
void shield_check_superfluous(const struct shield_check *check, const char *list, const struct shield_strings *patterns,
			      size_t index, const char *what);

/* The groups. */
void shield_check_exec(const struct shield_check *check);
void shield_check_net(const struct shield_check *check);
void shield_check_unix(const struct shield_check *check);
void shield_check_ptrace(const struct shield_check *check);
void shield_check_setuid(const struct shield_check *check);
void shield_check_capabilities(const struct shield_check *check);
void shield_check_kernel(const struct shield_check *check);
void shield_check_files(const struct shield_check *check);

#endif
