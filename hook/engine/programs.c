/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/programs.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "engine/features.h"
#include "engine/object.h"
#include "profile/rule.h"

static void btf_closep(struct btf **btf)
{
	btf__free(*btf);
}
#define _cleanup_btf_ _cleanup_(btf_closep)

/* What libbpf would print: the first warning is the error's detail. */
static char first_warning[512];

static int keep_warning(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN && !first_warning[0])
		vsnprintf(first_warning, sizeof(first_warning), format, args);
	return 0;
}

static const char *detail(void)
{
	first_warning[strcspn(first_warning, "\n")] = 0;
	return first_warning[0] ? first_warning : "no detail";
}

bool shield_program_is_on_hook(const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);

	return !strncmp(section, "lsm/", 4) || !strncmp(section, "tp_btf/", 7);
}

/* Is the program, with its maps, loaded by who needs it, and not with the engine? */
static bool is_on_demand(const struct bpf_program *program)
{
	return !strncmp(bpf_program__section_name(program), "iter/", 5);
}

static int kernel_types(struct btf **ret, struct shield_error *error)
{
	struct btf *btf = btf__load_vmlinux_btf();

	if (!btf)
		return shield_fail_errno(error, errno, "cannot read the kernel's types (/sys/kernel/btf/vmlinux)");
	*ret = btf;
	return 0;
}

static bool has_hook(const struct btf *btf, const struct shield_hook *hook, enum shield_tier tier)
{
	char function[64];

	shield_hook_function(hook, tier, function, sizeof(function));
	return btf__find_by_name_kind(btf, function, hook->is_tracepoint ? BTF_KIND_TYPEDEF : BTF_KIND_FUNC) >= 0;
}

/* The kernel has nothing that the hook would guard. */
static bool is_needless(const struct btf *btf, const struct shield_hook *hook)
{
	return hook->unless && btf__find_by_name_kind(btf, hook->unless, BTF_KIND_STRUCT) < 0;
}

/* Which of these hooks the kernel has; *ret_missing gets those that it should have. */
static uint64_t available(const struct btf *btf, uint64_t hooks, enum shield_tier tier, uint64_t *ret_missing)
{
	uint64_t found = 0;

	*ret_missing = 0;
	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		if (!(hooks & 1ull << i))
			continue;
		if (has_hook(btf, &shield_hooks[i], tier))
			found |= 1ull << i;
		else if (!is_needless(btf, &shield_hooks[i]))
			*ret_missing |= 1ull << i;
	}
	return found;
}

/* inode_setattr: LSM programs of older kernels get (dentry, attr), later ones and security_*() an id map before. */
static uint32_t setattr_dentry(const struct btf *btf, enum shield_tier tier)
{
	const struct btf_type *function;
	int id = btf__find_by_name_kind(btf, "bpf_lsm_inode_setattr", BTF_KIND_FUNC);

	if (tier == SHIELD_TIER_FMOD_RET || id < 0)
		return 1;
	function = btf__type_by_id(btf, (__u32)id);
	return btf_vlen(btf__type_by_id(btf, function->type)) > 2;
}

static int write_settings(struct bpf_object *object, const struct btf *btf, enum shield_tier tier,
			  struct shield_error *error)
{
	struct shield_settings settings = { .tier = tier, .setattr_dentry = setattr_dentry(btf, tier) };
	struct bpf_map *map = bpf_object__find_map_by_name(object, ".rodata.settings");

	if (!map || bpf_map__set_initial_value(map, &settings, sizeof(settings)) < 0)
		return shield_fail_errno(error, errno, "cannot write the programs' settings");
	return 0;
}

/* Makes an LSM program one that runs in front of security_*(): the context is the same. */
static int move_to_front(struct bpf_program *program, const struct shield_hook *hook, struct shield_error *error)
{
	char function[64];

	shield_hook_function(hook, SHIELD_TIER_FMOD_RET, function, sizeof(function));
	bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
	bpf_program__set_expected_attach_type(program, hook->is_void ? BPF_TRACE_FENTRY : BPF_MODIFY_RETURN);
	if (bpf_program__set_attach_target(program, 0, function) < 0)
		return shield_fail_errno(error, errno, "the kernel does not attach to %s (%s)", function, detail());
	return 0;
}

/* Chooses what to load: everything else stays out. */
static int choose(struct bpf_object *object, enum shield_tier tier, uint64_t hooks, struct shield_error *error)
{
	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, shield_hooks[i].program);
		int r;

		bpf_program__set_autoload(program, hooks & 1ull << i);
		if (!(hooks & 1ull << i) || tier == SHIELD_TIER_LSM || shield_hooks[i].is_tracepoint)
			continue;
		r = move_to_front(program, &shield_hooks[i], error);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The programs use the maps of the engine that is there, and those on no hook are there, too. */
static int join(struct bpf_object *object, struct shield_engine *engine, struct shield_error *error)
{
	struct bpf_program *program;

	for (int i = 0; i < SHIELD_MAPS; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(object, shield_map_name(i));
		int fd = shield_engine_map(engine, i, error);

		if (fd < 0)
			return fd;
		if (bpf_map__reuse_fd(map, fd) < 0)
			return shield_fail_errno(error, errno, "cannot use the map %s", shield_map_name(i));
	}
	bpf_object__for_each_program (program, object) {
		if (!shield_program_is_on_hook(program))
			bpf_program__set_autoload(program, false);
	}
	return 0;
}

/* @name: of the program that is wanted; NULL = none */
static void choose_on_demand(struct bpf_object *object, const char *name)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, object) {
		if (is_on_demand(program))
			bpf_program__set_autoload(program, name && !strcmp(bpf_program__name(program), name));
	}
	bpf_map__set_autocreate(bpf_object__find_map_by_name(object, "retags"), name != NULL);
}

static int prepare(struct bpf_object *object, const struct btf *btf, enum shield_tier tier, uint64_t hooks,
		   const char *on_demand, struct shield_engine *engine, struct shield_error *error)
{
	int r = write_settings(object, btf, tier, error);

	if (r == 0)
		r = choose(object, tier, hooks, error);
	if (r == 0 && engine)
		r = join(object, engine, error);
	choose_on_demand(object, on_demand);
	return r;
}

static int load(const struct btf *btf, enum shield_tier tier, uint64_t hooks, const char *on_demand,
		struct shield_engine *engine, struct bpf_object **ret, struct shield_error *error)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "oci_shield");
	_cleanup_object_ struct bpf_object *object = NULL;
	int r = shield_feature_require(SHIELD_FEATURE_SYMBOLS, error);

	if (r < 0)
		return r;
	libbpf_set_print(keep_warning);
	first_warning[0] = 0;
	object = bpf_object__open_mem(shield_object, (size_t)(shield_object_end - shield_object), &options);
	if (!object)
		return shield_fail_errno(error, errno, "cannot open the BPF object (%s)", detail());
	r = prepare(object, btf, tier, hooks, on_demand, engine, error);
	if (r < 0)
		return r;
	r = bpf_object__load(object);
	if (r < 0)
		return shield_fail(error, ENOTSUP, "the kernel does not load the BPF programs (%s)", detail());
	*ret = TAKE_PTR(object);
	return 0;
}

int shield_programs_load(enum shield_tier tier, uint64_t hooks, struct bpf_object **ret, struct shield_error *error)
{
	_cleanup_btf_ struct btf *btf = NULL;
	uint64_t missing;
	int r = kernel_types(&btf, error);

	if (r < 0)
		return r;
	hooks = available(btf, hooks, tier, &missing);
	if (missing)
		return shield_fail(error, ENOTSUP, "this kernel has no LSM hook %s",
				   shield_hooks[__builtin_ctzll(missing)].lsm);
	return load(btf, tier, hooks, NULL, NULL, ret, error);
}

int shield_programs_load_on_demand(struct shield_engine *engine, const char *name, struct bpf_object **ret,
				   struct shield_error *error)
{
	_cleanup_btf_ struct btf *btf = NULL;
	int r = kernel_types(&btf, error);

	return r < 0 ? r : load(btf, engine->control->tier, 0, name, engine, ret, error);
}

/* What a part is called in the map `guarded`. */
static int part_key(enum shield_part part, int fd, __u64 *ret, struct shield_error *error)
{
	union {
		struct bpf_map_info map;
		struct bpf_prog_info program;
	} info = { .map = {} };
	__u32 size = part == SHIELD_PART_MAP ? sizeof(info.map) : sizeof(info.program);

	if (bpf_obj_get_info_by_fd(fd, &info, &size) < 0)
		return shield_fail_errno(error, errno, "cannot tell a part of the engine");
	*ret = SHIELD_PART_KEY(part, part == SHIELD_PART_MAP ? info.map.id : info.program.id);
	return 0;
}

void shield_programs_unguard(int guarded, enum shield_part part, int fd)
{
	__u64 key;

	if (part_key(part, fd, &key, NULL) == 0)
		bpf_map_delete_elem(guarded, &key);
}

int shield_programs_guard(int guarded, enum shield_part part, int fd, struct shield_error *error)
{
	__u8 yes = 1;
	__u64 key;
	int r = part_key(part, fd, &key, error);

	if (r < 0)
		return r;
	if (bpf_map_update_elem(guarded, &key, &yes, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot guard a part of the engine");
	return 0;
}

static int attach(struct bpf_program *program, const struct shield_hook *hook, const char *folder, int guarded,
		  struct shield_error *error)
{
	_cleanup_close_ int link = -1;
	char path[256];
	int r = shield_programs_guard(guarded, SHIELD_PART_PROGRAM, bpf_program__fd(program), error);

	if (r < 0)
		return r;
	link = bpf_raw_tracepoint_open(NULL, bpf_program__fd(program));
	if (link < 0) {
		r = shield_fail(error, ENOTSUP, "the kernel does not attach to the LSM hook %s (%s)", hook->lsm,
				strerror(errno));
		shield_programs_unguard(guarded, SHIELD_PART_PROGRAM, bpf_program__fd(program));
		return r;
	}
	snprintf(path, sizeof(path), "%s/link/%s", folder, hook->program);
	return shield_pin(link, path, error);
}

int shield_programs_attach(struct bpf_object *object, uint64_t hooks, const char *folder, int guarded,
			   uint64_t *ret_attached, struct shield_error *error)
{
	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, shield_hooks[i].program);
		int r;

		if (!(hooks & 1ull << i))
			continue;
		if (bpf_program__autoload(program)) {
			r = attach(program, &shield_hooks[i], folder, guarded, error);
			if (r < 0)
				return r;
		}
		*ret_attached |= 1ull << i; /* or needless here */
	}
	return 0;
}

/* Loads and attaches what is not. @found: those of the hooks that the kernel has, the others are needless */
static int add(struct shield_engine *engine, const struct btf *btf, uint64_t hooks, uint64_t found,
	       struct shield_error *error)
{
	int guarded = shield_engine_map(engine, SHIELD_MAP_GUARDED, error);
	_cleanup_object_ struct bpf_object *object = NULL;
	char folder[128];
	int r;

	if (guarded < 0)
		return guarded;
	r = load(btf, engine->control->tier, found, NULL, engine, &object, error);
	if (r < 0)
		return r;
	shield_engine_path(folder, sizeof(folder), NULL, NULL);
	return shield_programs_attach(object, hooks, folder, guarded, (uint64_t *)&engine->control->attached, error);
}

int shield_programs_lacking(enum shield_tier tier, uint32_t *ret_kinds, struct shield_error *error)
{
	_cleanup_btf_ struct btf *btf = NULL;
	uint64_t missing;
	uint32_t kinds = 0;
	int r = kernel_types(&btf, error);

	if (r < 0)
		return r;
	available(btf, shield_hooks_of(~(1u << SHIELD_KIND_NONE), tier), tier, &missing);
	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		if (missing & 1ull << i)
			kinds |= shield_hooks[i].kinds;
	}
	*ret_kinds = kinds;
	return 0;
}

/* The id of the program behind a link's pin; 0 when there is none. */
static uint32_t program_behind(const char *path)
{
	_cleanup_close_ int link = bpf_obj_get(path);
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);

	return link >= 0 && bpf_obj_get_info_by_fd(link, &info, &size) == 0 ? info.prog_id : 0;
}

void shield_programs_retire(struct shield_engine *engine, uint32_t kinds)
{
	uint64_t hooks = shield_hooks_only_of(kinds) & engine->control->attached;

	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		char path[256];
		__u64 key;

		if (!(hooks & 1ull << i))
			continue;
		shield_engine_path(path, sizeof(path), "link", shield_hooks[i].program);
		key = SHIELD_PART_KEY(SHIELD_PART_PROGRAM, program_behind(path));
		unlink(path);
		bpf_map_delete_elem(shield_engine_map(engine, SHIELD_MAP_GUARDED, NULL), &key);
		engine->control->attached &= ~(1ull << i);
	}
}

/* The rule that is to be named for hooks that cannot be had. */
static const char *rule_for(uint64_t hooks, uint32_t kinds)
{
	return shield_kind_name(__builtin_ctz(shield_hooks[__builtin_ctzll(hooks)].kinds & kinds));
}

int shield_programs_require(struct shield_engine *engine, uint32_t kinds, struct shield_error *error)
{
	uint64_t wanted = shield_hooks_of(kinds, engine->control->tier) & ~engine->control->attached, found, missing;
	_cleanup_btf_ struct btf *btf = NULL;
	int r;

	if (!wanted)
		return 0;
	r = kernel_types(&btf, error);
	if (r < 0)
		return r;
	found = available(btf, wanted, engine->control->tier, &missing);
	wanted &= ~missing;
	if (wanted) {
		r = add(engine, btf, wanted, found, error);
		if (r < 0)
			return shield_wrap(error, r, "rule %s", rule_for(wanted, kinds));
	}
	if (missing)
		return shield_fail(error, ENOTSUP, "rule %s cannot be enforced on this kernel: it has no LSM hook %s",
				   rule_for(missing, kinds), shield_hooks[__builtin_ctzll(missing)].lsm);
	return 0;
}
