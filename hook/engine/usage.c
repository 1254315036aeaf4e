/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/usage.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"

int shield_usage_enable(int *ret_fd, struct shield_error *error)
{
	int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);

	if (fd < 0)
		return shield_fail_errno(error, -fd, "the kernel does not count what BPF programs cost");
	*ret_fd = fd;
	return 0;
}

/* The program behind a pin: a descriptor, or a negative errno. */
static int open_program(const char *path, bool is_link)
{
	_cleanup_close_ int fd = bpf_obj_get(path);
	struct bpf_link_info info = {};
	__u32 size = sizeof(info);
	int r;

	if (fd < 0)
		return fd;
	if (!is_link)
		return TAKE_FD(fd);
	r = bpf_obj_get_info_by_fd(fd, &info, &size);
	return r < 0 ? r : bpf_prog_get_fd_by_id(info.prog_id);
}

static int read_usage(const char *path, const char *name, bool is_link, struct shield_usage *ret,
		      struct shield_error *error)
{
	_cleanup_close_ int program = open_program(path, is_link);
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	int r = program < 0 ? program : bpf_obj_get_info_by_fd(program, &info, &size);

	if (r < 0)
		return shield_fail_errno(error, -r, "cannot look at the program of %s", path);
	*ret = (struct shield_usage){ .id = info.id, .runs = info.run_cnt, .time = info.run_time_ns };
	snprintf(ret->name, sizeof(ret->name), "%.*s", SHIELD_USAGE_NAME_MAX - 1, name);
	return 0;
}

/* The programs of one folder of pins. */
static int visit(const struct shield_engine *engine, const char *folder, bool is_link,
		 int (*each)(const struct shield_usage *usage, void *context), void *context,
		 struct shield_error *error)
{
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;
	char path[512];

	shield_engine_path_of(engine->hash, path, sizeof(path), folder, NULL);
	dir = opendir(path);
	if (!dir)
		return shield_fail_errno(error, errno, "cannot list %s", path);
	while ((entry = readdir(dir))) {
		struct shield_usage usage;
		int r;

		if (entry->d_name[0] == '.')
			continue;
		shield_engine_path_of(engine->hash, path, sizeof(path), folder, entry->d_name);
		r = read_usage(path, entry->d_name, is_link, &usage, error);
		if (r == -ENOENT) /* gone meanwhile */
			continue;
		if (r == 0)
			r = each(&usage, context);
		if (r != 0)
			return r;
	}
	return 0;
}

int shield_usage_each_hook(const struct shield_engine *engine,
			   int (*each)(const struct shield_usage *usage, void *context), void *context,
			   struct shield_error *error)
{
	return visit(engine, "link", true, each, context, error);
}

int shield_usage_each(const struct shield_engine *engine, int (*each)(const struct shield_usage *usage, void *context),
		      void *context, struct shield_error *error)
{
	int r = shield_usage_each_hook(engine, each, context, error);

	return r ? r : visit(engine, "prog", false, each, context, error);
}
