/* SPDX-License-Identifier: Apache-2.0 */
/* Puts a container under its profile, before its entrypoint runs or later; and takes it down. */
#ifndef SHIELD_ENGINE_ATTACH_H
#define SHIELD_ENGINE_ATTACH_H

#include "base/error.h"
#include "engine/engine.h"
#include "engine/retag.h"
#include "oci/state.h"
#include "profile/profile.h"
#include "profile/select.h"

struct shield_attach {
	const struct shield_state *state;     /* pid must be known */
	const struct shield_subject *subject; /* for people to find it by */
	struct shield_client *client;	      /* whose container it is; its bundle is taken over. NULL = root's */
	struct shield_profile *profile;	      /* its patterns are rewritten: symlinks resolved */
	uint32_t reloads;		      /* shield_engine_reloads() before the profile was read */
	bool audit;			      /* every action is audit */
	bool mode_fixed;		      /* that is not the profile's own mode */
	const char *record;		      /* the recording that this run is for; NULL = none */
	bool learning; /* `profile` is shield_profile_everything(): nothing is refused or reported, all is recorded */
	void (*warn)(const char *message); /* hears what the profile's author should know */
	/*
	 * The container runs already: its tasks come under the profile as they are, and this hears of each (see
	 * shield_retag()). NULL = it is being created.
	 */
	shield_retagged_call adopted;
	void *context;
};

/*
 * Attaches: facts, policy, slot, links, and last the pending tag on init, or tags on all tasks. Whatever fails, what was
 * done before is undone, and the container must not start. A second call for the same start changes nothing.
 * Returns 0; -ENOTSUP naming the rule or feature that cannot be had here; -EPERM for a container whose cgroup or root
 * is not its own, or that is not the client's; -EEXIST when its id is under enforcement already, by another start or
 * under another profile; -EDQUOT for a client that has too many;
 * -ETIMEDOUT where a running one cannot be stopped for it; -ERESTART when profiles were reloaded after this one was read:
 * read it again, the client's bundle is back; another negative errno.
 */
int shield_attach(const struct shield_attach *attach, struct shield_error *error);

/*
 * Takes a container down whose init is dead, and looks for a few leftovers of others. Idempotent: what is not there,
 * or lives (a new incarnation of the same id), is left alone. Returns 0 or a negative errno.
 */
int shield_detach(const char *id, struct shield_error *error);

#endif
