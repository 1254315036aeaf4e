/* SPDX-License-Identifier: Apache-2.0 */
/* Annotations, in the shape they arrive in: an OCI state whose id and bundle are fine. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "oci/annotations.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct shield_subject *subject)
{
	if (subject->profile && !shield_name_is_valid(subject->profile))
		abort();
	if (subject->record && !shield_name_is_valid(subject->record))
		abort();
	if (subject->mode && strcmp(subject->mode, "audit") != 0 && strcmp(subject->mode, "enforce") != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char before[] = "{\"id\":\"c\",\"bundle\":\"/b\",\"annotations\":";
	_cleanup_state_ struct shield_state state = {};
	_cleanup_free_ char *text = malloc(sizeof(before) + size + 1);
	struct shield_annotations annotations;
	struct shield_error error = {};

	if (!text)
		return 0;
	memcpy(text, before, sizeof(before) - 1);
	memcpy(text + sizeof(before) - 1, data, size);
	strcpy(text + sizeof(before) - 1 + size, "}");
	if (shield_state_parse(text, sizeof(before) + size, &state, &error) < 0)
		return 0;
	if (shield_annotations_read(&state, &annotations, &error) == 0)
		check(&annotations.subject);
	else if (!*error.message)
		abort();
	return 0;
}
