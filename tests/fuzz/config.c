/* SPDX-License-Identifier: Apache-2.0 */
/* The node's configuration, and a selection under what parses: never a profile whose name is no name. */
#include <stdint.h>
#include <stdlib.h>

#include "base/names.h"
#include "profile/select.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct shield_subject subjects[] = {
		{},
		{ .namespace_ = "prod", .pod = "web-0", .container = "nginx", .image = "docker.io/library/nginx:1" },
		{ .namespace_ = "prod", .profile = "mine", .mode = "audit", .record = "learned" },
	};
	_cleanup_config_ struct shield_config *config = NULL;

	if (shield_config_parse((const char *)data, size, &config, NULL) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		struct shield_selection selection;

		if (shield_select(config, &subjects[i], &selection, NULL) < 0)
			continue;
		if ((selection.kind == SHIELD_SELECT_PROFILE) != shield_name_is_valid(selection.profile))
			abort();
	}
	return 0;
}
