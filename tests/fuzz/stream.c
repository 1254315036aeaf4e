/* SPDX-License-Identifier: Apache-2.0 */
/* A subscriber's request: what is understood is the same when it is said again, and judges events without harm. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "events/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct shield_evidence evidence = {
		.event = { .kind = SHIELD_KIND_EXEC, .rule = SHIELD_RULE(SHIELD_LIST_ALLOW, 3) },
		.time = 1714564994000000007,
		.origin = { .id = "0123456789abcdef", .container = "nginx", .pod = "web", .pod_namespace = "shop" },
	};
	struct shield_stream_request request = {}, again = {};
	char line[SHIELD_STREAM_REQUEST_MAX];

	if (shield_stream_parse((const char *)data, size, &request) <= 0)
		return 0;
	shield_stream_print(&request, line);
	if (shield_stream_parse(line, strlen(line), &again) != 1 || memcmp(&request, &again, sizeof(request)) != 0)
		abort();
	shield_filter_matches(&request.filter, &evidence);
	return 0;
}
