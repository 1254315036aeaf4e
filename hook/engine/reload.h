/* SPDX-License-Identifier: Apache-2.0 */
/* Running containers, from one policy to another: at no moment without one, and what both allow goes on undisturbed. */
#ifndef SHIELD_ENGINE_RELOAD_H
#define SHIELD_ENGINE_RELOAD_H

#include "base/error.h"
#include "engine/container.h"
#include "engine/engine.h"
#include "profile/profile.h"

enum shield_reload_mode {
	SHIELD_RELOAD_MODE_KEPT, /* what an annotation, the node or break-glass set; else the profile's own */
	SHIELD_RELOAD_MODE_PROFILE,
	SHIELD_RELOAD_MODE_AUDIT,
	SHIELD_RELOAD_MODE_ENFORCE,
};

/* A container and what it is to come under. */
struct shield_reload {
	struct shield_container container; /* as it was found; out: as it was before it changed */
	struct shield_profile *profile;	   /* borrowed; its patterns are rewritten */
	enum shield_reload_mode mode;
	uint32_t act;	/* enum shield_control_act of the event that it leaves */
	bool audit;	/* out: every action is audit */
	bool unchanged; /* out: its policy and mode are those that it had */
};

/*
 * Takes all containers to their new policies, or none: each policy is made, and what its rules need is there, before
 * the first container changes. Symlinks that were followed when a container started are followed as then. Where names
 * of executables count (`from`, tracers) the containers stand still meanwhile.
 * @dry_run: changes nothing, and says what would fail
 * @warn: hears what the profiles' authors should know
 * Returns 0; -ENOENT when a container has ended; -ENOTSUP for a rule that cannot be enforced; -EPROTO for an engine of
 * another build; -ETIMEDOUT where a container cannot be stopped; another negative errno. The container is named.
 */
int shield_reload(struct shield_engine *engine, struct shield_reload *reload, size_t count, bool dry_run,
		  void (*warn)(const char *message), struct shield_error *error);

#endif
