/* SPDX-License-Identifier: Apache-2.0 */
/* What several subcommands share. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "engine/engines.h"
#include "events/escape.h"
#include "events/origin.h"
#include "oci/runtime.h"
#include "profile/find.h"

int shield_ctl_fail(int result, const struct shield_error *error)
{
	fprintf(stderr, "shieldctl: %s\n", error->message);
	return result == -ENOENT ? SHIELD_EXIT_NOTHING : SHIELD_EXIT_FAILURE;
}

int shield_ctl_print(struct shield_text *text)
{
	if (text->failed) {
		fprintf(stderr, "shieldctl: out of memory\n");
		return SHIELD_EXIT_FAILURE;
	}
	if (fwrite(text->data, 1, text->length, stdout) == text->length && fflush(stdout) == 0)
		return SHIELD_EXIT_OK;
	fprintf(stderr, "shieldctl: cannot write to the standard output: %s\n", strerror(errno));
	return SHIELD_EXIT_FAILURE;
}

void *shield_ctl_grow(void **items, size_t *count, size_t size)
{
	void *grown;

	/* at 0, 1, 2, 4, 8 ... items there is no room for the next */
	if (!(*count & (*count - 1))) {
		grown = reallocarray(*items, *count ? 2 * *count : 1, size);
		if (!grown)
			return NULL;
		*items = grown;
	}
	return (char *)*items + (*count)++ * size;
}

void shield_ctl_add_column(struct shield_text *text, const char *word, size_t width)
{
	size_t start = text->length;

	shield_escape_terminal(text, word, SHIELD_ORIGIN_NAME_MAX);
	if (!width)
		return;
	do
		shield_text_add(text, " ");
	while (text->length - start < width);
}

int shield_ctl_open_engine(struct shield_engine *ret)
{
	struct shield_error error = {};
	int r = shield_engine_open(false, ret, &error);

	if (r >= 0)
		return SHIELD_EXIT_OK;
	return r == -ENOENT ? shield_ctl_not_loaded() : shield_ctl_fail(r, &error);
}

int shield_ctl_not_loaded(void)
{
	fprintf(stderr, "shieldctl: the engine is not loaded: nothing is under enforcement on this node\n");
	return SHIELD_EXIT_NOTHING;
}

struct walk {
	int (*each)(struct shield_engine *engine, void *context);
	void *context;
};

static int visit_other(const char *hash, void *context)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	const struct walk *walk = context;

	if (!strcmp(hash, shield_engine_hash()) || shield_engine_open_other(hash, &engine, NULL) < 0)
		return 0;
	return walk->each(&engine, walk->context);
}

int shield_ctl_each_engine(int (*each)(struct shield_engine *engine, void *context), void *context,
			   struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct walk walk = { .each = each, .context = context };
	int r = shield_engine_open(false, &engine, error);

	if (r == 0)
		r = each(&engine, context);
	else if (r == -ENOENT)
		r = 0;
	return r ? r : shield_engines_each(visit_other, &walk, error);
}

struct search {
	const char *id;
	char hash[SHIELD_ENGINE_HASH_SIZE]; /* the engine that has it; empty = none yet */
	struct shield_container found;
	struct shield_error *error;
};

static int search_engine(struct shield_engine *engine, void *context)
{
	struct search *search = context;
	struct shield_container container;
	int r = shield_container_find(engine, search->id, &container, search->error);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if (search->hash[0])
		return shield_fail(search->error, EEXIST, "'%s' is more than one container: %s, %s", search->id,
				   search->found.info.id, container.info.id);
	memcpy(search->hash, engine->hash, sizeof(search->hash));
	search->found = container;
	return 0;
}

int shield_ctl_find(const char *id, struct shield_engine *ret_engine, struct shield_container *ret,
		    struct shield_error *error)
{
	_cleanup_free_ char *podman_id = NULL;
	struct search search = { .id = id, .error = error };
	int r = shield_ctl_each_engine(search_engine, &search, error);

	if (r == 0 && !search.hash[0] && shield_runtime_podman_id(id, &podman_id, NULL) == 0) {
		search.id = podman_id;
		r = shield_ctl_each_engine(search_engine, &search, error);
	}
	if (r < 0)
		return r;
	if (!search.hash[0])
		return shield_fail(error, ENOENT, "no container '%s' is under enforcement (see: shieldctl ps)", id);
	if (!strcmp(search.hash, shield_engine_hash()))
		r = shield_engine_open(false, ret_engine, error);
	else
		r = shield_engine_open_other(search.hash, ret_engine, error);
	if (r == 0)
		*ret = search.found;
	return r;
}

const char *shield_ctl_state(const struct shield_container *container)
{
	if (!shield_container_is_running(container))
		return "dead";
	if (container->state.armed)
		return "armed";
	return shield_container_is_unarmed(container) ? "unarmed" : "pending";
}

const char *shield_ctl_mode_name(const struct shield_container *container)
{
	if (container->state.flags & SHIELD_SLOT_RECORD)
		return "recording";
	return container->state.flags & SHIELD_SLOT_AUDIT ? "audit" : "enforce";
}

uint64_t shield_ctl_denials(const struct shield_container *container)
{
	uint64_t denials = 0;

	for (int kind = 0; kind < SHIELD_KINDS; kind++)
		denials += SHIELD_COUNT(&container->counters, kind, SHIELD_DENY) +
			   SHIELD_COUNT(&container->counters, kind, SHIELD_KILL);
	return denials;
}

int shield_ctl_load_profile(const char *word, struct shield_profile **ret, struct shield_error *error)
{
	size_t length = strlen(word);
	bool is_file = strchr(word, '/') || (length > 5 && !strcmp(word + length - 5, ".json"));

	if (is_file)
		return shield_profile_load_file(&shield_profile_default_dirs, word, ret, error);
	return shield_profile_load(&shield_profile_default_dirs, word, ret, error);
}
