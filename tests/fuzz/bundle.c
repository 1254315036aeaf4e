/* SPDX-License-Identifier: Apache-2.0 */
/* config.json of a bundle. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oci/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_bundle_ struct shield_bundle bundle = {};
	char *text = malloc(size + 1);
	struct shield_error error = {};

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (shield_bundle_parse(text, size, "/bundle", &bundle, &error) < 0) {
		free(text);
		if (!*error.message || bundle.text)
			abort();
		return 0;
	}
	if (*bundle.root != '/' || bundle.text != text || !bundle.handler != !bundle.handler_value)
		abort();
	for (size_t i = 0; i < bundle.mount_count; i++) {
		const struct shield_bundle_mount *mount = &bundle.mounts[i];

		if (!*mount->destination || strlen(mount->type) + strlen(mount->source) > size)
			abort();
	}
	return 0;
}
