/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/ctl.h"
#include "engine/engines.h"
#include "events/clock.h"
#include "events/origin.h"
#include "events/writer.h"

#define LONG_PENDING 10000000000ull /* ns: an init takes far less from the hook to its exec */

struct row {
	struct shield_container container;
	struct shield_origin origin;
	char engine[SHIELD_ENGINE_HASH_SIZE];
};

struct list {
	struct row *row;
	size_t rows;
	struct shield_text text;
	struct shield_writer writer;
	uint64_t now;	    /* boot time in ns */
	const char *engine; /* whose containers are being gathered */
	struct shield_error *error;
	unsigned int count, pending, unarmed, astray, incomplete;
	bool off;
};

static void add_row(struct list *list, const struct row *row)
{
	const struct shield_container *container = &row->container;
	const struct shield_origin *origin = &row->origin;
	char id[SHIELD_SHORT_ID_MAX], name[SHIELD_ORIGIN_NAME_MAX], denials[24], age[SHIELD_AGE_MAX];

	snprintf(denials, sizeof(denials), "%llu", (unsigned long long)shield_ctl_denials(container));
	shield_clock_age(list->now - container->info.created, age);
	shield_ctl_add_column(&list->text, shield_short_id(origin->id, id), 14);
	shield_ctl_add_column(&list->text, shield_origin_name(origin, name), 26);
	shield_ctl_add_column(&list->text, origin->profile, 18);
	shield_ctl_add_column(&list->text, shield_ctl_mode_name(container), 11);
	shield_ctl_add_column(&list->text, shield_ctl_state(container), 9);
	shield_ctl_add_column(&list->text, denials, 9);
	shield_ctl_add_column(&list->text, age, 0);
	shield_text_add(&list->text, "\n");
}

static void write_element(struct list *list, const struct row *row)
{
	const struct shield_container *container = &row->container;
	const struct shield_origin *origin = &row->origin;
	struct shield_writer *writer = &list->writer;
	char since[SHIELD_RFC3339_MAX];

	shield_write_open(writer, NULL, '{');
	shield_write_string(writer, "id", origin->id);
	shield_write_number(writer, "owner", container->state.owner);
	shield_write_array(writer, "name", origin->container, sizeof(origin->container));
	shield_write_array(writer, "pod", origin->pod, sizeof(origin->pod));
	shield_write_array(writer, "namespace", origin->pod_namespace, sizeof(origin->pod_namespace));
	shield_write_array(writer, "image", origin->image, sizeof(origin->image));
	shield_write_string(writer, "profile", origin->profile);
	shield_write_string(writer, "engine", row->engine);
	shield_write_number(writer, "revision", container->state.revision);
	shield_write_string(writer, "mode", shield_ctl_mode_name(container));
	shield_write_string(writer, "state", shield_ctl_state(container));
	shield_write_array(writer, "recording", container->info.record, sizeof(container->info.record));
	shield_write_number(writer, "denials", shield_ctl_denials(container));
	shield_write_number(writer, "observations", container->counters.observations);
	shield_write_number(writer, "unobserved", container->counters.unobserved);
	shield_write_string(writer, "since", shield_clock_rfc3339(shield_clock_wall(container->info.created), since));
	shield_write_close(writer, '}');
}

static int add(const struct shield_container *container, void *context)
{
	struct list *list = context;
	struct row *row = shield_ctl_grow((void **)&list->row, &list->rows, sizeof(*row));

	if (!row)
		return shield_fail(list->error, ENOMEM, "out of memory");
	row->container = *container;
	shield_origin_of(&container->info, &row->origin);
	memcpy(row->engine, list->engine, sizeof(row->engine));
	list->count++;
	list->incomplete += container->counters.unobserved > 0;
	list->astray += shield_container_is_astray(container);
	if (shield_container_is_unarmed(container))
		list->unarmed++;
	else if (!container->state.armed && shield_container_is_running(container) &&
		 list->now - container->info.created > LONG_PENDING)
		list->pending++;
	return 0;
}

/* Containers of a pod beside each other. */
static int order(const void *left, const void *right)
{
	const struct shield_origin *a = &((const struct row *)left)->origin, *b = &((const struct row *)right)->origin;
	int r = strcmp(a->pod_namespace, b->pod_namespace);

	r = r ? r : strcmp(a->pod, b->pod);
	r = r ? r : strcmp(a->container, b->container);
	return r ? r : strcmp(a->id, b->id);
}

static void print_table(struct list *list)
{
	shield_text_add(&list->text, "ID            NAME                      PROFILE           MODE       STATE    "
				     "DENIALS  SINCE\n");
	for (size_t i = 0; i < list->rows; i++)
		add_row(list, &list->row[i]);
}

static void print_json(struct list *list)
{
	shield_write_open(&list->writer, NULL, '[');
	for (size_t i = 0; i < list->rows; i++)
		write_element(list, &list->row[i]);
	shield_write_close(&list->writer, ']');
	shield_text_add(&list->text, "\n");
}

static int is_engine(const char *hash, void *context)
{
	(void)context;
	return shield_engine_header(hash, &(struct shield_engine_header){}, NULL) == 0;
}

static int add_engine(struct shield_engine *engine, void *context)
{
	struct list *list = context;

	list->engine = engine->hash;
	list->off |= engine->control->off;
	return shield_container_each(engine, add, list, list->error);
}

/* An engine whose containers cannot be listed, only counted. */
static int warn_foreign(const char *hash, void *context)
{
	struct shield_engine_header header;
	struct list *list = context;
	int count;

	if (shield_engine_header(hash, &header, NULL) < 0 || header.abi == SHIELD_ABI)
		return 0;
	count = shield_engine_containers(hash, NULL);
	if (count <= 0)
		return 0;
	list->count += (unsigned int)count;
	fprintf(stderr,
		"shieldctl: %d container%s more, under the engine %s of another version: its shieldctl lists them\n",
		count, count == 1 ? "" : "s", hash);
	return 0;
}

/* What a reader of the table must not overlook. */
static void warn(struct list *list)
{
	if (list->off)
		fprintf(stderr,
			"shieldctl: the engine is off: nothing is enforced; \"shieldctl engine on\" ends that\n");
	if (list->unarmed)
		fprintf(stderr,
			"shieldctl: %u container%s NOT ENFORCED (unarmed): the program runs, but was never executed after\n"
			"shieldctl: the hook (restored from a checkpoint?); stop %s\n",
			list->unarmed, list->unarmed == 1 ? " is" : "s are", list->unarmed == 1 ? "it" : "them");
	if (list->astray)
		fprintf(stderr,
			"shieldctl: %u container%s left its cgroup: what is executed in it from outside may not be enforced\n",
			list->astray, list->astray == 1 ? " has" : "s have");
	if (list->pending)
		fprintf(stderr,
			"shieldctl: %u container%s pending for more than 10 s: not started yet, or run by what\n"
			"shieldctl: never executes a program; nothing is refused there so far\n",
			list->pending, list->pending == 1 ? " is" : "s are");
	if (list->incomplete)
		fprintf(stderr,
			"shieldctl: of %u container%s more was to be observed than there is room for: what was learnt of\n"
			"shieldctl: %s is not all (see unobserved in shieldctl inspect)\n",
			list->incomplete, list->incomplete == 1 ? "" : "s", list->incomplete == 1 ? "it" : "them");
	shield_engines_each(warn_foreign, list, NULL);
	if (!list->count)
		fprintf(stderr, "shieldctl: no container is under enforcement\n");
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	struct shield_error error = {};
	struct list list = { .now = shield_clock_boot(), .error = &error };
	int r = shield_ctl_each_engine(add_engine, &list, &error);

	(void)command;
	list.writer.text = &list.text;
	if (list.rows)
		qsort(list.row, list.rows, sizeof(*list.row), order);
	if (shield_ctl_wants_json(arguments))
		print_json(&list);
	else
		print_table(&list);
	if (r < 0)
		r = shield_ctl_fail(r, &error);
	else if (shield_engines_each(is_engine, NULL, NULL) > 0)
		r = shield_ctl_print(&list.text);
	else
		r = shield_ctl_not_loaded();
	shield_text_free(&list.text);
	free(list.row);
	if (r == SHIELD_EXIT_OK) {
		warn(&list);
		return list.count ? SHIELD_EXIT_OK : SHIELD_EXIT_NOTHING;
	}
	return r;
}

static const struct shield_ctl_option options[] = {
	{ "output", 'o', "table|json", "table, for people; json, one array" },
	{},
};

const struct shield_ctl_command shield_ctl_ps = {
	.name = "ps",
	.arguments = "",
	.summary = "List the containers under enforcement",
	.help = "MODE is enforce; audit: violations are reported only; recording: what the container does is\n"
		"gathered, nothing is refused or reported.\n"
		"STATE is armed: the container's program runs under the profile; pending: the runtime is still\n"
		"at its own work, the container's program has not been executed; unarmed: it runs, but was never\n"
		"executed after the hook, so that NOTHING IS ENFORCED; dead: the container has ended and waits to\n"
		"be swept. The containers of engines of other versions are listed where their layouts are the same.\n"
		"DENIALS counts the acts refused.\n"
		"\n"
		"Exit status: 0 there are some, 3 none, 1 failure.\n",
	.options = options,
	.run = run,
};
