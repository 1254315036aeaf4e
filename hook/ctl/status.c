/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "ctl/ctl.h"
#include "ctl/missing.h"
#include "engine/engines.h"
#include "engine/tier.h"
#include "events/clock.h"
#include "events/holder.h"
#include "events/stream.h"
#include "events/writer.h"
#include "profile/in_force.h"

/* An engine's containers, added up. */
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

/* Who reads the events, and whether shieldd hands them on. */
struct reader {
	int result; /* of looking for the holder */
	struct shield_ring_holder holder;
	struct shield_error error;
	bool served;
};

static bool is_served(void)
{
	const struct shield_stream_request request = { .filter.since = UINT64_MAX >> 1 }; /* no event */
	_cleanup_close_ int fd = -1;

	return shield_stream_subscribe(&request, &fd, NULL) == 0;
}

static void look_at_reader(struct reader *ret)
{
	ret->result = shield_ring_holder_find(&ret->holder, &ret->error);
	ret->served = is_served();
}

/* What is wrong with the node's configuration; NULL = nothing. Owned by the caller. */
static char *find_config_problem(void)
{
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error error = {}, problem = {};

	if (shield_config_in_force(&shield_config_default_places, false, &config, &problem, &error) < 0)
		return strdup(error.message);
	return problem.message[0] ? strdup(problem.message) : NULL;
}

/* --- text */

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

static void print_reader(const struct reader *reader)
{
	char name[sizeof(reader->holder.comm) + 1];

	if (reader->result == -ENOENT)
		printf("reader       none: events wait in the ring (see shieldd(8))\n");
	else if (reader->result < 0)
		printf("reader       unknown: %s\n", reader->error.message);
	else if (!reader->holder.pid)
		printf("reader       a process of another pid namespace\n");
	else
		printf("reader       %s, pid %d\n", shield_printable(reader->holder.comm, name, sizeof(name)),
		       (int)reader->holder.pid);
	if (reader->served)
		printf("shieldd      serves events at %s\n", SHIELD_STREAM_SOCKET);
	else
		printf("shieldd      does not serve events\n");
}

/* The engine of another build, in a line. */
static void print_other(const char *hash, const struct shield_engine_header *header, int containers)
{
	printf("other        %s (ABI %u), of another version: %s %d container%s\n", hash, header->abi,
	       header->off ? "OFF," : "enforces", containers, containers == 1 ? "" : "s");
}

static void print_engine(const struct shield_engine *engine, const struct sums *sums)
{
	const struct shield_control *control = engine->control;
	struct reader reader = {};

	look_at_reader(&reader);
	printf("engine       loaded, %s (ABI %u), by %s\n", engine->hash, control->abi,
	       shield_tier_name(control->tier));
	print_switch(control);
	printf("containers   %u of %d, %u armed\n", sums->containers, SHIELD_SLOTS, sums->armed);
	printf("recordings   %u of %d containers are recorded\n", sums->recordings, SHIELD_RECORDINGS);
	printf("policies     %u of %d\n", sums->policies, SHIELD_POLICIES);
	printf("events       %llu so far; of these containers %llu lost, %llu suppressed\n",
	       (unsigned long long)control->sequence, (unsigned long long)sums->lost,
	       (unsigned long long)sums->suppressed);
	printf("observed     %llu of %d acts; %llu more did not fit\n", (unsigned long long)sums->observations,
	       SHIELD_OBSERVATIONS, (unsigned long long)sums->unobserved);
	print_reader(&reader);
}

static void print_missing(const struct shield_missing *missing, const char *why, void *context)
{
	_cleanup_text_ struct shield_text text = {};

	(void)context;
	shield_ctl_add_missing(&text, missing, why);
	printf("problem      %.*s\n", (int)text.length, text.data);
}

/* What keeps containers from starting, or from what the administrator meant. */
static void print_problems(void)
{
	_cleanup_free_ char *problem = find_config_problem();

	if (problem)
		printf("problem      %s\n", problem);
	shield_missing_each(SHIELD_MISSING_DIRECTORY, &shield_profile_default_dirs, print_missing, NULL);
}

/* --- JSON */

static void write_reader(struct shield_writer *writer)
{
	struct reader reader = {};

	look_at_reader(&reader);
	if (reader.result == 0) {
		shield_write_open(writer, "reader", '{');
		shield_write_number(writer, "pid", (uint64_t)reader.holder.pid);
		shield_write_array(writer, "name", reader.holder.comm, sizeof(reader.holder.comm));
		shield_write_close(writer, '}');
	} else {
		shield_write_null(writer, "reader");
	}
	shield_write_bool(writer, "served", reader.served);
}

static void write_header(struct shield_writer *writer, const char *hash, uint32_t abi, bool off)
{
	shield_write_string(writer, "engine", hash);
	shield_write_number(writer, "abi", abi);
	shield_write_bool(writer, "enforcement", !off);
}

static void write_engine(struct shield_writer *writer, const struct shield_engine *engine, const struct sums *sums)
{
	const struct shield_control *control = engine->control;

	write_header(writer, engine->hash, control->abi, control->off);
	shield_write_string(writer, "tier", shield_tier_name(control->tier));
	shield_write_number(writer, "containers", sums->containers);
	shield_write_number(writer, "armed", sums->armed);
	shield_write_number(writer, "recordings", sums->recordings);
	shield_write_number(writer, "policies", sums->policies);
	shield_write_number(writer, "events", control->sequence);
	shield_write_number(writer, "lost", sums->lost);
	shield_write_number(writer, "suppressed", sums->suppressed);
	shield_write_number(writer, "observations", sums->observations);
	shield_write_number(writer, "unobserved", sums->unobserved);
	write_reader(writer);
}

static void write_missing(const struct shield_missing *missing, const char *why, void *context)
{
	struct shield_writer *writer = context;

	shield_write_open(writer, NULL, '{');
	shield_write_string(writer, "profile", missing->profile);
	shield_write_string(writer, "container", missing->id);
	shield_write_array(writer, "namespace", missing->namespace_, sizeof(missing->namespace_));
	shield_write_array(writer, "pod", missing->pod, sizeof(missing->pod));
	shield_write_array(writer, "pod_container", missing->container, sizeof(missing->container));
	shield_write_number(writer, "since", (uint64_t)missing->since);
	shield_write_number(writer, "last", (uint64_t)missing->last);
	shield_write_string(writer, "why", why);
	shield_write_close(writer, '}');
}

static void write_problems(struct shield_writer *writer)
{
	_cleanup_free_ char *problem = find_config_problem();

	if (problem)
		shield_write_string(writer, "configuration_problem", problem);
	else
		shield_write_null(writer, "configuration_problem");
	shield_write_open(writer, "missing_profiles", '[');
	shield_missing_each(SHIELD_MISSING_DIRECTORY, &shield_profile_default_dirs, write_missing, writer);
	shield_write_close(writer, ']');
}

/* --- */

struct others {
	struct shield_writer *writer; /* NULL = text */
	unsigned int count;
};

static int show_other(const char *hash, void *context)
{
	struct shield_engine_header header;
	struct others *others = context;
	int count;

	if (!strcmp(hash, shield_engine_hash()) || shield_engine_header(hash, &header, NULL) < 0)
		return 0;
	count = shield_engine_containers(hash, NULL);
	if (count < 0)
		return 0;
	others->count++;
	if (!others->writer) {
		print_other(hash, &header, count);
		return 0;
	}
	shield_write_open(others->writer, NULL, '{');
	write_header(others->writer, hash, header.abi, header.off);
	shield_write_number(others->writer, "containers", (uint64_t)count);
	shield_write_close(others->writer, '}');
	return 0;
}

/* Each returns how many other engines there are, or a negative errno. @engine: this build's, or none */
static int show_text(const struct shield_engine *engine, const struct sums *sums, struct shield_error *error)
{
	struct others others = {};
	int r;

	if (engine->control)
		print_engine(engine, sums);
	r = shield_engines_each(show_other, &others, error);
	print_problems();
	return r < 0 ? r : (int)others.count;
}

static int show_json(const struct shield_engine *engine, const struct sums *sums, struct shield_text *text,
		     struct shield_error *error)
{
	struct shield_writer writer = { .text = text };
	struct others others = { .writer = &writer };
	int r;

	shield_write_open(&writer, NULL, '{');
	if (engine->control)
		write_engine(&writer, engine, sums);
	shield_write_open(&writer, "others", '[');
	r = shield_engines_each(show_other, &others, error);
	shield_write_close(&writer, ']');
	write_problems(&writer);
	shield_write_close(&writer, '}');
	shield_text_add(text, "\n");
	return r < 0 ? r : (int)others.count;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	_cleanup_text_ struct shield_text text = {};
	struct shield_error error = {};
	struct sums sums = {};
	int r = shield_engine_open(false, &engine, &error);

	(void)command;
	if (r == 0)
		r = shield_container_each(&engine, add, &sums, &error);
	if (r == 0 || r == -ENOENT)
		r = shield_ctl_wants_json(arguments) ? show_json(&engine, &sums, &text, &error)
						     : show_text(&engine, &sums, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	if (shield_ctl_print(&text) != SHIELD_EXIT_OK)
		return SHIELD_EXIT_FAILURE;
	return engine.control || r > 0 ? SHIELD_EXIT_OK : shield_ctl_not_loaded();
}

static const struct shield_ctl_option options[] = {
	{ "output", 'o', "text|json", "text, for people; json, one object" },
	{},
};

const struct shield_ctl_command shield_ctl_status = {
	.name = "status",
	.arguments = "",
	.summary = "Show whether the engine is loaded, how full it is, and who reads its events",
	.help = "Lost events did not fit the ring because nobody read it in time; suppressed ones were over a\n"
		"container's rate. Both were enforced and are counted (see shieldctl inspect).\n"
		"Engines of other versions are named with the containers that were started under them. A problem: the\n"
		"configuration is not valid, or containers were refused for a profile that is not there.\n"
		"\n"
		"Exit status: 0 an engine is loaded, 3 none, 1 failure. Whether it is on, says the second line.\n",
	.options = options,
	.run = run,
};
