/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/announce.h"

#include <bpf/bpf.h>
#include <errno.h>

#include "base/cleanup.h"
#include "engine/pins.h"

static int open_program(const char *engine, const char *name, int *ret, struct shield_error *error)
{
	char path[256];
	int fd;

	shield_engine_path_of(engine, path, sizeof(path), "prog", name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open %s", path);
	*ret = fd;
	return 0;
}

/* Runs a program on a context. -EIO when it says no. */
static int run(int program, void *context, size_t size, const char *what, struct shield_error *error)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context, .ctx_size_in = (__u32)size);

	if (bpf_prog_test_run_opts(program, &options) < 0)
		return shield_fail_errno(error, errno, "cannot run the program %s", what);
	if (options.retval)
		return shield_fail(error, EIO, "the program %s failed", what);
	return 0;
}

int shield_announce(const char *engine, uint32_t slot, uint32_t act, struct shield_error *error)
{
	struct shield_announcement announcement = { .slot = slot, .act = act };
	_cleanup_close_ int program = -1;
	int r = open_program(engine, "announce", &program, error);

	if (r == 0)
		r = run(program, &announcement, sizeof(announcement), "announce", error);
	if (r < 0)
		shield_wrap(error, r, "it leaves no event, as when nobody reads them and their ring is full");
	return r;
}

int shield_looker_open(struct shield_looker *ret, struct shield_error *error)
{
	return open_program(shield_engine_hash(), "resolve", &ret->program, error);
}

void shield_looker_close(struct shield_looker *looker)
{
	shield_closep(&looker->program);
	looker->program = -1;
}

int shield_look(const struct shield_looker *looker, int fd, struct shield_resolve *ret, struct shield_error *error)
{
	struct shield_resolve resolve = { .fd = fd };
	int r = run(looker->program, &resolve, sizeof(resolve), "resolve", error);

	if (r < 0)
		return r;
	*ret = resolve;
	return 0;
}
