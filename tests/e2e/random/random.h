/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The randomised test against the kernel: random profiles, and random operations with what tests/unit/profile/reference.h
 * says of them. All is drawn from one seed, so that the same seed gives the same cases.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

#include "profile/profile.h"

#define RANDOM_PATH 256
#define RANDOM_ACTOR "/acts/actor" /* does the operations; its profile always allows it */

/* A container that operations are done in. */
struct scene {
	struct shield_profile *profile;
	uint32_t ids; /* those below are mapped in its user namespace; UINT32_MAX = all */
};

/* What an operation's kernel answer is compared with. */
struct operation {
	const struct operation_kind *kind;
	char text[2 * RANDOM_PATH]; /* for the actor: a word and its arguments */
	uint32_t refusals;	    /* rules that the reference sees violated: 0 = the operation passes */
};

/* One kind of operation, and the rules that it is judged by. */
struct operation_kind {
	const char *name;
	uint8_t rules;	/* enum shield_kind */
	int error;	/* what a refusal answers */
	uint32_t share; /* of all operations, in proportion */
	void (*draw)(const struct scene *scene, struct operation *operation);
};

extern const struct operation_kind operation_kinds[];
extern const unsigned int operation_kind_count;

/* The next operation. */
void draw_operation(const struct scene *scene, struct operation *ret);

/* What the profile does to what its rules of this kind refuse. */
enum shield_verdict action_of(const struct shield_profile *profile, uint8_t kind);

/* A profile that compiles, and that allows RANDOM_ACTOR; aborts without memory. */
struct shield_profile *draw_profile(void);

/* --- paths: a tree of files, at /t of the root file system and, mounted again, at /m */

void draw_pattern(char pattern[RANDOM_PATH]);

/* A file of the tree, that a pattern matches or nearly so. @pattern: may be NULL */
void draw_path(const char *pattern, char path[RANDOM_PATH]);

/* Makes the tree below a directory that exists: hard links of a program. Returns 0, or a negative errno. */
int make_tree(const char *directory, const char *program);

#endif
