/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/page.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "daemon/questions.h"
#include "sinks/prometheus.h"

uint64_t shield_page_resident(void)
{
	_cleanup_free_ char *text = NULL;
	uint64_t pages = 0;

	if (shield_read_file(AT_FDCWD, "/proc/self/statm", 4096, &text, NULL, NULL) < 0)
		return 0;
	return sscanf(text, "%*u %" SCNu64, &pages) == 1 ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* Room for one more in an array. NULL when there is no memory; the array is as it was then. */
static void *one_more(void **array, size_t *count, size_t size)
{
	void *grown;

	if (*count == 0 || (*count & (*count - 1)) == 0) { /* a power of two: full */
		grown = realloc(*array, (*count ? 2 * *count : 1) * size);
		if (!grown)
			return NULL;
		*array = grown;
	}
	return memset((char *)*array + size * (*count)++, 0, size);
}

static int ask_containers(int questions, struct shield_snapshot *snapshot)
{
	struct shield_question question = { .kind = SHIELD_ASK_CONTAINER };
	struct shield_answer answer;
	int r;

	while (question.slot < SHIELD_SLOTS && (r = shield_ask(questions, &question, &answer)) != 0) {
		struct shield_snapshot_container *container;

		if (r < 0)
			return r;
		container = one_more((void **)&snapshot->containers, &snapshot->container_count, sizeof(*container));
		if (!container)
			return -ENOMEM;
		container->origin = answer.origin;
		container->counters = answer.container.counters;
		container->flags = answer.container.flags;
		question.slot = answer.slot + 1;
	}
	return 0;
}

static int ask_programs(int questions, struct shield_snapshot *snapshot)
{
	struct shield_question question = { .kind = SHIELD_ASK_PROGRAM };
	struct shield_answer answer;
	int r;

	while ((r = shield_ask(questions, &question, &answer)) != 0) {
		struct shield_snapshot_program *program;

		if (r < 0)
			return r;
		program = one_more((void **)&snapshot->programs, &snapshot->program_count, sizeof(*program));
		if (!program)
			return -ENOMEM;
		snprintf(program->name, sizeof(program->name), "%s", answer.program.name);
		program->runs = answer.program.runs;
		program->run_ns = answer.program.run_time;
		question.slot++;
	}
	return 0;
}

static void add_sinks(const struct shield_sinks *sinks, struct shield_snapshot *snapshot)
{
	if (sinks->output.fd >= 0)
		snapshot->sinks[snapshot->sink_count++] =
			(struct shield_snapshot_sink){ "stdout", sinks->output.failures };
	if (sinks->file.folder >= 0)
		snapshot->sinks[snapshot->sink_count++] = (struct shield_snapshot_sink){ "file", sinks->file.failures };
	for (size_t i = 0; i < sinks->spool_count; i++) {
		const struct shield_spool_sink *spool = &sinks->spool[i];
		struct shield_snapshot_sink *sink = &snapshot->sinks[snapshot->sink_count++];
		struct shield_snapshot_webhook *webhook = &snapshot->webhooks[snapshot->webhook_count];

		snprintf(sink->name, sizeof(sink->name), "%s", spool->name);
		sink->failures = spool->failures;
		if (shield_spool_status(spool->folder, &webhook->spool, NULL) < 0)
			continue;
		snprintf(webhook->name, sizeof(webhook->name), "%s", spool->name);
		snapshot->webhook_count++;
	}
}

static int ask_node(int questions, struct shield_snapshot *snapshot)
{
	struct shield_question question = { .kind = SHIELD_ASK_NODE };
	struct shield_answer answer;
	int r = shield_ask(questions, &question, &answer);

	if (r <= 0)
		return r < 0 ? r : -EPROTO;
	snapshot->off = answer.node.off;
	snapshot->processes[0] = (struct shield_snapshot_process){ "shieldd", answer.node.resident };
	snapshot->processes[1] = (struct shield_snapshot_process){ "reader", shield_page_resident() };
	snapshot->process_count = 2;
	return 0;
}

int shield_page_write(struct shield_text *text, void *context)
{
	const struct shield_page *page = context;
	struct shield_snapshot_sink sinks[2 + SHIELD_DAEMON_WEBHOOKS] = {};
	struct shield_snapshot_webhook webhooks[SHIELD_DAEMON_WEBHOOKS] = {};
	struct shield_snapshot_process processes[2] = {};
	struct shield_snapshot snapshot = { .sinks = sinks, .webhooks = webhooks, .processes = processes };
	int r = ask_node(page->questions, &snapshot);

	if (r == 0)
		r = ask_containers(page->questions, &snapshot);
	if (r == 0)
		r = ask_programs(page->questions, &snapshot);
	if (r == 0) {
		add_sinks(page->sinks, &snapshot);
		shield_prometheus_format(&snapshot, text);
	}
	free(snapshot.containers);
	free(snapshot.programs);
	return r;
}
