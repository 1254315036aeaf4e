/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/running.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/annotations.h"
#include "oci/runtime.h"
#include "profile/in_force.h"

void shield_ctl_warn(const char *message)
{
	fprintf(stderr, "shieldctl: %s\n", message);
}

int shield_ctl_check_node(struct shield_subject subject, const char *profile, struct shield_error *error)
{
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_selection selection;
	struct shield_error problem;
	int r = shield_config_in_force(&shield_config_default_places, false, &config, &problem, error);

	if (r < 0)
		return r;
	if (problem.message[0])
		shield_ctl_warn(problem.message);
	config->annotation_profile = true; /* whatever annotations may do */
	subject.profile = profile;
	subject.mode = subject.record = NULL;
	r = shield_select(config, &subject, &selection, error);
	return r == -EACCES ? shield_wrap(error, r, "the node's configuration decides for this container") : r;
}

static int check_running(const struct shield_state *state, struct shield_error *error)
{
	if (state->pid && state->status && (!strcmp(state->status, "running") || !strcmp(state->status, "paused")))
		return 0;
	return shield_fail(error, ESRCH,
			   "container %.12s does not run (%s): a container that has not started gets its profile by "
			   "its annotation",
			   state->id, state->status ?: "no status");
}

/* By an id or the beginning of one, else by podman's name. */
static int find(const char *id, char **ret_text, struct shield_state *ret, struct shield_error *error)
{
	_cleanup_free_ char *podman_id = NULL;
	int r = shield_runtime_find(shield_runtime_roots, id, ret_text, ret, error);

	if (r != -ENOENT || shield_runtime_podman_id(id, &podman_id, NULL) < 0)
		return r;
	return shield_runtime_find(shield_runtime_roots, podman_id, ret_text, ret, error);
}

int shield_ctl_adopt(const char *id, struct shield_attach *request, char ret_id[SHIELD_ID_MAX],
		     struct shield_error *error)
{
	_cleanup_state_ struct shield_state state = {};
	struct shield_annotations annotations;
	_cleanup_free_ char *text = NULL;
	int r = find(id, &text, &state, error);

	if (r == 0)
		r = check_running(&state, error);
	if (r == 0)
		r = shield_annotations_read(&state, &annotations, error);
	if (r == 0 && !request->learning)
		r = shield_ctl_check_node(annotations.subject, request->profile->name, error);
	if (r < 0)
		return r;
	if (ret_id)
		snprintf(ret_id, SHIELD_ID_MAX, "%s", state.id);
	request->state = &state;
	request->subject = &annotations.subject;
	r = shield_attach(request, error);
	request->state = NULL;
	request->subject = NULL;
	return r < 0 ? shield_wrap(error, r, "container %.12s", state.id) : 0;
}
