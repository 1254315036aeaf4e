/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/retag.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "base/io.h"
#include "engine/programs.h"

#define PASSES 8
#define ANSWER_MAX (256 * 1024 * 1024) /* bytes: more tasks than a kernel has pids */

static int program_of(const struct shield_retagger *retagger)
{
	return bpf_program__fd(bpf_object__find_program_by_name(retagger->object, "retag"));
}

static int request_of(const struct shield_retagger *retagger)
{
	return bpf_object__find_map_fd_by_name(retagger->object, "retags");
}

int shield_retagger_open(struct shield_engine *engine, struct shield_retagger *ret, struct shield_error *error)
{
	_cleanup_retagger_ struct shield_retagger retagger = SHIELD_RETAGGER_NONE;
	int guarded = shield_engine_map(engine, SHIELD_MAP_GUARDED, error), r;

	if (guarded < 0)
		return guarded;
	r = shield_programs_load_on_demand(engine, "retag", &retagger.object, error);
	if (r < 0)
		return r;
	retagger.guarded = guarded;
	r = shield_programs_guard(guarded, SHIELD_PART_PROGRAM, program_of(&retagger), error);
	if (r == 0)
		r = shield_programs_guard(guarded, SHIELD_PART_MAP, request_of(&retagger), error);
	if (r < 0)
		return r;
	retagger.link = bpf_link_create(program_of(&retagger), 0, BPF_TRACE_ITER, NULL);
	if (retagger.link < 0)
		return shield_fail_errno(error, errno, "the kernel does not iterate over tasks");
	*ret = retagger;
	retagger = SHIELD_RETAGGER_NONE;
	return 0;
}

void shield_retagger_close(struct shield_retagger *retagger)
{
	shield_closep(&retagger->link);
	if (retagger->object) {
		shield_programs_unguard(retagger->guarded, SHIELD_PART_PROGRAM, program_of(retagger));
		shield_programs_unguard(retagger->guarded, SHIELD_PART_MAP, request_of(retagger));
	}
	bpf_object__close(retagger->object);
	*retagger = SHIELD_RETAGGER_NONE;
}

/* Tells what one pass said. Returns how many tasks it names. */
static int tell(const char *text, size_t length, shield_retagged_call call, void *context)
{
	int count = 0;

	for (size_t at = 0; length - at >= sizeof(struct shield_retagged); count++) {
		char exe[SHIELD_PATH_MAX] = "";
		struct shield_retagged task;

		memcpy(&task, text + at, sizeof(task));
		at += sizeof(task);
		if (task.length >= sizeof(exe) || task.length > length - at)
			break;
		memcpy(exe, text + at, task.length);
		at += task.length;
		if (call)
			call(&task, exe, context);
	}
	return count;
}

static int pass(const struct shield_retagger *retagger, shield_retagged_call call, void *context,
		struct shield_error *error)
{
	_cleanup_close_ int iterator = bpf_iter_create(retagger->link);
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r;

	if (iterator < 0)
		return shield_fail_errno(error, errno, "cannot go over the tasks");
	r = shield_read_fd(iterator, "the tasks", ANSWER_MAX, &text, &length, error);
	return r < 0 ? r : tell(text, length, call, context);
}

int shield_retag(const struct shield_retagger *retagger, const struct shield_retag *request, shield_retagged_call call,
		 void *context, struct shield_error *error)
{
	uint32_t zero = 0;
	int total = 0;

	if (bpf_map_update_elem(request_of(retagger), &zero, request, BPF_ANY) < 0)
		return shield_fail_errno(error, errno, "cannot write what is to be done to the tasks");
	for (int i = 0; i < PASSES; i++) {
		int r = pass(retagger, call, context, error);

		if (r <= 0)
			return r < 0 ? r : total;
		total += r;
	}
	return shield_fail(error, EAGAIN,
			   "the tasks of the container do not come to an end, or there is no memory for their tags");
}
