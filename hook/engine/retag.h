/* SPDX-License-Identifier: Apache-2.0 */
/* Changes the tags of tasks that run already (bpf/retag.bpf.c). The lock must be held, the container be frozen. */
#ifndef SHIELD_ENGINE_RETAG_H
#define SHIELD_ENGINE_RETAG_H

#include "base/cleanup.h"
#include "base/error.h"
#include "engine/engine.h"

struct bpf_object;

struct shield_retagger {
	struct bpf_object *object; /* owned */
	int link;		   /* the iterator, owned */
	int guarded;		   /* the engine's map; borrowed */
};
#define SHIELD_RETAGGER_NONE ((struct shield_retagger){ .link = -1 })

/* Loads the program. It is not for an engine of another build. @ret: release with shield_retagger_close() */
int shield_retagger_open(struct shield_engine *engine, struct shield_retagger *ret, struct shield_error *error);

void shield_retagger_close(struct shield_retagger *retagger);
#define _cleanup_retagger_ _cleanup_(shield_retagger_close)

/*
 * Hears of each task that was changed, some maybe more than once.
 * @exe: the path of its executable in the container; "" where it has none. All borrowed.
 */
typedef void (*shield_retagged_call)(const struct shield_retagged *task, const char *exe, void *context);

/*
 * Goes over all tasks until one pass finds nothing to do.
 * @call: may be NULL
 * Returns how many changes there were; -EAGAIN when there is no end of them; another negative errno.
 */
int shield_retag(const struct shield_retagger *retagger, const struct shield_retag *request, shield_retagged_call call,
		 void *context, struct shield_error *error);

#endif
