/* SPDX-License-Identifier: Apache-2.0 */
/* What several subcommands share. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "profile/find.h"

int shield_ctl_fail(int result, const struct shield_error *error)
{
	fprintf(stderr, "shieldctl: %s\n", error->message);
	return result == -ENOENT ? SHIELD_EXIT_NOTHING : SHIELD_EXIT_FAILURE;
}

int shield_ctl_wants_json(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments,
			  const char *other, bool *ret)
{
	const char *output = arguments->output;

	if (output && strcmp(output, "json") != 0 && strcmp(output, other) != 0)
		return shield_ctl_usage(command, "-o is json or %s", other);
	*ret = output && !strcmp(output, "json");
	return SHIELD_EXIT_OK;
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

int shield_ctl_open_engine(struct shield_engine *ret)
{
	struct shield_error error = {};
	int r = shield_engine_open(false, ret, &error);

	if (r >= 0)
		return SHIELD_EXIT_OK;
	if (r == -ENOENT) {
		fprintf(stderr, "shieldctl: the engine is not loaded: nothing is under enforcement on this node\n");
		return SHIELD_EXIT_NOTHING;
	}
	return shield_ctl_fail(r, &error);
}

const char *shield_ctl_state(const struct shield_container *container)
{
	if (!shield_container_is_running(container))
		return "dead";
	return container->state.armed ? "armed" : "pending";
}

const char *shield_ctl_mode_name(const struct shield_container *container)
{
	return container->state.flags & SHIELD_SLOT_AUDIT ? "audit" : "enforce";
}

uint64_t shield_ctl_denials(const struct shield_container *container)
{
	uint64_t denials = 0;

	for (int kind = 0; kind < SHIELD_KINDS; kind++)
		denials += container->counters.count[kind][SHIELD_DENY] + container->counters.count[kind][SHIELD_KILL];
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
