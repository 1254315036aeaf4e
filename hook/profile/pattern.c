/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/pattern.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/names.h"
#include "bpf/abi.h"

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

static const char *pattern_fault(const char *pattern)
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

int shield_pattern_check(const char *pattern, struct shield_error *error)
{
	const char *fault = pattern_fault(pattern);
	char shown[128];

	if (!fault)
		return 0;
	return shield_fail(error, EINVAL, "\"%s\" %s", shield_printable(pattern, shown, sizeof(shown)), fault);
}
