/* SPDX-License-Identifier: Apache-2.0 */
/* A note of a container that was refused: what parses names a profile. */
#include <stdint.h>
#include <stdlib.h>

#include "base/names.h"
#include "profile/missing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shield_missing missing;

	if (shield_missing_parse((const char *)data, size, &missing, NULL) == 0 &&
	    !shield_name_is_valid(missing.profile))
		abort();
	return 0;
}
