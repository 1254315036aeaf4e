/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/pattern.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/names.h"
#include "bpf/abi.h"

#define ABSTRACT_MAX 107 /* unix(7): sun_path without the byte that says it is abstract */

static bool has_control_bytes(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

/* One component of `length` bytes; what is wrong with it, or NULL. */
static const char *component_fault(const char *component, size_t length)
{
	if (length == 0)
		return "has an empty component";
	if (length <= 2 && strncmp(component, "..", length) == 0)
		return "has a component that is \".\" or \"..\": write the path as it is";
	if (length > 2 && memmem(component, length, "**", 2))
		return "has \"**\" beside other bytes: it must be a component of its own; for one level use \"*\"";
	return NULL;
}

static const char *path_fault(const char *pattern)
{
	size_t components = 0;

	if (pattern[0] != '/')
		return "is not absolute: a path starts with \"/\"";
	if (!pattern[1])
		return "names the root directory; for everything below it use \"/**\"";
	if (strlen(pattern) >= SHIELD_PATH_MAX)
		return "is longer than 1023 bytes";
	if (pattern[strlen(pattern) - 1] == '/')
		return "ends in \"/\": it would name a directory; for what is below it end in \"/**\"";
	if (has_control_bytes(pattern))
		return "has control characters";
	while (*pattern) {
		size_t length = strcspn(pattern + 1, "/");
		const char *fault = component_fault(pattern + 1, length);

		if (fault)
			return fault;
		if (++components > SHIELD_DEPTH_MAX)
			return "has more than 64 components";
		pattern += 1 + length;
	}
	return NULL;
}
_Static_assert(SHIELD_PATH_MAX == 1024 && SHIELD_DEPTH_MAX == 64, "numbers in the messages");

/* Of '@' and an abstract name. What stands before its first '/' is no whole component: it may be empty. */
static const char *abstract_fault(const char *pattern)
{
	size_t first = strcspn(pattern, "/");

	if (!pattern[1])
		return "lacks the name behind the \"@\"; for any name without a \"/\" use \"@*\"";
	if (strlen(pattern + 1) > ABSTRACT_MAX)
		return "is longer than the 107 bytes of an abstract name";
	if (has_control_bytes(pattern))
		return "has control characters";
	if (memmem(pattern, first, "**", 2))
		return "has \"**\" beside other bytes: it must be a component of its own; for one level use \"*\"";
	for (pattern += first; *pattern; pattern += first) {
		first = 1 + strcspn(pattern + 1, "/");
		if (first == 1)
			return "has an empty component, which no pattern can name";
		if (first > 3 && memmem(pattern, first, "**", 2))
			return "has \"**\" beside other bytes: it must be a component of its own";
	}
	return NULL;
}

static int check(const char *pattern, const char *fault, struct shield_error *error)
{
	char shown[128];

	if (!fault)
		return 0;
	return shield_fail(error, EINVAL, "\"%s\" %s", shield_printable(pattern, shown, sizeof(shown)), fault);
}

int shield_pattern_check(const char *pattern, struct shield_error *error)
{
	return check(pattern, path_fault(pattern), error);
}

int shield_socket_pattern_check(const char *pattern, struct shield_error *error)
{
	return check(pattern, pattern[0] == '@' ? abstract_fault(pattern) : path_fault(pattern), error);
}
