/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/engines.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "bpf/abi.h"
#include "engine/announce.h"
#include "oci/cgroup.h"
#include "oci/process.h"

#define NEW_SUFFIX "-new" /* of the folder of an engine that is being loaded */
#define HASH_LENGTH (SHIELD_ENGINE_HASH_SIZE - 1)

_Static_assert(sizeof(struct shield_engine_header) == offsetof(struct shield_control, busy), "header");
_Static_assert(offsetof(struct shield_engine_header, sequence) == offsetof(struct shield_control, sequence), "header");

static void header_closep(struct shield_engine_header **header)
{
	if (*header)
		munmap(*header, sizeof(**header));
}
#define _cleanup_header_ _cleanup_(header_closep)

static int open_map(const char *hash, enum shield_map map, struct shield_error *error)
{
	char path[256];
	int fd;

	shield_engine_path_of(hash, path, sizeof(path), "map", shield_map_name(map));
	fd = bpf_obj_get(path);
	return fd < 0 ? shield_fail_errno(error, errno, "cannot open %s", path) : fd;
}

/* Maps an engine's header, also of one that is being removed. */
static int open_header(const char *hash, struct shield_engine_header **ret, struct shield_error *error)
{
	_cleanup_close_ int fd = open_map(hash, SHIELD_MAP_CONTROL, error);
	void *memory;

	if (fd < 0)
		return fd;
	memory = mmap(NULL, sizeof(**ret), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return shield_fail_errno(error, errno, "cannot map the control map of the engine %s", hash);
	*ret = memory;
	return 0;
}

int shield_engine_header(const char *hash, struct shield_engine_header *ret, struct shield_error *error)
{
	_cleanup_header_ struct shield_engine_header *header = NULL;
	int r = open_header(hash, &header, error);

	if (r < 0)
		return r;
	if (header->abi == SHIELD_ABI_REMOVED)
		return shield_fail(error, ENOENT, "the engine %s has been removed", hash);
	*ret = *header;
	return 0;
}

static bool is_hash(const char *name)
{
	return strspn(name, "0123456789abcdef") == HASH_LENGTH && !name[HASH_LENGTH];
}

/* The folder of an engine that is being loaded; its hash is the beginning. */
static bool is_new(const char *name)
{
	return strspn(name, "0123456789abcdef") == HASH_LENGTH && !strcmp(name + HASH_LENGTH, NEW_SUFFIX);
}

static bool is_ours(const char *hash)
{
	return !strcmp(hash, shield_engine_hash());
}

int shield_engines_each(int (*each)(const char *hash, void *context), void *context, struct shield_error *error)
{
	_cleanup_closedir_ DIR *dir = opendir(SHIELD_BPFFS);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return errno == ENOENT ? 0 : shield_fail_errno(error, errno, "cannot read %s", SHIELD_BPFFS);
	while (!r && (entry = readdir(dir))) {
		if (is_hash(entry->d_name))
			r = each(entry->d_name, context);
	}
	return r;
}

bool shield_engines_have_others(bool loaded)
{
	struct stat status;

	/* the kernel counts folders: on most nodes none needs to be read */
	return stat(SHIELD_BPFFS, &status) == 0 && status.st_nlink != 2u + loaded;
}

/*
 * Visits the cgroups of an engine's containers until one has processes, or all when @count.
 * Returns how many of those seen have; what cannot be told counts.
 */
static int visit_cgroups(int map, bool count)
{
	uint64_t id, next;
	int populated = 0;

	for (bool more = bpf_map_get_next_key(map, NULL, &next) == 0; more && (count || !populated);) {
		int r;

		id = next;
		more = bpf_map_get_next_key(map, &id, &next) == 0;
		r = shield_cgroup_is_populated(id);
		if (r == -ESTALE)
			bpf_map_delete_elem(map, &id); /* so that nobody looks for it again */
		else if (r)
			populated++;
	}
	return populated;
}

int shield_engine_containers(const char *hash, struct shield_error *error)
{
	_cleanup_close_ int map = open_map(hash, SHIELD_MAP_CGROUPS, error);

	return map < 0 ? map : visit_cgroups(map, true);
}

static int holds(const char *hash, void *context)
{
	_cleanup_close_ int map = is_ours(hash) ? -1 : open_map(hash, SHIELD_MAP_CGROUPS, NULL);
	uint32_t slot;

	return map >= 0 && bpf_map_lookup_elem(map, context, &slot) == 0;
}

bool shield_engines_hold(uint64_t cgroup)
{
	return shield_engines_each(holds, &cgroup, NULL) > 0;
}

static int is_off(const char *hash, void *context)
{
	struct shield_engine_header header;

	if (is_ours(hash) || shield_engine_header(hash, &header, NULL) < 0 || !header.off)
		return 0;
	*(uint64_t *)context = header.off_since;
	return 1;
}

bool shield_engines_are_off(uint64_t *ret_since)
{
	return shield_engines_each(is_off, ret_since, NULL) > 0;
}

/* What a switch asks of each engine. */
struct turn {
	bool off;
	unsigned int count;
	int result;
	struct shield_error *error;
};

static int turn_one(const char *hash, void *context)
{
	_cleanup_header_ struct shield_engine_header *header = NULL;
	struct turn *turn = context;
	struct shield_error wrong = {};
	int r = open_header(hash, &header, &wrong);

	if (r < 0) {
		if (r != -ENOENT)
			turn->result = shield_fail(turn->error, -r, "%s", wrong.message);
		return 0;
	}
	turn->count++;
	header->off_since = turn->off ? (uint64_t)time(NULL) : 0;
	__atomic_store_n(&header->off, turn->off, __ATOMIC_SEQ_CST);
	if (header->abi == SHIELD_ABI)
		shield_announce(hash, SHIELD_SLOTS, turn->off ? SHIELD_CONTROL_OFF : SHIELD_CONTROL_ON, turn->error);
	return 0;
}

int shield_engines_switch(bool off, struct shield_error *error)
{
	struct turn turn = { .off = off, .error = error };
	int r = shield_engines_each(turn_one, &turn, error);

	if (r < 0)
		return r;
	return turn.result < 0 ? turn.result : (int)turn.count;
}

/* Has a process an entry in a task storage? @value: room for one */
static bool has_tag(int map, const char *name, void *value)
{
	_cleanup_close_ int process = -1;

	if (name[strspn(name, "0123456789")] || shield_process_open(atoi(name), &process, NULL) < 0)
		return false;
	return bpf_map_lookup_elem(map, &process, value) == 0;
}

/*
 * Does any process carry a tag of the engine? A task that was moved out of its container's cgroup is still judged by
 * it. True where nobody can tell.
 */
static bool is_in_use(const char *hash)
{
	_cleanup_close_ int map = open_map(hash, SHIELD_MAP_TAGS, NULL);
	_cleanup_closedir_ DIR *processes = opendir("/proc");
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);
	_cleanup_free_ void *value = NULL;
	struct dirent *entry;
	bool found = false;

	if (map < 0 || !processes || !shield_process_sees_all() || bpf_obj_get_info_by_fd(map, &info, &length) < 0)
		return true;
	value = malloc(info.value_size + sizeof(uint64_t)); /* the kernel rounds it up */
	while (value && !found && (entry = readdir(processes)))
		found = has_tag(map, entry->d_name, value);
	return !value || found;
}

/* Has the removal of an engine begun? Its links go first. */
static bool is_remains(const char *hash)
{
	_cleanup_header_ struct shield_engine_header *header = NULL;
	struct stat status;
	char path[256];

	shield_engine_path_of(hash, path, sizeof(path), "link", NULL);
	if (stat(path, &status) < 0)
		return errno == ENOENT;
	return open_header(hash, &header, NULL) == 0 && header->abi == SHIELD_ABI_REMOVED;
}

/* Can an engine of another build go? */
static bool is_over(const char *hash, bool loaded)
{
	_cleanup_close_ int cgroups = -1;
	struct shield_engine_header header;

	if (is_remains(hash))
		return true;
	cgroups = open_map(hash, SHIELD_MAP_CGROUPS, NULL);
	if (cgroups < 0 || shield_engine_header(hash, &header, NULL) < 0 || (!loaded && header.off))
		return false;
	return !visit_cgroups(cgroups, false) && !is_in_use(hash);
}

void shield_engine_remove(const char *hash)
{
	_cleanup_header_ struct shield_engine_header *header = NULL;
	char folder[128];

	if (open_header(hash, &header, NULL) == 0)
		__atomic_store_n(&header->abi, SHIELD_ABI_REMOVED, __ATOMIC_SEQ_CST);
	shield_engine_path_of(hash, folder, sizeof(folder), NULL, NULL);
	shield_pins_remove(folder);
}

unsigned int shield_engines_sweep(bool loaded)
{
	_cleanup_closedir_ DIR *dir = shield_engines_have_others(loaded) ? opendir(SHIELD_BPFFS) : NULL;
	struct dirent *entry;
	unsigned int removed = 0;

	while (dir && (entry = readdir(dir))) {
		const char *name = entry->d_name;

		/* whoever loads holds the lock: this one was killed */
		if (is_new(name) || (is_hash(name) && !is_ours(name) && is_over(name, loaded))) {
			shield_engine_remove(name);
			removed++;
		}
	}
	return removed;
}

int shield_engine_clear(const char *hash, struct shield_error *error)
{
	struct stat status;
	char folder[128];

	shield_engine_path_of(hash, folder, sizeof(folder), NULL, NULL);
	if (stat(folder, &status) < 0 && errno == ENOENT)
		return 0;
	if (!is_remains(hash))
		return shield_fail(
			error, EEXIST,
			"%s lacks a pin that somebody removed by hand: end the containers under enforcement, "
			"then remove that folder",
			folder);
	shield_engine_remove(hash);
	return 0;
}
