/* SPDX-License-Identifier: Apache-2.0 */
/* shieldctl's subcommands: each one file, each one record here. They are mains: they print and return exit statuses. */
#ifndef SHIELD_CTL_CTL_H
#define SHIELD_CTL_CTL_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "engine/container.h"
#include "engine/engine.h"
#include "profile/profile.h"

/* Exit statuses, as shieldctl(8) has them. */
enum {
	SHIELD_EXIT_OK = 0,
	SHIELD_EXIT_FAILURE = 1,
	SHIELD_EXIT_USAGE = 2,
	SHIELD_EXIT_NOTHING = 3, /* not found, or nothing is under enforcement */
	SHIELD_EXIT_NO = 4,	 /* the answer is no: refused, different, denied, not clean */
};

struct shield_ctl_option {
	const char *name; /* --NAME */
	char letter;	  /* -LETTER; 0 = none */
	const char
		*value; /* what to give with it, as in help: "GLOB", or all words there are: "text|json"; NULL = none */
	const char *help; /* lines */
};

#define SHIELD_CTL_GIVEN 64 /* options of one command line */

/* What stands on the command line. Options are asked for by name: shield_ctl_value(), shield_ctl_has(). */
struct shield_ctl_arguments {
	struct {
		const struct shield_ctl_option *option;
		const char *value; /* "" for an option that takes none */
	} given[SHIELD_CTL_GIVEN];
	unsigned int given_count;
	char **operand; /* NULL-terminated */
	int count;	/* of operands */
};

/* A command, or a group of them. */
struct shield_ctl_command {
	const char *name;				  /* with its group's: "profile check" */
	const char *arguments;				  /* operands, for the usage line */
	const char *summary;				  /* one line */
	const char *help;				  /* what else there is to say; lines, or NULL */
	const struct shield_ctl_option *options;	  /* ended by one without a name; NULL = none */
	const struct shield_ctl_command *const *commands; /* of a group, NULL-terminated; it has nothing below this */
	int least, most;				  /* operands */
	int (*run)(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments);
};

extern const struct shield_ctl_command shield_ctl_ps, shield_ctl_status, shield_ctl_inspect, shield_ctl_events,
	shield_ctl_top, shield_ctl_profile, shield_ctl_record, shield_ctl_select, shield_ctl_apply, shield_ctl_attach,
	shield_ctl_reload, shield_ctl_mode, shield_ctl_engine, shield_ctl_doctor, shield_ctl_version;

/*
 * Runs a command: reads its options, prints its --help or what is wrong with its arguments, or calls it. Of a group,
 * the command that the first argument names.
 * @argv: argv[0] is the command's name
 */
int shield_ctl_run(const struct shield_ctl_command *command, int argc, char **argv);

/* Says on the standard error what is wrong with the arguments, and where the help is. Returns SHIELD_EXIT_USAGE. */
int shield_ctl_usage(const struct shield_ctl_command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Says an error. Returns SHIELD_EXIT_NOTHING for -ENOENT, else SHIELD_EXIT_FAILURE. */
int shield_ctl_fail(int result, const struct shield_error *error);

/* What an option was given with, the last time; NULL = it was not given. The option is one of the command's table. */
const char *shield_ctl_value(const struct shield_ctl_arguments *arguments, const char *name);

/* Was an option given? */
bool shield_ctl_has(const struct shield_ctl_arguments *arguments, const char *name);

/*
 * All that an option was given with, for one that may be repeated.
 * @ret: filled in the order given
 * Returns how many.
 */
unsigned int shield_ctl_values(const struct shield_ctl_arguments *arguments, const char *name,
			       const char *ret[SHIELD_CTL_GIVEN]);

/* Is --output json? */
bool shield_ctl_wants_json(const struct shield_ctl_arguments *arguments);

/*
 * Room for one more item at the end of an array, which is moved where it must grow.
 * @items, @count: of the array, NULL and 0 at first; owned by the caller
 * Returns the item, or NULL when memory is short: the array is as it was then.
 */
void *shield_ctl_grow(void **items, size_t *count, size_t size);

/* Appends a column: a word, made harmless for a terminal, and the blanks after it. @width: 0 = the last one */
void shield_ctl_add_column(struct shield_text *text, const char *word, size_t width);

/* Writes a text to the standard output. Returns an exit status: a full disk or a closed pipe is a failure. */
int shield_ctl_print(struct shield_text *text);

/*
 * Opens the engine if it is loaded.
 * Returns SHIELD_EXIT_OK, or after saying why not: SHIELD_EXIT_NOTHING when it is not loaded, SHIELD_EXIT_FAILURE.
 */
int shield_ctl_open_engine(struct shield_engine *ret);

/* Says that no engine is loaded. Returns SHIELD_EXIT_NOTHING. */
int shield_ctl_not_loaded(void);

/*
 * Calls `each` with every engine whose layouts this build knows, its own first, until one returns non-zero; returns
 * that, 0, or a negative errno.
 */
int shield_ctl_each_engine(int (*each)(struct shield_engine *engine, void *context), void *context,
			   struct shield_error *error);

/*
 * Finds a container in any of these engines: as shield_container_find() does, or by podman's name for it.
 * @ret_engine: its own; to be closed
 */
int shield_ctl_find(const char *id, struct shield_engine *ret_engine, struct shield_container *ret,
		    struct shield_error *error);

/* "armed", "pending", "unarmed" or "dead". */
const char *shield_ctl_state(const struct shield_container *container);

/* "audit", "enforce" or "recording". */
const char *shield_ctl_mode_name(const struct shield_container *container);

/* Acts refused so far. */
uint64_t shield_ctl_denials(const struct shield_container *container);

/*
 * Loads a profile: a file where the word has a '/' or ends in ".json", else a name.
 * Returns 0 or a negative errno; @ret: owned by the caller
 */
int shield_ctl_load_profile(const char *word, struct shield_profile **ret, struct shield_error *error);

#endif
