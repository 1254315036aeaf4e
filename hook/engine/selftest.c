/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/selftest.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "bpf/abi.h"

/* The child: waits for its tag, then execs. Exits with the errno of that. */
static _Noreturn void probe(int gate)
{
	char *const arguments[] = { "oci-shield-selftest", "--version", NULL };
	char byte;

	if (read(gate, &byte, 1) == 1)
		execve("/proc/self/exe", arguments, (char *const[]){ NULL });
	_exit(errno & 0x7f);
}

static int tag_child(int tags, pid_t child)
{
	struct shield_tag tag = { .state = SHIELD_TAG_PROBE };
	_cleanup_close_ int pidfd = (int)syscall(SYS_pidfd_open, child, 0);

	if (pidfd < 0)
		return -errno;
	return bpf_map_update_elem(tags, &pidfd, &tag, BPF_ANY) < 0 ? -errno : 0;
}

int shield_selftest(int tags, struct shield_error *error)
{
	int gate[2], status, r;
	pid_t child;

	if (pipe(gate) < 0)
		return shield_fail_errno(error, errno, "pipe");
	child = fork();
	if (child == 0) {
		close(gate[1]);
		probe(gate[0]);
	}
	close(gate[0]);
	r = child < 0 ? -errno : tag_child(tags, child);
	if (r == 0 && write(gate[1], "x", 1) != 1)
		r = -errno;
	close(gate[1]);
	if (child > 0 && waitpid(child, &status, 0) < 0)
		r = r ? r : -errno;
	if (r < 0)
		return shield_fail_errno(error, -r, "the engine's self-test could not be made");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != SHIELD_PROBE_ERRNO)
		return shield_fail(error, ENOTSUP,
				   "BPF programs attach but do not run: the self-test's exec was not refused "
				   "(kernel.ftrace_enabled must be 1; see: shieldctl doctor)");
	return 0;
}
