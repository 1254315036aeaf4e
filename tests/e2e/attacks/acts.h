/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Acts: the small things that the end-to-end suite has processes in containers do. Each is one road to what a rule
 * is about; they are combined into chains.
 */
#ifndef ACTS_H
#define ACTS_H

/*
 * An act. @words: its arguments, NULL-terminated.
 * Returns 0 when it succeeded, a negative errno when it was refused, ACT_WRONG when it was asked wrongly.
 */
typedef int (*act_function)(char **words);

#define ACT_WRONG (-1000)

struct act {
	const char *name;
	int words; /* arguments it takes; -1 = any number, at least one */
	act_function run;
};

/* Ended by an act without a name. */
extern const struct act exec_acts[], task_acts[], file_acts[], library_acts[], network_acts[], socket_acts[],
	passed_acts[], trace_acts[], identity_acts[], compat_acts[], benign_acts[], files_acts[], privilege_acts[],
	unix_acts[], guard_acts[];

/* Does the acts of a chain, which are separated by ":" words, up to the first that fails. *ret_at: that one's name. */
int do_chain(char **words, const char **ret_at);

/* A decimal number; anything else ends the program. */
long number(const char *word);

/* unshare mount|user|pid|net: ids are what they were, a mount namespace is private. */
int act_unshare(char **words);

/* Copies a file. Returns 0 or a negative errno. */
int copy_into(int to, const char *from);

#endif
