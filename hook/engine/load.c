/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "engine/announce.h"
#include "engine/features.h"
#include "engine/pins.h"
#include "engine/programs.h"
#include "engine/selftest.h"
#include "engine/tier.h"

/* Pins come into being here and appear by one rename, complete. (bpffs takes no dots in names.) */
#define NEW_SUFFIX "-new"

static int leave_for_root_cgroup(struct shield_error *error)
{
	_cleanup_close_ int fd = open("/sys/fs/cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		return shield_fail_errno(error, errno, "cannot move to the root cgroup to load the engine");
	return 0;
}

static int pin(int fd, const char *folder, const char *kind, const char *name, struct shield_error *error)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s/%s", folder, kind, name);
	return shield_pin(fd, path, error);
}

static int pin_maps(struct bpf_object *object, const char *folder, struct shield_error *error)
{
	for (int i = 0; i < SHIELD_MAPS; i++) {
		const char *name = shield_map_name(i);
		int r = pin(bpf_object__find_map_fd_by_name(object, name), folder, "map", name, error);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Those that are on no LSM hook, guarded first. */
static int pin_programs(struct bpf_object *object, const char *folder, int guarded, struct shield_error *error)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, object) {
		int r;

		if (shield_program_is_on_hook(program) || !bpf_program__autoload(program))
			continue; /* its link is pinned; it is not loaded */
		r = shield_programs_guard(guarded, SHIELD_PART_PROGRAM, bpf_program__fd(program), error);
		if (r < 0)
			return r;
		r = pin(bpf_program__fd(program), folder, "prog", bpf_program__name(program), error);
		if (r < 0)
			return r;
	}
	return 0;
}

/*
 * The one program that is on a cgroup: the root, so that it sees everybody. Without a link: anybody who gets hold of a
 * cgroup link can detach it, this takes a descriptor of the program (see the guard). It stays until its pin is removed.
 */
static int attach_sysctl(struct bpf_object *object, struct shield_error *error)
{
	_cleanup_close_ int cgroup = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct bpf_program *program = bpf_object__find_program_by_name(object, SHIELD_PIN_SYSCTL);

	if (cgroup < 0)
		return shield_fail_errno(error, errno, "cannot open /sys/fs/cgroup");
	if (bpf_prog_attach(bpf_program__fd(program), cgroup, BPF_CGROUP_SYSCTL, BPF_F_ALLOW_MULTI) < 0)
		return shield_fail_errno(error, errno, "cannot attach %s to the root cgroup", SHIELD_PIN_SYSCTL);
	return 0;
}

static int inode_of(const struct shield_looker *looker, const char *path, __u64 *ret, struct shield_error *error)
{
	_cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
	struct shield_resolve seen;
	int r;

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open %s", path);
	r = shield_look(looker, fd, &seen, error);
	if (r == 0)
		*ret = seen.inode;
	return r;
}

/* What the guard knows the host and the pins by. The root is init's: a loader in a container has another. */
static int fill_control(struct bpf_object *object, struct shield_control *control, struct shield_error *error)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, "resolve");
	const struct shield_looker looker = { .program = bpf_program__fd(program) };
	int r = inode_of(&looker, "/proc/1/root", &control->host_root, error);

	return r < 0 ? r : inode_of(&looker, SHIELD_BPFFS, &control->pins, error);
}

static int guard_maps(struct bpf_object *object, int guarded, struct shield_error *error)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		int r = bpf_map__autocreate(map)
				? shield_programs_guard(guarded, SHIELD_PART_MAP, bpf_map__fd(map), error)
				: 0;

		if (r < 0)
			return r;
	}
	return 0;
}

static int write_control(struct bpf_object *object, struct shield_control *control, struct shield_error *error)
{
	uint32_t zero = 0;
	struct timespec now;
	int r = fill_control(object, control, error);

	if (r < 0)
		return r;
	clock_gettime(CLOCK_REALTIME, &now);
	control->abi = SHIELD_ABI;
	control->instance = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "control"), &zero, control, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot write the control map");
	return 0;
}

static int pin_all(struct bpf_object *object, const char *folder, int guarded, struct shield_error *error)
{
	int r = shield_pins_make(folder, error);

	if (r == 0)
		r = guard_maps(object, guarded, error);
	if (r == 0)
		r = pin_maps(object, folder, error);
	if (r == 0)
		r = pin_programs(object, folder, guarded, error);
	return r;
}

static int fill_folder(struct bpf_object *object, const char *folder, struct shield_control *control,
		       struct shield_error *error)
{
	uint64_t hooks = shield_hooks_of(SHIELD_HOOK_ALWAYS, control->tier), attached = 0;
	int guarded = bpf_object__find_map_fd_by_name(object, "guarded");
	int r = pin_all(object, folder, guarded, error);

	if (r == 0)
		r = shield_programs_attach(object, hooks, folder, guarded, &attached, error);
	if (r == 0)
		r = attach_sysctl(object, error);
	if (r == 0)
		r = shield_selftest(bpf_object__find_map_fd_by_name(object, "tags"), error);
	control->attached = attached;
	return r < 0 ? r : write_control(object, control, error);
}

/* The folder appears under its name when all is in it. */
static int place(struct bpf_object *object, struct shield_control *control, struct shield_error *error)
{
	char folder[128], new_folder[sizeof(folder) + sizeof(NEW_SUFFIX)];
	int r;

	shield_engine_path(folder, sizeof(folder), NULL, NULL);
	snprintf(new_folder, sizeof(new_folder), "%s" NEW_SUFFIX, folder);
	shield_pins_remove(new_folder); /* of a loader that was killed */
	r = fill_folder(object, new_folder, control, error);
	if (r == 0 && rename(new_folder, folder) < 0)
		r = shield_fail_errno(error, errno, "cannot rename %s", new_folder);
	if (r < 0)
		shield_pins_remove(new_folder);
	return r;
}

static int load_tier(enum shield_tier tier, struct shield_error *error)
{
	struct shield_control control = { .tier = tier };
	_cleanup_object_ struct bpf_object *object = NULL;
	int r;

	r = shield_programs_load(tier, shield_hooks_of(SHIELD_HOOK_ALWAYS, tier), &object, error);
	if (r < 0)
		return r;
	if (tier == SHIELD_TIER_FMOD_RET) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, "preemption");

		r = shield_tier_front_is_safe(bpf_program__fd(program), error);
		if (r < 0)
			return r;
	}
	return place(object, &control, error);
}

int shield_engine_load(struct shield_error *error)
{
	int r = shield_features_require(error);

	if (r < 0)
		return r;
	r = leave_for_root_cgroup(error);
	if (r < 0)
		return r;
	if (shield_tier_lsm_is_likely()) {
		r = load_tier(SHIELD_TIER_LSM, error);
		if (r != -ENOTSUP)
			return r;
	}
	return load_tier(SHIELD_TIER_FMOD_RET, error);
}
