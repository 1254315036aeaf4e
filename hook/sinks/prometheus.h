/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to measure, at one moment; and its text for Prometheus (exposition format 0.0.4). Pure. */
#ifndef SHIELD_SINKS_PROMETHEUS_H
#define SHIELD_SINKS_PROMETHEUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "bpf/abi.h"
#include "events/origin.h"
#include "sinks/spool.h"

#define SHIELD_SNAPSHOT_NAME_MAX 64

struct shield_snapshot_container {
	struct shield_origin origin;
	struct shield_counters counters;
	uint32_t flags; /* shield_slot.flags */
};

struct shield_snapshot_program {
	char name[SHIELD_SNAPSHOT_NAME_MAX];
	uint64_t runs;
	uint64_t run_ns;
};

/* stdout, file, or a webhook by its name. */
struct shield_snapshot_sink {
	char name[SHIELD_SNAPSHOT_NAME_MAX];
	uint64_t failures;
};

struct shield_snapshot_webhook {
	char name[SHIELD_SNAPSHOT_NAME_MAX];
	struct shield_spool_status spool;
};

struct shield_snapshot_process {
	char name[SHIELD_SNAPSHOT_NAME_MAX];
	uint64_t resident; /* bytes */
};

/* The arrays are owned by whoever fills it. */
struct shield_snapshot {
	bool off; /* break-glass: nothing is enforced */
	struct shield_snapshot_container *containers;
	size_t container_count;
	struct shield_snapshot_program *programs;
	size_t program_count;
	struct shield_snapshot_sink *sinks;
	size_t sink_count;
	struct shield_snapshot_webhook *webhooks;
	size_t webhook_count;
	struct shield_snapshot_process *processes;
	size_t process_count;
};

void shield_prometheus_format(const struct shield_snapshot *snapshot, struct shield_text *text);

#endif
