/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "ctl/ctl.h"
#include "engine/engines.h"
#include "events/clock.h"
#include "events/escape.h"
#include "events/origin.h"
#include "events/writer.h"

#define LONG_PENDING 10000000000ull /* ns: an init takes far less from the hook to its exec */

struct list {
	struct shield_text text;
	struct shield_writer writer;
	uint64_t now;	    /* boot time in ns */
	const char *engine; /* whose containers are being listed */
	struct shield_error *error;
	unsigned int count, pending, unarmed, astray;
	bool json, off;
};

/* A column: its text and the blanks after it. @width: 0 = the last one */
static void add_column(struct shield_text *text, const char *word, size_t width)
{
	size_t start = text->length;

	shield_escape_terminal(text, word, SHIELD_ORIGIN_NAME_MAX);
	if (!width)
		return;
	do
		shield_text_add(text, " ");
	while (text->length - start < width);
}

static void add_row(struct list *list, const struct shield_container *container, const struct shield_origin *origin)
{
	char id[SHIELD_SHORT_ID + 1], name[SHIELD_ORIGIN_NAME_MAX], denials[24], age[SHIELD_AGE_MAX];

	snprintf(id, sizeof(id), "%.*s", SHIELD_SHORT_ID, origin->id);
	snprintf(denials, sizeof(denials), "%llu", (unsigned long long)shield_ctl_denials(container));
	shield_clock_age(list->now - container->info.created, age);
	add_column(&list->text, id, 14);
	add_column(&list->text, shield_origin_name(origin, name), 26);
	add_column(&list->text, origin->profile, 18);
	add_column(&list->text, shield_ctl_mode_name(container), 9);
	add_column(&list->text, shield_ctl_state(container), 9);
	add_column(&list->text, denials, 9);
	add_column(&list->text, age, 0);
	shield_text_add(&list->text, "\n");
}

static void write_element(struct list *list, const struct shield_container *container,
			  const struct shield_origin *origin)
{
	struct shield_writer *writer = &list->writer;
	char since[SHIELD_RFC3339_MAX];

	shield_write_open(writer, NULL, '{');
	shield_write_string(writer, "id", origin->id);
	shield_write_array(writer, "name", origin->container, sizeof(origin->container));
	shield_write_array(writer, "pod", origin->pod, sizeof(origin->pod));
	shield_write_array(writer, "namespace", origin->pod_namespace, sizeof(origin->pod_namespace));
	shield_write_array(writer, "image", origin->image, sizeof(origin->image));
	shield_write_string(writer, "profile", origin->profile);
	shield_write_string(writer, "engine", list->engine);
	shield_write_string(writer, "mode", shield_ctl_mode_name(container));
	shield_write_string(writer, "state", shield_ctl_state(container));
	shield_write_number(writer, "denials", shield_ctl_denials(container));
	shield_write_string(writer, "since", shield_clock_rfc3339(shield_clock_wall(container->info.created), since));
	shield_write_close(writer, '}');
}

static int add(const struct shield_container *container, void *context)
{
	struct list *list = context;
	struct shield_origin origin;

	shield_origin_of(&container->info, &origin);
	list->count++;
	list->astray += shield_container_is_astray(container);
	if (shield_container_is_unarmed(container))
		list->unarmed++;
	else if (!container->state.armed && shield_container_is_running(container) &&
		 list->now - container->info.created > LONG_PENDING)
		list->pending++;
	if (list->json)
		write_element(list, container, &origin);
	else
		add_row(list, container, &origin);
	return 0;
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
	shield_engines_each(warn_foreign, list, NULL);
	if (!list->count)
		fprintf(stderr, "shieldctl: no container is under enforcement\n");
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	struct shield_error error = {};
	struct list list = { .now = shield_clock_boot(), .error = &error, .json = shield_ctl_wants_json(arguments) };
	int r;

	(void)command;
	list.writer.text = &list.text;
	if (list.json)
		shield_write_open(&list.writer, NULL, '[');
	else
		shield_text_add(&list.text,
				"ID            NAME                      PROFILE           MODE     STATE    "
				"DENIALS  SINCE\n");
	r = shield_ctl_each_engine(add_engine, &list, &error);
	if (list.json) {
		shield_write_close(&list.writer, ']');
		shield_text_add(&list.text, "\n");
	}
	if (r < 0)
		r = shield_ctl_fail(r, &error);
	else if (shield_engines_each(is_engine, NULL, NULL) > 0)
		r = shield_ctl_print(&list.text);
	else
		r = shield_ctl_not_loaded();
	shield_text_free(&list.text);
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
	.help = "STATE is armed: the container's program runs under the profile; pending: the runtime is still\n"
		"at its own work, the container's program has not been executed; unarmed: it runs, but was never\n"
		"executed after the hook, so that NOTHING IS ENFORCED; dead: the container has ended and waits to\n"
		"be swept. The containers of engines of other versions are listed where their layouts are the same.\n"
		"DENIALS counts the acts refused.\n",
	.options = options,
	.run = run,
};
