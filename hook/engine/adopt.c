/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/adopt.h"

#include <errno.h>
#include <fcntl.h>

int shield_adopt_begin(struct shield_engine *engine, const char *cgroup, struct shield_adoption *ret,
		       struct shield_error *error)
{
	_cleanup_adoption_ struct shield_adoption adoption = SHIELD_ADOPTION_NONE;
	_cleanup_close_ int fd = open(cgroup, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open %s", cgroup);
	r = shield_retagger_open(engine, &adoption.retagger, error);
	if (r == 0)
		r = shield_freeze(fd, SHIELD_FREEZE_MS, &adoption.frozen, error);
	if (r < 0)
		return r;
	*ret = adoption;
	adoption = SHIELD_ADOPTION_NONE;
	return 0;
}

int shield_adopt_tasks(const struct shield_engine *engine, uint32_t slot, const struct shield_adoption *adoption,
		       shield_retagged_call call, void *context, struct shield_error *error)
{
	struct shield_retag request = {
		.work = SHIELD_RETAG_ADOPT,
		.slot = slot,
		.generation = engine->slots[slot].generation,
	};
	int r = shield_retag(&adoption->retagger, &request, call, context, error);

	if (r >= 0)
		return 0;
	request.work = SHIELD_RETAG_DROP;
	shield_retag(&adoption->retagger, &request, NULL, NULL, NULL);
	return r;
}

void shield_adopt_end(struct shield_adoption *adoption)
{
	shield_thaw(&adoption->frozen);
	shield_retagger_close(&adoption->retagger);
}
