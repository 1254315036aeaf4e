/* SPDX-License-Identifier: Apache-2.0 */
/* Roads to programs, maps and links in the kernel: by bpf(2), and by the names they are pinned at. */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bpf(enum bpf_cmd command, union bpf_attr *attributes)
{
	long result = syscall(SYS_bpf, command, attributes, sizeof(*attributes));

	return result < 0 ? -errno : (int)result;
}

static uint64_t pointer(const void *to)
{
	return (uintptr_t)to;
}

static int make_map(void)
{
	union bpf_attr attributes = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1
	};

	return bpf(BPF_MAP_CREATE, &attributes);
}

/* return 1 */
static const struct bpf_insn one[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = 1 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int make_program(enum bpf_prog_type type)
{
	union bpf_attr attributes = {
		.prog_type = type, .insns = pointer(one), .insn_cnt = 2, .license = pointer("GPL")
	};

	return bpf(BPF_PROG_LOAD, &attributes);
}

static int done(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

/* bpf-map, bpf-program: makes one */
static int act_map(char **words)
{
	(void)words;
	return done(make_map());
}

static int act_program(char **words)
{
	(void)words;
	return done(make_program(BPF_PROG_TYPE_SOCKET_FILTER));
}

/* bpf-pin FILE: makes a map, and pins it */
static int act_pin(char **words)
{
	int fd = make_map();
	union bpf_attr attributes = { .pathname = pointer(words[0]), .bpf_fd = (uint32_t)fd };

	return fd < 0 ? fd : bpf(BPF_OBJ_PIN, &attributes);
}

/* bpf-get FILE: what is pinned there */
static int act_get(char **words)
{
	union bpf_attr attributes = { .pathname = pointer(words[0]) };

	return done(bpf(BPF_OBJ_GET, &attributes));
}

/* bpf-set FILE: opens the map that is pinned there, and changes it */
static int act_set(char **words)
{
	union bpf_attr get = { .pathname = pointer(words[0]) };
	uint32_t key = 0, value = 1;
	int fd = bpf(BPF_OBJ_GET, &get);
	union bpf_attr set = { .map_fd = (uint32_t)fd, .key = pointer(&key), .value = pointer(&value) };

	return fd < 0 ? fd : bpf(BPF_MAP_UPDATE_ELEM, &set);
}

static int get_by_id(const char *kind, uint32_t id)
{
	union bpf_attr attributes = { .map_id = id }; /* of the same union as prog_id and link_id */

	if (!strcmp(kind, "map"))
		return bpf(BPF_MAP_GET_FD_BY_ID, &attributes);
	if (!strcmp(kind, "program"))
		return bpf(BPF_PROG_GET_FD_BY_ID, &attributes);
	return bpf(BPF_LINK_GET_FD_BY_ID, &attributes);
}

/* bpf-by-id map|program|link ID */
static int act_by_id(char **words)
{
	return done(get_by_id(words[0], (uint32_t)number(words[1])));
}

/* bpf-own: a map and a program of its own, found by their ids */
static int act_own(char **words)
{
	struct bpf_map_info map = {};
	struct bpf_prog_info program = {};
	int fd = make_map(), program_fd = fd < 0 ? fd : make_program(BPF_PROG_TYPE_SOCKET_FILTER), error;
	union bpf_attr look = { .info = { (uint32_t)fd, sizeof(map), pointer(&map) } };
	union bpf_attr look_at_program = { .info = { (uint32_t)program_fd, sizeof(program), pointer(&program) } };

	(void)words;
	if (program_fd < 0)
		return program_fd;
	error = bpf(BPF_OBJ_GET_INFO_BY_FD, &look) ?: bpf(BPF_OBJ_GET_INFO_BY_FD, &look_at_program);
	return error ?: done(get_by_id("map", map.id)) ?: done(get_by_id("program", program.id));
}

/* bpf-detach ID: the link lets go of what it is attached to */
static int act_detach(char **words)
{
	int fd = get_by_id("link", (uint32_t)number(words[0]));
	union bpf_attr attributes = { .link_detach = { (uint32_t)fd } };

	return fd < 0 ? fd : bpf(BPF_LINK_DETACH, &attributes);
}

static int root_of(const char *cgroup)
{
	return open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* bpf-detach-sysctl CGROUP: whatever is attached there for sysctls, by no program and by one of its own */
static int act_detach_sysctl(char **words)
{
	int cgroup = root_of(words[0]), program = make_program(BPF_PROG_TYPE_CGROUP_SYSCTL), error;
	union bpf_attr attributes = { .target_fd = (uint32_t)cgroup, .attach_type = BPF_CGROUP_SYSCTL };

	if (cgroup < 0 || program < 0)
		return -EIO;
	error = bpf(BPF_PROG_DETACH, &attributes);
	if (!error)
		return 0;
	attributes.attach_bpf_fd = (uint32_t)program;
	return bpf(BPF_PROG_DETACH, &attributes);
}

/* bpf-replace-sysctl CGROUP: the only program there is one of its own, which allows all */
static int act_replace_sysctl(char **words)
{
	int cgroup = root_of(words[0]), program = make_program(BPF_PROG_TYPE_CGROUP_SYSCTL);
	union bpf_attr attributes = {
		.target_fd = (uint32_t)cgroup,
		.attach_bpf_fd = (uint32_t)program,
		.attach_type = BPF_CGROUP_SYSCTL,
		.attach_flags = BPF_F_ALLOW_OVERRIDE,
	};

	return cgroup < 0 || program < 0 ? -EIO : bpf(BPF_PROG_ATTACH, &attributes);
}

const struct act guard_acts[] = {
	{ "bpf-map", 0, act_map },
	{ "bpf-program", 0, act_program },
	{ "bpf-pin", 1, act_pin },
	{ "bpf-get", 1, act_get },
	{ "bpf-set", 1, act_set },
	{ "bpf-by-id", 2, act_by_id },
	{ "bpf-own", 0, act_own },
	{ "bpf-detach", 1, act_detach },
	{ "bpf-detach-sysctl", 1, act_detach_sysctl },
	{ "bpf-replace-sysctl", 1, act_replace_sysctl },
	{ NULL, 0, NULL },
};
