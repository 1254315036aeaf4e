/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/facts.h"

#include <errno.h>
#include <fcntl.h>

#include "base/cleanup.h"
#include "oci/process.h"
#include "oci/rootfs.h"

void shield_facts_free(struct shield_facts *facts)
{
	shield_bundle_free(&facts->bundle);
	shield_closep(&facts->init);
	shield_closep(&facts->root);
	shield_looker_close(&facts->looker);
	*facts = SHIELD_FACTS_NONE;
}

/* Neither does what criu restores: it executed its program before it was checkpointed. */
static int refuse_restored(const struct shield_state *state, struct shield_error *error)
{
	if (!shield_process_is_restored(state->pid))
		return 0;
	return shield_fail(
		error, ENOTSUP,
		"process %d is being restored from a checkpoint: it executes nothing, so that no profile can be "
		"enforced on it; start the container anew",
		(int)state->pid);
}

/* A handler inside the runtime runs the workload without an exec: the tag would never be armed. */
static int refuse_handler(const struct shield_bundle *bundle, struct shield_error *error)
{
	if (!bundle->handler)
		return 0;
	return shield_fail(error, ENOTSUP,
			   "the annotation %s=%s has the runtime run the workload without executing it: no profile can "
			   "be enforced on it",
			   bundle->handler, bundle->handler_value);
}

static int gather_process(const struct shield_state *state, struct shield_facts *facts, struct shield_error *error)
{
	int r = shield_process_open(state->pid, &facts->init, error);

	if (r < 0)
		return r;
	r = shield_process_start(state->pid, &facts->init_start, error);
	if (r < 0)
		return r;
	r = shield_process_idmaps(state->pid, &facts->uids, &facts->gids, error);
	if (r < 0)
		return r;
	return shield_cgroup_of(state->pid, facts->bundle.cgroups_path, &facts->cgroup, error);
}

static int gather_root(const struct shield_state *state, struct shield_facts *facts, struct shield_error *error)
{
	_cleanup_close_ int host = open("/", O_PATH | O_CLOEXEC);
	int r = facts->running ? shield_rootfs_open_running(state->pid, &facts->bundle, &facts->root, error)
			       : shield_rootfs_open(state->pid, &facts->bundle, &facts->root, error);

	if (r < 0)
		return r;
	r = shield_rootfs_is_overlay(facts->root, &facts->overlay, error);
	if (r < 0)
		return r;
	r = shield_looker_open(&facts->looker, error);
	if (r < 0)
		return r;
	r = shield_look(&facts->looker, facts->root, &facts->root_seen, error);
	if (r < 0)
		return r;
	r = shield_look(&facts->looker, host, &facts->host_seen, error);
	if (r < 0)
		return r;
	if (facts->root_seen.inode == facts->host_seen.inode)
		return shield_fail(error, EPERM, "the container's root directory is the host's own");
	return 0;
}

int shield_facts_gather(const struct shield_state *state, bool running, struct shield_facts *ret,
			struct shield_error *error)
{
	_cleanup_facts_ struct shield_facts facts = SHIELD_FACTS_NONE;
	int r = shield_bundle_read(state->bundle, &facts.bundle, error);

	if (r < 0)
		return r;
	facts.running = running;
	r = refuse_handler(&facts.bundle, error);
	if (r < 0)
		return r;
	r = refuse_restored(state, error);
	if (r < 0)
		return r;
	r = gather_process(state, &facts, error);
	if (r < 0)
		return r;
	r = gather_root(state, &facts, error);
	if (r < 0)
		return r;
	*ret = facts;
	facts = SHIELD_FACTS_NONE;
	return 0;
}
