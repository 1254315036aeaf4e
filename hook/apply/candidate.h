/* SPDX-License-Identifier: Apache-2.0 */
/* What is to come into force: a folder with config.json and profiles as NAME.json, as it is at one moment. */
#ifndef SHIELD_APPLY_CANDIDATE_H
#define SHIELD_APPLY_CANDIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "bpf/abi.h"
#include "profile/profile.h"

struct shield_candidate_profile {
	char name[SHIELD_NAME_MAX];
	char *text; /* owned */
	size_t length;
};

struct shield_candidate {
	struct shield_candidate_profile *profiles; /* owned */
	size_t count;
	char *config; /* owned; NULL = there is none */
	size_t config_length;
};

/* Who hears of the parts of an activation. Sentences, valid during the call only. */
struct shield_apply_talk {
	void (*fault)(const char *sentence, void *context); /* what keeps it from coming into force */
	void (*note)(const char *sentence, void *context);  /* what is worth knowing */
	void *context;
};

/*
 * Reads a folder. Where it has `..data`, as a mounted ConfigMap, that is read, through one descriptor: it is replaced as a
 * whole. Files that are not called *.json are noted and left out, hidden ones left out.
 * @ret: release with shield_candidate_free(), also where there were faults
 * Returns how many files cannot be read or are not called as a profile can be: each is told as a fault; or a negative
 * errno where the folder cannot be read at all.
 */
int shield_candidate_read(const char *path, const struct shield_apply_talk *talk, struct shield_candidate *ret,
			  struct shield_error *error);

const struct shield_candidate_profile *shield_candidate_find(const struct shield_candidate *candidate,
							     const char *name);

void shield_candidate_free(struct shield_candidate *candidate);
#define _cleanup_candidate_ _cleanup_(shield_candidate_free)

/* Tells a fault or a note. */
void shield_apply_fault(const struct shield_apply_talk *talk, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void shield_apply_note(const struct shield_apply_talk *talk, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
