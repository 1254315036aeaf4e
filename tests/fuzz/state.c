/* SPDX-License-Identifier: Apache-2.0 */
/* The OCI state on the hook's standard input. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/abi.h"
#include "oci/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_state_ struct shield_state state = {};
	_cleanup_free_ char *text = malloc(size + 1);
	struct shield_error error = {};

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (shield_state_parse(text, size, &state, &error) < 0) {
		if (!*error.message || state.id || state.annotations)
			abort();
		return 0;
	}
	if (!*state.id || strlen(state.id) >= SHIELD_ID_MAX || strchr(state.id, '/') || *state.bundle != '/' ||
	    state.pid < 0)
		abort();
	for (size_t i = 0; i < state.annotation_count; i++)
		if (strlen(state.annotations[i].key) + strlen(state.annotations[i].value) > size)
			abort();
	return 0;
}
