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

static int open_init(const struct shield_state *state, const struct shield_client *client, int *ret,
		     struct shield_error *error)
{
	if (!client)
		return shield_process_open(state->pid, ret, error);
	*ret = fcntl(client->init, F_DUPFD_CLOEXEC, 0);
	if (*ret < 0)
		return shield_fail_errno(error, errno, "cannot keep the pidfd");
	return shield_client_check_owner(state->pid, client->uid, error);
}

/* A client may shape what it says is the container's cgroup. */
static int check_cgroup(const struct shield_client *client, const struct shield_cgroup *cgroup,
			struct shield_error *error)
{
	if (!client || cgroup->owner == client->uid)
		return 0;
	return shield_fail(error, EPERM,
			   "the container's cgroup %s is not its user's: start containers below the user's own service "
			   "manager (loginctl enable-linger), with the cgroup manager systemd",
			   cgroup->path);
}

static int gather_process(const struct shield_state *state, const struct shield_client *client,
			  struct shield_facts *facts, struct shield_error *error)
{
	int r = open_init(state, client, &facts->init, error);

	if (r < 0)
		return r;
	r = shield_process_start(state->pid, &facts->init_start, error);
	if (r < 0)
		return r;
	r = shield_process_idmaps(state->pid, &facts->uids, &facts->gids, error);
	if (r < 0)
		return r;
	r = shield_cgroup_of(state->pid, facts->bundle.cgroups_path, client ? client->pid : 0, &facts->cgroup, error);
	return r < 0 ? r : check_cgroup(client, &facts->cgroup, error);
}

static int open_root(const struct shield_state *state, const struct shield_client *client, struct shield_facts *facts,
		     struct shield_error *error)
{
	_cleanup_rights_ const struct shield_client *rights = client;
	int r = shield_client_take_rights(rights, error);

	if (r < 0)
		return r;
	r = facts->running ? shield_rootfs_open_running(state->pid, &facts->bundle, &facts->root, error)
			   : shield_rootfs_open(state->pid, &facts->bundle, &facts->root, error);
	if (r < 0 || !client)
		return r;
	return shield_rootfs_refuse_fuse(facts->root, error);
}

static int gather_root(const struct shield_state *state, const struct shield_client *client, struct shield_facts *facts,
		       struct shield_error *error)
{
	_cleanup_close_ int host = open("/", O_PATH | O_CLOEXEC);
	int r = open_root(state, client, facts, error);

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

static int take_bundle(const struct shield_state *state, struct shield_client *client, struct shield_bundle *ret,
		       struct shield_error *error)
{
	if (!client)
		return shield_bundle_read(state->bundle, ret, error);
	*ret = client->bundle;
	client->bundle = (struct shield_bundle){};
	return 0;
}

int shield_facts_gather(const struct shield_state *state, struct shield_client *client, bool running,
			struct shield_facts *ret, struct shield_error *error)
{
	_cleanup_facts_ struct shield_facts facts = SHIELD_FACTS_NONE;
	int r = take_bundle(state, client, &facts.bundle, error);

	if (r < 0)
		return r;
	facts.running = running;
	r = refuse_handler(&facts.bundle, error);
	if (r < 0)
		return r;
	r = refuse_restored(state, error);
	if (r < 0)
		return r;
	r = gather_process(state, client, &facts, error);
	if (r < 0)
		return r;
	r = gather_root(state, client, &facts, error);
	if (r == 0 && client)
		r = shield_client_lives(client->init, error);
	if (r < 0)
		return r;
	*ret = facts;
	facts = SHIELD_FACTS_NONE;
	return 0;
}
