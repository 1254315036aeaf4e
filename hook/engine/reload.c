/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reload.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "engine/announce.h"
#include "engine/freeze.h"
#include "engine/links.h"
#include "engine/lock.h"
#include "engine/peers.h"
#include "engine/policy.h"
#include "engine/prepare.h"
#include "engine/programs.h"
#include "engine/recorder.h"
#include "engine/recover.h"
#include "engine/retag.h"
#include "oci/cgroup.h"
#include "oci/process.h"
#include "profile/name_bits.h"
#include "profile/rule.h"
#include "record/recording.h"

/* One container on its way. */
struct move {
	struct shield_reload *reload;
	struct shield_slot *slot;
	char *text; /* canonical, of the new policy; owned */
	size_t length;
	struct shield_links links; /* owned */
	struct shield_policy_ref policy;
	__u64 key;
	bool mode_fixed;
	bool taken;	   /* the new policy is counted for the slot */
	bool linked;	   /* UDP peers are noted from now on */
	bool names;	   /* the old or the new policy has some */
	uint32_t loosened; /* flags of the slot that were not set before */
	struct shield_retag retag;
	struct shield_frozen frozen;
};

/* All of them. */
struct moves {
	struct shield_engine *engine;
	struct move *item; /* owned */
	size_t count;
	bool dry_run;
	void (*warn)(const char *message);
	struct shield_looker looker;
	struct shield_retagger retagger;
};

static void moves_free(struct moves *moves)
{
	for (size_t i = 0; i < moves->count; i++) {
		struct move *move = &moves->item[i];

		shield_thaw(&move->frozen);
		if (move->taken)
			shield_policy_drop(moves->engine, move->key);
		if (move->linked)
			shield_peers_unlink(moves->engine, move->reload->container.slot);
		free(move->text);
		shield_links_free(&move->links);
	}
	free(moves->item);
	moves->item = NULL;
	moves->count = 0;
	shield_looker_close(&moves->looker);
	shield_retagger_close(&moves->retagger);
}

static int open_root_of(const struct moves *moves, pid_t pid, const struct shield_slot *slot)
{
	_cleanup_close_ int fd = -1;
	struct shield_resolve seen;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/root", pid);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || shield_look(&moves->looker, fd, &seen, NULL) < 0 || seen.inode != slot->root)
		return -1;
	return TAKE_FD(fd);
}

/* The container's root directory, by its first process; where that has gone into another one, by any that has not. */
static int open_root(const struct moves *moves, const struct move *move, int *ret, struct shield_error *error)
{
	_cleanup_closedir_ DIR *proc = NULL;
	struct dirent *entry;
	int fd = open_root_of(moves, (pid_t)move->reload->container.info.init_pid, move->slot);

	if (fd < 0)
		proc = opendir("/proc");
	while (fd < 0 && proc && (entry = readdir(proc))) {
		int pid = atoi(entry->d_name);

		if (pid > 0)
			fd = open_root_of(moves, pid, move->slot);
	}
	if (fd < 0)
		return shield_fail(error, ESTALE, "none of its processes has the container's root directory any more");
	*ret = fd;
	return 0;
}

/* A user's root directory is not looked into again: its file system could hold up the node, which is locked. */
static int prepare(const struct moves *moves, struct move *move, struct shield_error *error)
{
	_cleanup_close_ int fd = -1;
	struct shield_root root = {
		.looker = &moves->looker,
		.sb = move->slot->root_sb,
		.overlay = move->slot->flags & SHIELD_SLOT_OVERLAY,
		.read_only = move->slot->flags & SHIELD_SLOT_ROOT_READ_ONLY,
		.warn = moves->warn,
	};
	int r = shield_slot_links_read(moves->engine, move->reload->container.slot, &move->links, error);

	if (r == 0 && !move->slot->owner)
		r = open_root(moves, move, &fd, error);
	if (r < 0)
		return r;
	root.fd = fd;
	return shield_prepare(move->reload->profile, &root, &move->links, &move->text, &move->length, error);
}

/* Like shield_programs_require(), and attaches nothing. */
static int lacks_programs(const struct moves *moves, uint32_t kinds, struct shield_error *error)
{
	uint32_t lacking;
	int r = shield_programs_lacking(moves->engine->control->tier, &lacking, error);

	if (r < 0 || !(lacking & kinds))
		return r;
	return shield_fail(error, ENOTSUP, "rule %s cannot be enforced on this kernel",
			   shield_kind_name((uint8_t)__builtin_ctz(lacking & kinds)));
}

static int require(const struct moves *moves, const struct move *move, struct shield_error *error)
{
	struct shield_error missing;
	int r = moves->dry_run ? lacks_programs(moves, move->policy.kinds, &missing)
			       : shield_programs_require(moves->engine, move->policy.kinds, &missing);

	if (r == -ENOTSUP && move->reload->audit) {
		moves->warn(missing.message);
		return 0;
	}
	if (r < 0)
		*error = missing;
	return r;
}

static bool is_same_policy(const struct move *move)
{
	return move->policy.id == move->slot->policy;
}

/* What becomes of names that tags have. */
static int translate_names(const struct moves *moves, struct move *move, struct shield_error *error)
{
	_cleanup_(shield_strings_free) struct shield_strings before = {}, after = {};
	_cleanup_free_ char *text = NULL;
	int r = shield_container_profile(moves->engine, &move->reload->container, &text, error);

	if (r == 0)
		r = shield_name_bits_of_text(text, strlen(text), &before, error);
	if (r < 0)
		return shield_wrap(error, r, "its present policy");
	r = shield_name_bits(move->reload->profile, &after, error);
	if (r < 0)
		return r;
	move->names = before.count || after.count;
	move->retag = (struct shield_retag){
		.work = SHIELD_RETAG_RENAME,
		.slot = move->reload->container.slot,
		.generation = move->slot->generation,
		.revision = move->slot->revision,
	};
	shield_name_bits_translate(&before, &after, move->retag.script);
	return 0;
}

/* How the container is found under the lock, and which mode it is to have. */
static int look_again(const struct moves *moves, struct move *move, struct shield_error *error)
{
	struct shield_reload *reload = move->reload;
	uint32_t generation = reload->container.state.generation;
	int r = shield_container_at(moves->engine, reload->container.slot, &reload->container, error);

	if (r == -ENOENT || (r == 0 && reload->container.state.generation != generation))
		return shield_fail(error, ENOENT, "it has ended");
	if (r < 0)
		return r;
	if (reload->mode == SHIELD_RELOAD_MODE_KEPT)
		move->mode_fixed = reload->container.info.mode_fixed;
	else
		move->mode_fixed = reload->mode != SHIELD_RELOAD_MODE_PROFILE;
	if (!move->mode_fixed)
		reload->audit = reload->profile->audit;
	else if (reload->mode == SHIELD_RELOAD_MODE_KEPT)
		reload->audit = reload->container.state.flags & SHIELD_SLOT_AUDIT;
	else
		reload->audit = reload->mode == SHIELD_RELOAD_MODE_AUDIT;
	return 0;
}

/* The new policy, and all that it needs; the container does not notice. */
static int begin(const struct moves *moves, struct move *move, struct shield_error *error)
{
	struct shield_reload *reload = move->reload;
	int r = look_again(moves, move, error);

	if (r == 0)
		r = prepare(moves, move, error);
	if (r < 0)
		return r;
	r = shield_policy_take(moves->engine, reload->profile, move->text, move->length, &move->policy, &move->key,
			       error);
	if (r < 0)
		return shield_wrap(error, r, "profile %s", reload->profile->name);
	move->taken = true;
	r = require(moves, move, error);
	if (r < 0)
		return shield_wrap(error, r, "profile %s", reload->profile->name);
	if (is_same_policy(move)) {
		reload->unchanged = reload->audit == !!(move->slot->flags & SHIELD_SLOT_AUDIT);
		return 0;
	}
	return translate_names(moves, move, error);
}

static bool needs_peers(const struct move *move)
{
	return move->reload->profile->network.rules[SHIELD_EGRESS].present &&
	       !(move->slot->flags & SHIELD_SLOT_UDP_PEERS);
}

/* What a move needs beside its policy. Where it fails, the container goes on under the old one. */
static int make_ready(const struct moves *moves, struct move *move, struct shield_error *error)
{
	uint32_t slot = move->reload->container.slot;
	_cleanup_close_ int cgroup = -1;
	int r;

	cgroup = shield_cgroup_open(move->slot->cgroup);
	if (cgroup < 0)
		return shield_fail_errno(error, -cgroup, "cannot open its cgroup");
	r = shield_slot_links_write(moves->engine, slot, &move->links, error);
	if (r < 0)
		return r;
	if (needs_peers(move)) {
		r = shield_peers_link(moves->engine, slot, cgroup, error);
		if (r < 0)
			return r;
		move->linked = true;
	}
	return move->names ? shield_freeze(cgroup, SHIELD_FREEZE_MS, &move->frozen, error) : 0;
}

static void set_flags(struct shield_slot *slot, uint32_t flags)
{
	__atomic_or_fetch(&slot->flags, flags, __ATOMIC_SEQ_CST);
}

static void clear_flags(struct shield_slot *slot, uint32_t flags)
{
	__atomic_and_fetch(&slot->flags, ~flags, __ATOMIC_SEQ_CST);
}

static int write_info(const struct moves *moves, const struct move *move, __u64 key, struct shield_error *error)
{
	int infos = shield_engine_map(moves->engine, SHIELD_MAP_INFO, NULL);
	const struct shield_reload *reload = move->reload;
	struct shield_slot_info info;

	if (bpf_map_lookup_elem(infos, &reload->container.slot, &info) < 0)
		return shield_fail_errno(error, errno, "cannot read what is known of it");
	snprintf(info.profile, sizeof(info.profile), "%s", reload->profile->name);
	info.mode_fixed = move->mode_fixed;
	info.policy_key = key;
	if (reload->container.state.flags & SHIELD_SLOT_RECORD)
		info.record[0] = '\0'; /* it has ended */
	if (bpf_map_update_elem(infos, &reload->container.slot, &info, BPF_EXIST) < 0)
		return shield_fail_errno(error, errno, "cannot write what is known of it");
	return 0;
}

/* Programs that run already may have seen a part of what was changed. */
static int settle(const struct moves *moves, struct shield_error *error)
{
	return shield_policy_settle(moves->engine, moves->item[0].policy.id, error);
}

/*
 * What is to be loosened is so before the new policy is there, what is to be tightened after: in between, nothing is
 * refused that the old and the new state allow, and nothing allowed that both refuse.
 */
static int loosen(const struct moves *moves, struct shield_error *error)
{
	int r;

	for (size_t i = 0; i < moves->count; i++) {
		struct move *move = &moves->item[i];

		move->loosened =
			(move->reload->audit ? SHIELD_SLOT_AUDIT : 0) | (move->linked ? SHIELD_SLOT_UDP_PEERS : 0);
		move->loosened &= ~move->slot->flags;
		set_flags(move->slot, move->loosened);
	}
	r = settle(moves, error);
	for (size_t i = 0; r < 0 && i < moves->count; i++)
		clear_flags(moves->item[i].slot, moves->item[i].loosened);
	return r;
}

static void flip(const struct moves *moves)
{
	for (size_t i = 0; i < moves->count; i++) {
		const struct move *move = &moves->item[i];

		if (is_same_policy(move))
			continue;
		move->slot->revision++;
		__atomic_store_n(&move->slot->policy, move->policy.id, __ATOMIC_SEQ_CST);
	}
}

static int rename_tasks(const struct moves *moves, struct shield_error *error)
{
	for (size_t i = 0; i < moves->count; i++) {
		const struct move *move = &moves->item[i];
		int r = move->names ? shield_retag(&moves->retagger, &move->retag, NULL, NULL, error) : 0;

		if (r < 0)
			return shield_wrap(error, r,
					   "container %.12s is under its new policy, but what its tasks execute is not "
					   "known under it: rules with `from` and tracers refuse them",
					   move->reload->container.info.id);
	}
	return 0;
}

/* The old policies go when nobody can look at them any more; where that is not known, they stay. */
static int end(struct moves *moves, struct shield_error *error)
{
	int settled = settle(moves, error), r = settled;

	for (size_t i = 0; i < moves->count; i++) {
		struct move *move = &moves->item[i];
		__u64 before = move->reload->container.info.policy_key;
		int written = write_info(moves, move, move->key, r < 0 ? NULL : error);

		clear_flags(move->slot, SHIELD_SLOT_RECORD | (move->reload->audit ? 0 : SHIELD_SLOT_AUDIT));
		if (move->reload->container.state.flags & SHIELD_SLOT_RECORD) /* what came since it was kept */
			shield_recording_forget(moves->engine, &move->reload->container);
		move->key = before; /* the count that the slot had of the old one is what is to be dropped */
		move->taken = settled == 0 && written == 0;
		move->linked = false;
		r = r < 0 ? r : written;
	}
	return r < 0 ? shield_wrap(error, r, "under the new policy, but the old one stays in the kernel") : 0;
}

static void announce(const struct moves *moves)
{
	for (size_t i = 0; i < moves->count; i++) {
		const struct shield_reload *reload = moves->item[i].reload;

		if (!reload->unchanged)
			shield_announce(moves->engine->hash, reload->container.slot, reload->act, NULL);
	}
}

static int each(struct moves *moves,
		int (*step)(const struct moves *moves, struct move *move, struct shield_error *error),
		struct shield_error *error)
{
	for (size_t i = 0; i < moves->count; i++) {
		struct move *move = &moves->item[i];
		int r = step(moves, move, error);

		if (r < 0)
			return shield_wrap(error, r, "container %.12s", move->reload->container.info.id);
	}
	return 0;
}

static int open_retagger(struct moves *moves, struct shield_error *error)
{
	for (size_t i = 0; i < moves->count; i++)
		if (moves->item[i].names)
			return shield_retagger_open(moves->engine, &moves->retagger, error);
	return 0;
}

/* A recording ends under the policy that it was made under, which says what was watched. */
static void end_recordings(const struct moves *moves)
{
	for (size_t i = 0; i < moves->count; i++)
		if (moves->item[i].slot->flags & SHIELD_SLOT_RECORD)
			shield_recorder_end(moves->engine, moves->item[i].reload->container.slot, true);
}

/* From here on nothing goes back: an error tells what is amiss under the new policy. */
static int finish(struct moves *moves, struct shield_error *error)
{
	int renamed = rename_tasks(moves, error), ended;

	for (size_t i = 0; i < moves->count; i++)
		shield_thaw(&moves->item[i].frozen);
	ended = end(moves, renamed < 0 ? NULL : error);
	announce(moves);
	return renamed < 0 ? renamed : ended;
}

/* Under the lock, between begin and end. */
static int move_all(struct moves *moves, struct shield_error *error)
{
	int r = each(moves, begin, error);

	if (r < 0 || moves->dry_run)
		return r;
	r = open_retagger(moves, error);
	if (r == 0)
		r = each(moves, make_ready, error);
	if (r == 0)
		r = loosen(moves, error);
	if (r < 0)
		return r;
	end_recordings(moves);
	flip(moves);
	return finish(moves, error);
}

static int start_moves(struct moves *moves, struct shield_reload *reload, size_t count, struct shield_error *error)
{
	moves->item = calloc(count, sizeof(*moves->item));
	if (!moves->item)
		return shield_fail(error, ENOMEM, "out of memory");
	moves->count = count;
	for (size_t i = 0; i < count; i++) {
		moves->item[i].reload = &reload[i];
		moves->item[i].slot = &moves->engine->slots[reload[i].container.slot];
		moves->item[i].frozen = SHIELD_FROZEN_NONE;
	}
	return shield_looker_open(&moves->looker, error);
}

int shield_reload(struct shield_engine *engine, struct shield_reload *reload, size_t count, bool dry_run,
		  void (*warn)(const char *message), struct shield_error *error)
{
	_cleanup_close_ int lock = -1;
	_cleanup_(moves_free) struct moves moves = {
		.engine = engine,
		.dry_run = dry_run,
		.warn = warn,
		.looker = { .program = -1 },
		.retagger = SHIELD_RETAGGER_NONE,
	};
	int r;

	if (!count)
		return 0;
	if (strcmp(engine->hash, shield_engine_hash()) != 0)
		return shield_fail(error, EPROTO,
				   "container %.12s is under the engine %s of another version, and keeps its policy: "
				   "start it anew",
				   reload->container.info.id, engine->hash);
	r = start_moves(&moves, reload, count, error);
	if (r == 0)
		r = shield_engine_lock(engine, &lock, error);
	if (r < 0)
		return r;
	shield_slots_begin(engine);
	r = move_all(&moves, error);
	moves_free(&moves);
	shield_slots_end(engine);
	return r;
}
