/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/attach.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "engine/adopt.h"
#include "engine/announce.h"
#include "engine/engines.h"
#include "engine/facts.h"
#include "engine/links.h"
#include "engine/lock.h"
#include "engine/mounts.h"
#include "engine/peers.h"
#include "engine/policy.h"
#include "engine/prepare.h"
#include "engine/programs.h"
#include "engine/recorder.h"
#include "engine/recover.h"
#include "engine/share.h"
#include "engine/slot.h"
#include "engine/sweep.h"

/* A container on its way under enforcement. */
struct attachment {
	const struct shield_attach *request;
	struct shield_engine *engine;
	struct shield_facts facts;
	char *text; /* canonical, of the resolved profile; owned */
	size_t text_length;
	struct shield_links links;    /* followed for it; owned */
	struct shield_mounts *mounts; /* owned */
	uint32_t owner;
	uint32_t slot;
	struct shield_slot_info info;
	struct shield_adoption adoption;
	bool policy_taken;
};

static void attachment_free(struct attachment *attachment)
{
	shield_adopt_end(&attachment->adoption);
	shield_facts_free(&attachment->facts);
	free(attachment->text);
	shield_links_free(&attachment->links);
	free(attachment->mounts);
}

/* Looks at the container's files: resolves symlinks, writes the canonical text, gathers the mounts. */
static int prepare(struct attachment *attachment, struct shield_error *error)
{
	const struct shield_facts *facts = &attachment->facts;
	struct shield_root root = {
		.fd = facts->root,
		.looker = &facts->looker,
		.sb = facts->root_seen.sb,
		.overlay = facts->overlay,
		.read_only = facts->bundle.root_read_only,
		.warn = attachment->request->warn,
	};
	_cleanup_rights_ const struct shield_client *rights = attachment->request->client;
	int r = shield_client_take_rights(rights, error);

	if (r < 0)
		return r;
	/* what came later than the image cannot be told here */
	if (attachment->request->learning && !root.overlay && !root.read_only)
		attachment->request->profile->exec.drift = SHIELD_ALLOW;
	r = shield_prepare(attachment->request->profile, &root, &attachment->links, &attachment->text,
			   &attachment->text_length, error);
	return r < 0 ? r : shield_mounts_gather(facts, &attachment->mounts, error);
}

/* Does the cgroup belong to a container that binds what is in it, whoever that is? A user's does not bind root's. */
static bool is_taken(struct attachment *attachment, int cgroups, uint64_t id, bool others)
{
	uint32_t slot;

	if (bpf_map_lookup_elem(cgroups, &id, &slot) == 0 && slot < SHIELD_SLOTS &&
	    (attachment->owner || !attachment->engine->slots[slot].owner))
		return true;
	return others && shield_engines_hold(id);
}

/*
 * A container within a container under enforcement belongs to the outer one. A client's has a cgroup that nobody has:
 * else it could take another container's place.
 */
static int refuse_nested(struct attachment *attachment, struct shield_error *error)
{
	int cgroups = shield_engine_map(attachment->engine, SHIELD_MAP_CGROUPS, error);
	char path[sizeof(attachment->facts.cgroup.path)];
	bool others = shield_engines_have_others(true);
	struct stat st;
	char *slash;

	if (cgroups < 0)
		return cgroups;
	if (attachment->owner && is_taken(attachment, cgroups, attachment->facts.cgroup.id, others))
		return shield_fail(error, EEXIST, "a container with the cgroup %s is under enforcement already",
				   attachment->facts.cgroup.path);
	memcpy(path, attachment->facts.cgroup.path, sizeof(path));
	while ((slash = strrchr(path, '/')) && slash != path) {
		*slash = 0;
		if (stat(path, &st) < 0)
			break;
		if (is_taken(attachment, cgroups, st.st_ino, others))
			return shield_fail(
				error, EPERM,
				"the container runs inside another one (cgroup %s) that is under enforcement "
				"and decides for it; remove its own profile",
				path);
	}
	return 0;
}

/*
 * Has the hook been called for this very start before? More than one thing may tell a runtime of it, such as a runtime
 * handler and NRI. What it was asked for then must be what it is asked for now.
 */
static bool is_same_start(struct attachment *attachment, uint32_t slot)
{
	const struct shield_attach *request = attachment->request;
	struct shield_slot_info info;

	if (request->adopted ||
	    bpf_map_lookup_elem(shield_engine_map(attachment->engine, SHIELD_MAP_INFO, NULL), &slot, &info) < 0)
		return false;
	return attachment->engine->slots[slot].state == SHIELD_SLOT_LIVE &&
	       info.init_pid == (uint32_t)request->state->pid && info.init_start == attachment->facts.init_start &&
	       !strncmp(info.profile, request->profile->name, sizeof(info.profile)) &&
	       !strncmp(info.record, request->record ?: "", sizeof(info.record));
}

/*
 * Frees the id where an earlier incarnation went without its poststop.
 * @ret_done: this start is under enforcement already
 */
static int clear_id(struct attachment *attachment, bool *ret_done, struct shield_error *error)
{
	int containers = shield_engine_map(attachment->engine, SHIELD_MAP_CONTAINERS, error);
	struct shield_container_key key = { { 0 } };
	uint32_t slot;

	*ret_done = false;
	if (containers < 0)
		return containers;
	snprintf(key.id, sizeof(key.id), "%s", attachment->request->state->id);
	if (bpf_map_lookup_elem(containers, &key, &slot) < 0)
		return 0;
	if (is_same_start(attachment, slot)) {
		*ret_done = true;
		return 0;
	}
	if (!shield_slot_is_dead(attachment->engine, slot))
		return shield_fail(error, EEXIST, "a container of this id is under enforcement already");
	shield_slot_release(attachment->engine, slot);
	return 0;
}

static void fill_info(struct attachment *attachment)
{
	const struct shield_subject *subject = attachment->request->subject;
	struct shield_slot_info *info = &attachment->info;
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	info->created = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	info->mode_fixed = attachment->request->mode_fixed;
	info->init_start = attachment->facts.init_start;
	info->init_pid = (uint32_t)attachment->request->state->pid;
	info->root_device = attachment->facts.root_seen.device;
	info->root_inode = attachment->facts.root_seen.inode_number;
	snprintf(info->id, sizeof(info->id), "%s", attachment->request->state->id);
	snprintf(info->profile, sizeof(info->profile), "%s", attachment->request->profile->name);
	snprintf(info->record, sizeof(info->record), "%s", attachment->request->record ?: "");
	snprintf(info->image, sizeof(info->image), "%s", subject->image ?: "");
	snprintf(info->pod, sizeof(info->pod), "%s", subject->pod ?: "");
	snprintf(info->pod_namespace, sizeof(info->pod_namespace), "%s", subject->namespace_ ?: "");
	snprintf(info->container, sizeof(info->container), "%s", subject->container ?: "");
}

static uint32_t slot_flags(const struct attachment *attachment)
{
	const struct shield_profile *profile = attachment->request->profile;
	uint32_t flags = 0;

	if (attachment->request->audit)
		flags |= SHIELD_SLOT_AUDIT;
	if (attachment->request->record)
		flags |= SHIELD_SLOT_OBSERVE;
	if (attachment->request->learning)
		flags |= SHIELD_SLOT_AUDIT | SHIELD_SLOT_RECORD;
	if (attachment->facts.overlay)
		flags |= SHIELD_SLOT_OVERLAY;
	if (attachment->facts.bundle.root_read_only)
		flags |= SHIELD_SLOT_ROOT_READ_ONLY;
	if (attachment->mounts->on_root)
		flags |= SHIELD_SLOT_MOUNTS_ON_ROOT;
	if (profile->network.rules[SHIELD_EGRESS].present)
		flags |= SHIELD_SLOT_UDP_PEERS;
	return flags;
}

/* Fills the claimed slot's own record. */
static int fill_slot(struct attachment *attachment, struct shield_error *error)
{
	const struct shield_facts *facts = &attachment->facts;
	struct shield_slot *slot = &attachment->engine->slots[attachment->slot];
	int r = shield_mounts_write(attachment->engine, attachment->slot, attachment->mounts, &attachment->info, error);

	if (r < 0)
		return r;
	slot->flags = slot_flags(attachment);
	slot->cgroup = facts->cgroup.id;
	slot->root = facts->root_seen.inode;
	slot->root_sb = facts->root_seen.sb;
	slot->host_root = facts->host_seen.inode;
	slot->armed = 0;
	slot->uids = facts->uids;
	slot->gids = facts->gids;
	return 0;
}

static int link_udp_peers(struct attachment *attachment, struct shield_error *error)
{
	_cleanup_close_ int cgroup = -1;

	if (!(attachment->engine->slots[attachment->slot].flags & SHIELD_SLOT_UDP_PEERS))
		return 0;
	cgroup = open(attachment->facts.cgroup.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cgroup < 0)
		return shield_fail_errno(error, errno, "cannot open %s", attachment->facts.cgroup.path);
	return shield_peers_link(attachment->engine, attachment->slot, cgroup, error);
}

static int put(struct shield_engine *engine, enum shield_map which, const void *key, const void *value,
	       struct shield_error *error)
{
	int map = shield_engine_map(engine, which, error);

	if (map < 0)
		return map;
	if (bpf_map_update_elem(map, key, value, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot write the map %s", shield_map_name(which));
	return 0;
}

/* Everything that leads to the slot, before it opens. */
static int write_maps(struct attachment *attachment, struct shield_error *error)
{
	struct shield_engine *engine = attachment->engine;
	const struct shield_counters zero = { 0 };
	struct shield_container_key key;
	int r;

	r = put(engine, SHIELD_MAP_COUNTERS, &attachment->slot, &zero, error);
	if (r < 0)
		return r;
	r = attachment->request->learning ? shield_recorder_begin(engine, attachment->slot, error) : 0;
	if (r < 0)
		return r;
	r = shield_slot_links_write(engine, attachment->slot, &attachment->links, error);
	if (r < 0)
		return r;
	attachment->info.links = (uint32_t)r;
	r = shield_share_check(engine, attachment->slot, &attachment->info, error);
	if (r < 0)
		return r;
	r = put(engine, SHIELD_MAP_INFO, &attachment->slot, &attachment->info, error);
	if (r < 0)
		return r;
	memcpy(key.id, attachment->info.id, sizeof(key.id));
	r = put(engine, SHIELD_MAP_CONTAINERS, &key, &attachment->slot, error);
	if (r < 0)
		return r;
	return put(engine, SHIELD_MAP_CGROUPS, &attachment->facts.cgroup.id, &attachment->slot, error);
}

static int tag_init(struct attachment *attachment, struct shield_error *error)
{
	struct shield_tag tag = {
		.slot = attachment->slot,
		.generation = attachment->engine->slots[attachment->slot].generation,
		.state = SHIELD_TAG_PENDING,
		.revision = attachment->engine->slots[attachment->slot].revision,
	};
	int map = shield_engine_map(attachment->engine, SHIELD_MAP_TAGS, error);

	if (map < 0)
		return map;
	if (bpf_map_update_elem(map, &attachment->facts.init, &tag, attachment->owner ? BPF_NOEXIST : BPF_ANY) == 0)
		return 0;
	if (errno == EEXIST) /* a task of a container would be one of another from now on */
		return shield_fail(error, EEXIST, "the container's process is under enforcement already");
	return shield_fail_errno(error, errno, "cannot tag the container's process");
}

static int adopt(struct attachment *attachment, struct shield_error *error)
{
	const struct shield_attach *request = attachment->request;
	int r = shield_adopt_tasks(attachment->engine, attachment->slot, &attachment->adoption, request->adopted,
				   request->context, error);

	if (r < 0)
		return r;
	attachment->engine->slots[attachment->slot].armed = attachment->info.created;
	shield_announce(attachment->engine->hash, attachment->slot, SHIELD_CONTROL_ATTACH, NULL);
	return 0;
}

/* The policy, and the programs that its rules need. In audit mode those that cannot be had are only told. */
static int take_policy(struct attachment *attachment, struct shield_slot *slot, struct shield_error *error)
{
	const struct shield_attach *request = attachment->request;
	struct shield_policy_ref policy;
	struct shield_error missing;
	int r = shield_policy_take(attachment->engine, request->profile, attachment->text, attachment->text_length,
				   &policy, &attachment->info.policy_key, error);

	if (r < 0)
		return r;
	attachment->policy_taken = true;
	slot->policy = policy.id;
	r = shield_programs_require(attachment->engine, policy.kinds | (request->learning ? SHIELD_HOOK_RECORD : 0),
				    &missing);
	if (r == -ENOTSUP && request->audit) {
		request->warn(missing.message);
		return 0;
	}
	if (r < 0)
		*error = missing;
	return r;
}

/* With a slot claimed: fills it, opens it, tags init. */
static int enforce(struct attachment *attachment, struct shield_error *error)
{
	struct shield_slot *slot = &attachment->engine->slots[attachment->slot];
	int r;

	fill_info(attachment);
	r = fill_slot(attachment, error);
	if (r < 0)
		return r;
	r = take_policy(attachment, slot, error);
	if (r < 0)
		return shield_wrap(error, r, "profile %s", attachment->request->profile->name);
	r = link_udp_peers(attachment, error);
	if (r < 0)
		return r;
	r = write_maps(attachment, error);
	if (r < 0)
		return r;
	if (attachment->request->adopted) {
		r = shield_adopt_begin(attachment->engine, attachment->facts.cgroup.path, &attachment->adoption, error);
		if (r < 0)
			return r;
	}
	shield_slot_open(attachment->engine, attachment->slot, &attachment->info);
	attachment->policy_taken = false; /* the slot's from here on */
	return attachment->request->adopted ? adopt(attachment, error) : tag_init(attachment, error);
}

/* Under the lock, between begin and end. */
static int take_slot(struct attachment *attachment, struct shield_error *error)
{
	struct shield_engine *engine = attachment->engine;
	bool done;
	int r;

	shield_sweep_some(engine);
	r = clear_id(attachment, &done, error);
	if (r < 0 || done)
		return r;
	r = refuse_nested(attachment, error);
	if (r < 0)
		return r;
	r = shield_slot_claim(engine, attachment->owner, &attachment->slot, error);
	if (r < 0)
		return r;
	r = enforce(attachment, error);
	if (r < 0) {
		if (attachment->policy_taken)
			shield_policy_drop(engine, attachment->info.policy_key);
		put(engine, SHIELD_MAP_INFO, &attachment->slot, &attachment->info, NULL); /* names what to remove */
		shield_slot_release(engine, attachment->slot);
	}
	return r;
}

/* Is the profile's text that of before a reload, which did not find this container? */
static int refuse_old_profile(struct attachment *attachment, struct shield_error *error)
{
	struct shield_client *client = attachment->request->client;

	if (attachment->engine->control->reloads == attachment->request->reloads)
		return 0;
	if (client) {
		client->bundle = attachment->facts.bundle;
		attachment->facts.bundle = (struct shield_bundle){};
	}
	return shield_fail(error, ERESTART, "profiles were reloaded meanwhile: try again");
}

int shield_attach(const struct shield_attach *request, struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	_cleanup_(attachment_free) struct attachment attachment = {
		.request = request,
		.engine = &engine,
		.facts = SHIELD_FACTS_NONE,
		.adoption = SHIELD_ADOPTION_NONE,
		.owner = request->client ? request->client->uid : 0,
	};
	_cleanup_close_ int lock = -1;
	int r;

	r = shield_engine_open(true, &engine, error);
	if (r < 0)
		return r;
	r = shield_facts_gather(request->state, request->client, request->adopted, &attachment.facts, error);
	if (r < 0)
		return r;
	r = prepare(&attachment, error);
	if (r < 0)
		return r;
	r = shield_engine_lock(&engine, &lock, error);
	if (r == 0)
		r = refuse_old_profile(&attachment, error);
	if (r < 0)
		return r;
	shield_slots_begin(&engine);
	r = take_slot(&attachment, error);
	shield_slots_end(&engine);
	return r;
}

/* The container was under another build's engine, or under none. */
static int detach_elsewhere(struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	int r;

	if (!shield_engines_have_others(false))
		return 0;
	r = shield_lock(&lock, error);
	if (r == 0)
		shield_engines_sweep(false);
	return r;
}

int shield_detach(const char *id, struct shield_error *error)
{
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_container_key key = { { 0 } };
	_cleanup_close_ int lock = -1;
	uint32_t slot;
	int r;

	r = shield_engine_open(false, &engine, error);
	if (r == -ENOENT)
		return detach_elsewhere(error);
	if (r == 0)
		r = shield_engine_lock(&engine, &lock, error);
	if (r < 0)
		return r == -ESTALE ? 0 : r;
	shield_slots_begin(&engine);
	snprintf(key.id, sizeof(key.id), "%s", id);
	if (bpf_map_lookup_elem(shield_engine_map(&engine, SHIELD_MAP_CONTAINERS, NULL), &key, &slot) == 0 &&
	    shield_slot_is_dead(&engine, slot))
		shield_slot_release(&engine, slot);
	shield_sweep_some(&engine);
	shield_slots_end(&engine);
	return 0;
}
