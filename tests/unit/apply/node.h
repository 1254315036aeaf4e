/* SPDX-License-Identifier: Apache-2.0 */
/* A node's folders, a folder to be applied, and what is told of it. */
#ifndef SHIELD_TESTS_APPLY_NODE_H
#define SHIELD_TESTS_APPLY_NODE_H

#include "../base/folder.h"

#include <stdbool.h>

#include "apply/activation.h"

struct node {
	struct folder folder;
	char etc[256], profiles[256], config[256], share[256], copy[256], pending[256], from[256];
	const char *path[3];
	struct shield_profile_dirs dirs;
	struct shield_apply_places places;
	struct shield_apply_talk talk;
	unsigned int faults, notes;
	char told[8192]; /* faults and notes, a line each, without the folder's path */
};

void node_make(struct node *node);
void node_remove(struct node *node);
#define _cleanup_node_ __attribute__((cleanup(node_remove)))

/* Writes DIR/NAME, of what is to be applied. */
void node_write(struct node *node, const char *name, const char *text);
void node_drop(struct node *node, const char *name);

/* Applies DIR, or takes away what is applied. Returns what it ends with; the error goes to node->told, too. */
int node_apply(struct node *node);
int node_take_away(struct node *node);

/* Is it what a file of the node holds? ' stands for "; NULL = there is none. */
bool node_has(const struct node *node, const char *path, const char *text);

/* Can each container start that the configuration in force binds? */
bool node_is_whole(const struct node *node);

/* Is nothing left of folders that were made? */
bool node_is_clean(const struct node *node);

#endif
