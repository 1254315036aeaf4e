/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/peers.h"

#include <bpf/bpf.h>
#include <errno.h>

#include "engine/slot.h"

/* Attaches a cgroup program to the container's cgroup; the pin makes it ours to find. */
static int link_cgroup(const struct shield_engine *engine, uint32_t slot, int cgroup, const char *name,
		       enum bpf_attach_type type, struct shield_error *error)
{
	_cleanup_close_ int program = -1, link = -1;
	char path[256];

	shield_engine_path(path, sizeof(path), "prog", name);
	program = bpf_obj_get(path);
	if (program < 0)
		return shield_fail_errno(error, errno, "cannot open %s", path);
	link = bpf_link_create(program, cgroup, type, NULL);
	if (link < 0)
		return shield_fail_errno(error, errno, "cannot attach %s to the container's cgroup", name);
	shield_slot_pin(engine, slot, name, path, sizeof(path));
	return shield_pin(link, path, error);
}

int shield_peers_link(const struct shield_engine *engine, uint32_t slot, int cgroup, struct shield_error *error)
{
	int r = link_cgroup(engine, slot, cgroup, SHIELD_PIN_PEER4, BPF_CGROUP_UDP4_RECVMSG, error);

	if (r == 0)
		r = link_cgroup(engine, slot, cgroup, SHIELD_PIN_PEER6, BPF_CGROUP_UDP6_RECVMSG, error);
	if (r < 0)
		shield_peers_unlink(engine, slot);
	return r;
}

void shield_peers_unlink(const struct shield_engine *engine, uint32_t slot)
{
	for (const char *const *name = shield_slot_pins; *name; name++) {
		char path[256];

		shield_slot_pin(engine, slot, *name, path, sizeof(path));
		unlink(path);
	}
}
