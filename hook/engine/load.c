/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/load.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "engine/engine.h"
#include "engine/features.h"
#include "engine/hooks.h"
#include "engine/object.h"
#include "engine/pins.h"
#include "engine/selftest.h"

/* Pins come into being here and appear by one rename, complete. (bpffs takes no dots in names.) */
#define NEW_SUFFIX "-new"

static void object_closep(struct bpf_object **object)
{
	bpf_object__close(*object);
}
#define _cleanup_object_ _cleanup_(object_closep)

/* What libbpf would print: the last warning is the error's detail. */
static char last_warning[512];

static int keep_warning(enum libbpf_print_level level, const char *format, va_list args)
{
	if (level == LIBBPF_WARN && !last_warning[0])
		vsnprintf(last_warning, sizeof(last_warning), format, args);
	return 0;
}

static int leave_for_root_cgroup(struct shield_error *error)
{
	_cleanup_close_ int fd = open("/sys/fs/cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		return shield_fail_errno(error, errno, "cannot move to the root cgroup to load the engine");
	return 0;
}

/* Leaves programs out whose LSM hook this kernel does not have: a rule that needs one is refused by name later. */
static void skip_absent_hooks(struct bpf_object *object)
{
	for (const struct shield_hook *hook = shield_hooks; hook->program; hook++) {
		struct bpf_program *program = bpf_object__find_program_by_name(object, hook->program);

		if (program && libbpf_find_vmlinux_btf_id(hook->lsm, BPF_LSM_MAC) < 0)
			bpf_program__set_autoload(program, false);
	}
}

static int load_object(struct bpf_object **ret, struct shield_error *error)
{
	_cleanup_object_ struct bpf_object *object = NULL;
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "oci_shield");
	int r;

	libbpf_set_print(keep_warning);
	last_warning[0] = 0;
	object = bpf_object__open_mem(shield_object, (size_t)(shield_object_end - shield_object), &options);
	if (!object)
		return shield_fail_errno(error, errno, "cannot open the BPF object (%s)", last_warning);
	skip_absent_hooks(object);
	r = bpf_object__load(object);
	if (r < 0)
		return shield_fail_errno(error, -r, "the kernel does not load the BPF programs (%s)",
					 last_warning[0] ? last_warning : "no detail");
	*ret = TAKE_PTR(object);
	return 0;
}

static int pin(int fd, const char *folder, const char *kind, const char *name, struct shield_error *error)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s/%s", folder, kind, name);
	if (bpf_obj_pin(fd, path) < 0)
		return shield_fail_errno(error, errno, "cannot pin %s", path);
	return 0;
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

static int pin_programs(struct bpf_object *object, const char *folder, struct shield_error *error)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, object) {
		int r;

		if (!bpf_program__autoload(program))
			continue;
		r = pin(bpf_program__fd(program), folder, "prog", bpf_program__name(program), error);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Attaches the hooks that are always needed. *attached gets their bits. */
static int attach_base(struct bpf_object *object, const char *folder, uint32_t *attached, struct shield_error *error)
{
	for (unsigned int i = 0; shield_hooks[i].program; i++) {
		const struct shield_hook *hook = &shield_hooks[i];
		struct bpf_program *program;
		char path[256];
		int r;

		if (hook->kinds != SHIELD_HOOK_ALWAYS)
			continue;
		program = bpf_object__find_program_by_name(object, hook->program);
		snprintf(path, sizeof(path), "%s/link/%s", folder, hook->program);
		r = shield_hook_attach(hook, bpf_program__fd(program), path, error);
		if (r < 0)
			return r;
		*attached |= 1u << i;
	}
	return 0;
}

static int write_control(struct bpf_object *object, uint32_t attached, struct shield_error *error)
{
	_cleanup_free_ struct shield_control *control = calloc(1, sizeof(*control));
	uint32_t zero = 0;

	if (!control)
		return shield_fail(error, ENOMEM, "out of memory");
	control->abi = SHIELD_ABI;
	control->attached = attached;
	if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "control"), &zero, control, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot write the control map");
	return 0;
}

static int fill_folder(struct bpf_object *object, const char *folder, struct shield_error *error)
{
	uint32_t attached = 0;
	int r;

	r = shield_pins_make(folder, error);
	if (r < 0)
		return r;
	r = pin_maps(object, folder, error);
	if (r < 0)
		return r;
	r = pin_programs(object, folder, error);
	if (r < 0)
		return r;
	r = attach_base(object, folder, &attached, error);
	if (r < 0)
		return r;
	r = shield_selftest(bpf_object__find_map_fd_by_name(object, "tags"), error);
	if (r < 0)
		return r;
	return write_control(object, attached, error);
}

int shield_engine_load(struct shield_error *error)
{
	_cleanup_object_ struct bpf_object *object = NULL;
	char folder[128], new_folder[sizeof(folder) + sizeof(NEW_SUFFIX)];
	int r;

	r = shield_features_require(error);
	if (r < 0)
		return r;
	r = leave_for_root_cgroup(error);
	if (r < 0)
		return r;
	r = load_object(&object, error);
	if (r < 0)
		return r;
	shield_engine_path(folder, sizeof(folder), NULL, NULL);
	snprintf(new_folder, sizeof(new_folder), "%s" NEW_SUFFIX, folder);
	shield_pins_remove(new_folder); /* of a loader that was killed */
	r = fill_folder(object, new_folder, error);
	if (r == 0 && rename(new_folder, folder) < 0)
		r = shield_fail_errno(error, errno, "cannot rename %s", new_folder);
	if (r < 0)
		shield_pins_remove(new_folder);
	return r;
}
