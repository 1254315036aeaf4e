/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All path patterns of a profile in one deterministic automaton over bytes, as bpf/abi.h lays it out.
 *
 * A pattern is an absolute path, or '@' and an abstract name of a unix socket. Within a component `*` is any run, possibly empty, of bytes other than '/'; a
 * component that is `*` alone has at least one byte; a component `**` is one or more whole components. So
 * `/usr/lib/` followed by `**` is everything below /usr/lib and not /usr/lib itself. All other bytes are themselves.
 *
 * Patterns are first put in a tree that shares their beginnings, with a node for each byte and each wildcard; then
 * the sets of nodes that one path can reach together become the states.
 */
#ifndef SHIELD_PROFILE_AUTOMATON_H
#define SHIELD_PROFILE_AUTOMATON_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "bpf/abi.h"

/* How a node is reached from its parent: by a byte, or as one of these. */
enum shield_symbol {
	SHIELD_SYMBOL_LEVEL = 256, /* `*` alone: by a byte other than '/', and stays on such bytes */
	SHIELD_SYMBOL_RUN,	   /* `*` among others: without a byte, and stays on bytes other than '/' */
	SHIELD_SYMBOL_LEVELS,	   /* `**`: as LEVEL; '/' leads on to its AGAIN node */
	SHIELD_SYMBOL_AGAIN,	   /* first child of LEVELS: a byte other than '/' leads back to it */
};

struct shield_node {
	uint32_t child;	  /* first child, 0 = none; a RUN comes first; of an AGAIN: the LEVELS it leads back to */
	uint32_t sibling; /* next child of the same parent */
	uint32_t says;	  /* index into says, 0 = no pattern ends here */
	uint32_t pattern; /* the first that needed this node */
	uint32_t mark;	  /* scratch of shield_automaton_compile() */
	uint16_t state;	  /* the state that is this node alone, 0 = none yet */
	uint16_t symbol;
};

/* Where a pattern stands, for errors. */
struct shield_pattern {
	const char *text;
	uint8_t kind;  /* enum shield_kind */
	uint16_t rule; /* SHIELD_RULE() */
};

/* Zeroed = empty. Owns its arrays; the texts of the patterns are borrowed. Element 0 of nodes and says is unused. */
struct shield_automaton {
	struct shield_node *nodes;
	size_t node_count, node_room;
	struct shield_class *says;
	size_t says_count, says_room;
	struct shield_pattern *patterns;
	size_t pattern_count, pattern_room;
};

#define SHIELD_AUTOMATON_ROOT 1

/*
 * Adds a pattern.
 * @text: must outlive the automaton
 * @kind, @rule: its place in the profile
 * @ret: what a path that matches this very pattern says; zeroed when the pattern is new; the caller adds to it. Owned
 * by the automaton and valid until the next call. Equal texts share one.
 * Returns 0; -EINVAL or -E2BIG, naming the place, for what is no pattern or longer than any path; -ENOMEM.
 */
int shield_automaton_add(struct shield_automaton *automaton, const char *text, uint8_t kind, uint16_t rule,
			 struct shield_class **ret, struct shield_error *error);

/*
 * Writes states, `below` included, cells and classes of the policy, which must be zero. The same patterns give the same bytes. To be
 * called once: it uses the tree up. On failure the policy is to be thrown away.
 * Returns 0; -E2BIG naming the list or pattern and the limit; -ENOMEM.
 */
int shield_automaton_compile(struct shield_automaton *automaton, struct shield_policy *policy,
			     struct shield_error *error);

/* Releases what the automaton owns. */
void shield_automaton_free(struct shield_automaton *automaton);
#define _cleanup_automaton_ _cleanup_(shield_automaton_free)

#endif
