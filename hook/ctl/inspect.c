/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "ctl/ctl.h"
#include "events/clock.h"
#include "events/escape.h"
#include "events/origin.h"
#include "events/writer.h"
#include "profile/rule.h"

/* "name            word\n", nothing for an empty word */
static void add_fact(struct shield_text *text, const char *name, const char *word)
{
	char column[20];

	if (!word[0])
		return;
	snprintf(column, sizeof(column), "%-14s", name);
	shield_text_add(text, column);
	shield_escape_terminal(text, word, SHIELD_ORIGIN_NAME_MAX);
	shield_text_add(text, "\n");
}

static void add_number(struct shield_text *text, const char *name, uint64_t number)
{
	char word[24];

	snprintf(word, sizeof(word), "%llu", (unsigned long long)number);
	add_fact(text, name, word);
}

static void add_facts(struct shield_text *text, const struct shield_container *container, const char *engine)
{
	char since[SHIELD_RFC3339_MAX], armed[SHIELD_RFC3339_MAX];
	char record[SHIELD_NAME_MAX];
	struct shield_origin origin;

	shield_origin_of(&container->info, &origin);
	snprintf(record, sizeof(record), "%.*s", SHIELD_NAME_MAX - 1, container->info.record);
	add_fact(text, "id", origin.id);
	if (container->state.owner)
		add_number(text, "owner", container->state.owner);
	add_fact(text, "name", origin.container);
	add_fact(text, "pod", origin.pod);
	add_fact(text, "namespace", origin.pod_namespace);
	add_fact(text, "image", origin.image);
	add_fact(text, "profile", origin.profile);
	add_fact(text, "mode", shield_ctl_mode_name(container));
	add_fact(text, "mode fixed", container->info.mode_fixed ? "yes" : "");
	add_fact(text, "recording", record);
	add_fact(text, "state", shield_ctl_state(container));
	add_fact(text, "since", shield_clock_rfc3339(shield_clock_wall(container->info.created), since));
	if (container->state.armed)
		add_fact(text, "armed", shield_clock_rfc3339(shield_clock_wall(container->state.armed), armed));
	add_number(text, "init", container->info.init_pid);
	add_number(text, "cgroup", container->state.cgroup);
	add_fact(text, "engine", engine);
	add_number(text, "slot", container->slot);
	add_number(text, "generation", container->state.generation);
	add_number(text, "policy", container->state.policy);
	add_number(text, "revision", container->state.revision);
	add_number(text, "lost", container->counters.lost);
	add_number(text, "suppressed", container->counters.suppressed);
	if (!container->counters.observations && !container->counters.unobserved)
		return;
	add_number(text, "observations", container->counters.observations);
	add_number(text, "unobserved", container->counters.unobserved);
}

/* A table of the kinds that were ever violated. */
static void add_counters(struct shield_text *text, const struct shield_counters *counters)
{
	bool any = false;

	shield_text_add(text, "\nVIOLATIONS        AUDIT       DENY       KILL\n");
	for (unsigned int kind = 0; kind < SHIELD_KINDS; kind++) {
		unsigned long long audited = SHIELD_COUNT(counters, kind, SHIELD_AUDIT);
		unsigned long long denied = SHIELD_COUNT(counters, kind, SHIELD_DENY);
		unsigned long long killed = SHIELD_COUNT(counters, kind, SHIELD_KILL);
		char row[80];

		if (!audited && !denied && !killed)
			continue;
		any = true;
		snprintf(row, sizeof(row), "%-13s%10llu %10llu %10llu\n", shield_kind_name((uint8_t)kind), audited,
			 denied, killed);
		shield_text_add(text, row);
	}
	if (!any)
		shield_text_add(text, "none\n");
}

static void write_counters(struct shield_writer *writer, const struct shield_counters *counters)
{
	shield_write_open(writer, "violations", '{');
	for (unsigned int kind = SHIELD_KIND_EXEC; kind <= SHIELD_KIND_TAG; kind++) {
		shield_write_open(writer, shield_kind_name((uint8_t)kind), '{');
		for (unsigned int verdict = SHIELD_AUDIT; verdict < SHIELD_VERDICTS; verdict++)
			shield_write_number(writer, shield_verdict_name((uint8_t)verdict),
					    SHIELD_COUNT(counters, kind, verdict));
		shield_write_close(writer, '}');
	}
	shield_write_close(writer, '}');
	shield_write_number(writer, "lost", counters->lost);
	shield_write_number(writer, "suppressed", counters->suppressed);
	shield_write_number(writer, "observations", counters->observations);
	shield_write_number(writer, "unobserved", counters->unobserved);
}

static void write_facts(struct shield_writer *writer, const struct shield_container *container, const char *engine)
{
	char time[SHIELD_RFC3339_MAX];
	struct shield_origin origin;

	shield_origin_of(&container->info, &origin);
	shield_write_string(writer, "id", origin.id);
	shield_write_number(writer, "owner", container->state.owner);
	shield_write_array(writer, "name", origin.container, sizeof(origin.container));
	shield_write_array(writer, "pod", origin.pod, sizeof(origin.pod));
	shield_write_array(writer, "namespace", origin.pod_namespace, sizeof(origin.pod_namespace));
	shield_write_array(writer, "image", origin.image, sizeof(origin.image));
	shield_write_string(writer, "profile", origin.profile);
	shield_write_string(writer, "mode", shield_ctl_mode_name(container));
	shield_write_bool(writer, "mode_fixed", container->info.mode_fixed);
	shield_write_array(writer, "recording", container->info.record, sizeof(container->info.record));
	shield_write_string(writer, "state", shield_ctl_state(container));
	shield_write_string(writer, "since", shield_clock_rfc3339(shield_clock_wall(container->info.created), time));
	if (container->state.armed)
		shield_write_string(writer, "armed",
				    shield_clock_rfc3339(shield_clock_wall(container->state.armed), time));
	else
		shield_write_null(writer, "armed");
	shield_write_number(writer, "init", container->info.init_pid);
	shield_write_number(writer, "cgroup", container->state.cgroup);
	shield_write_string(writer, "engine", engine);
	shield_write_number(writer, "slot", container->slot);
	shield_write_number(writer, "generation", container->state.generation);
	shield_write_number(writer, "policy", container->state.policy);
	shield_write_number(writer, "revision", container->state.revision);
}

static void add_json(struct shield_text *text, const struct shield_container *container, const char *engine,
		     const char *profile)
{
	struct shield_writer writer = { .text = text };

	shield_write_open(&writer, NULL, '{');
	write_facts(&writer, container, engine);
	write_counters(&writer, &container->counters);
	shield_write_raw(&writer, "effective_profile", profile);
	shield_write_close(&writer, '}');
	shield_text_add(text, "\n");
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *profile = NULL;
	struct shield_container container;
	struct shield_error error = {};
	int r;

	(void)command;
	r = shield_ctl_find(arguments->operand[0], &engine, &container, &error);
	if (r >= 0)
		r = shield_container_profile(&engine, &container, &profile, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	if (shield_ctl_wants_json(arguments)) {
		add_json(&text, &container, engine.hash, profile);
	} else {
		add_facts(&text, &container, engine.hash);
		add_counters(&text, &container.counters);
		shield_text_add(&text, "\nEFFECTIVE PROFILE\n");
		shield_text_add(&text, profile);
	}
	return shield_ctl_print(&text);
}

static const struct shield_ctl_option options[] = {
	{ "output", 'o', "text|json", "text, for people; json, one object" },
	{},
};

const struct shield_ctl_command shield_ctl_inspect = {
	.name = "inspect",
	.arguments = "CONTAINER",
	.summary = "Show a container: facts, violations by rule, and the profile in effect",
	.help = "CONTAINER is an id, the beginning of one, or a container's name.\n"
		"\n"
		"The profile is complete: what it extends is resolved, symbolic links are as the container's\n"
		"file system has them, and every default is spelt out. files.derived is what the entries of files\n"
		"lead to there, and the links on the way, each with the rule it comes from.\n"
		"\n"
		"Exit status: 0 it is there, 3 no such container, 1 failure.\n",
	.options = options,
	.least = 1,
	.most = 1,
	.run = run,
};
