/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctl/ctl.h"
#include "engine/engines.h"
#include "engine/tier.h"
#include "events/clock.h"
#include "events/escape.h"
#include "events/holder.h"
#include "events/stream.h"

struct sums {
	unsigned int containers, armed, recordings, policies;
	uint64_t lost, suppressed, observations, unobserved;
	bool policy[SHIELD_POLICIES]; /* which are in use */
};

static int add(const struct shield_container *container, void *context)
{
	uint32_t policy = container->state.policy & (SHIELD_POLICIES - 1);
	struct sums *sums = context;

	sums->containers++;
	sums->armed += container->state.armed && shield_container_is_running(container);
	sums->recordings += container->info.record[0] != 0;
	sums->policies += !sums->policy[policy];
	sums->policy[policy] = true;
	sums->lost += container->counters.lost;
	sums->suppressed += container->counters.suppressed;
	sums->observations += container->counters.observations;
	sums->unobserved += container->counters.unobserved;
	return 0;
}

static void print_switch(const struct shield_control *control)
{
	char since[SHIELD_RFC3339_MAX];

	if (!control->off) {
		printf("enforcement  on\n");
		return;
	}
	shield_clock_rfc3339(control->off_since * 1000000000, since);
	since[strcspn(since, ".")] = '\0'; /* whole seconds are known */
	printf("enforcement  OFF since %sZ: nothing is enforced on this node; \"shieldctl engine on\" ends that\n",
	       since);
}

static void print_holder(void)
{
	struct shield_ring_holder holder;
	struct shield_error error = {};
	struct shield_text name = {};
	int r = shield_ring_holder_find(&holder, &error);

	if (r == -ENOENT) {
		printf("reader       none: events wait in the ring (see shieldd(8))\n");
	} else if (r < 0) {
		printf("reader       unknown: %s\n", error.message);
	} else if (!holder.pid) {
		printf("reader       a process of another pid namespace\n");
	} else {
		shield_escape_terminal(&name, holder.comm, sizeof(holder.comm));
		printf("reader       %.*s, pid %d\n", (int)name.length, name.data, (int)holder.pid);
		shield_text_free(&name);
	}
}

/* Whether shieldd serves others. */
static void print_stream(void)
{
	const struct shield_stream_request request = { .filter.since = UINT64_MAX >> 1 }; /* no event */
	struct shield_error error = {};
	_cleanup_close_ int fd = -1;
	int r = shield_stream_subscribe(&request, &fd, &error);

	if (r == 0)
		printf("shieldd      serves events at %s\n", SHIELD_STREAM_SOCKET);
	else if (r == -ENOENT || r == -ECONNREFUSED)
		printf("shieldd      does not run\n");
	else
		printf("shieldd      %s\n", error.message);
}

/* The engine of another build, in a line. */
static int print_other(const char *hash, void *context)
{
	struct shield_engine_header header;
	bool *any = context;
	int count;

	if (!strcmp(hash, shield_engine_hash()) || shield_engine_header(hash, &header, NULL) < 0)
		return 0;
	count = shield_engine_containers(hash, NULL);
	if (count < 0)
		return 0;
	printf("other        %s (ABI %u), of another version: %s %d container%s\n", hash, header.abi,
	       header.off ? "OFF," : "enforces", count, count == 1 ? "" : "s");
	*any = true;
	return 0;
}

static int print_engine(struct shield_engine *engine)
{
	struct shield_error error = {};
	struct sums sums = {};
	int r = shield_container_each(engine, add, &sums, &error);

	if (r < 0)
		return shield_ctl_fail(r, &error);
	printf("engine       loaded, %s (ABI %u), by %s\n", engine->hash, engine->control->abi,
	       shield_tier_name(engine->control->tier));
	print_switch(engine->control);
	printf("containers   %u of %d, %u armed\n", sums.containers, SHIELD_SLOTS, sums.armed);
	printf("recordings   %u of %d containers are recorded\n", sums.recordings, SHIELD_RECORDINGS);
	printf("policies     %u of %d\n", sums.policies, SHIELD_POLICIES);
	printf("events       %llu so far; of these containers %llu lost, %llu suppressed\n",
	       (unsigned long long)engine->control->sequence, (unsigned long long)sums.lost,
	       (unsigned long long)sums.suppressed);
	printf("observed     %llu of %d acts; %llu more did not fit\n", (unsigned long long)sums.observations,
	       SHIELD_OBSERVATIONS, (unsigned long long)sums.unobserved);
	print_holder();
	print_stream();
	return SHIELD_EXIT_OK;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_error error = {};
	bool others = false;
	int r = shield_engine_open(false, &engine, &error);

	(void)command;
	(void)arguments;
	if (r < 0 && r != -ENOENT)
		return shield_ctl_fail(r, &error);
	if (r == 0) {
		r = print_engine(&engine);
		if (r != SHIELD_EXIT_OK)
			return r;
	}
	r = shield_engines_each(print_other, &others, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	return engine.control || others ? SHIELD_EXIT_OK : shield_ctl_not_loaded();
}

const struct shield_ctl_command shield_ctl_status = {
	.name = "status",
	.arguments = "",
	.summary = "Show whether the engine is loaded, how full it is, and who reads its events",
	.help = "Lost events did not fit the ring because nobody read it in time; suppressed ones were over a\n"
		"container's rate. Both were enforced and are counted (see shieldctl inspect).\n"
		"Engines of other versions are named with the containers that were started under them.\n"
		"\n"
		"Exit status: 0 an engine is loaded, 3 none, 1 failure. Whether it is on, says the second line.\n",
	.run = run,
};
