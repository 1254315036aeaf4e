/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "base/program.h"
#include "base/text.h"
#include "bpf/abi.h"

const struct shield_runtime_root shield_runtime_roots[] = {
	{ "crun", "/run/crun", NULL },
	{ "runc", "/run/runc", NULL },
	/* one root for every runtime of containerd's shim */
	{ "runc", "/run/containerd/runc/*", "state.json" },
	{ "crun", "/run/containerd/runc/*", "status" },
	{},
};

/* Where packages of CRI-O have runtimes of their own, which are not on PATH. */
#define CRIO_PROGRAMS "/usr/libexec/crio"

bool shield_runtime_program(const char *runtime, char ret[PATH_MAX])
{
	if (shield_program_find(runtime, ret))
		return true;
	return snprintf(ret, PATH_MAX, CRIO_PROGRAMS "/%s", runtime) < PATH_MAX && access(ret, X_OK) == 0;
}

static bool is_of(const struct shield_runtime_root *root, DIR *dir, const char *id)
{
	char path[PATH_MAX];

	if (id[0] == '.')
		return false;
	return !root->file || (snprintf(path, sizeof(path), "%s/%s", id, root->file) < (int)sizeof(path) &&
			       faccessat(dirfd(dir), path, F_OK, 0) == 0);
}

/* Calls `each` with what is in a folder, and with the runtime and the folder, until one returns non-zero. */
static int each_in(const struct shield_runtime_root *root, const char *folder,
		   int (*each)(const char *runtime, const char *folder, const char *id, void *context), void *context)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;
	int r = 0;

	while (r == 0 && dir && (entry = readdir(dir)))
		if (is_of(root, dir, entry->d_name))
			r = each(root->runtime, folder, entry->d_name, context);
	return r;
}

static int each_everywhere(const struct shield_runtime_root *roots,
			   int (*each)(const char *runtime, const char *folder, const char *id, void *context),
			   void *context)
{
	int r = 0;

	for (; r == 0 && roots->runtime; roots++) {
		glob_t folders = {};

		if (glob(roots->folder, GLOB_ONLYDIR, NULL, &folders) == 0)
			for (size_t i = 0; r == 0 && i < folders.gl_pathc; i++)
				r = each_in(roots, folders.gl_pathv[i], each, context);
		globfree(&folders);
	}
	return r;
}

/* A container that was looked for. */
struct search {
	const char *id;
	const char *runtime;
	char folder[PATH_MAX];
	char found[SHIELD_ID_MAX];
	unsigned int count;
	bool exact;
	struct shield_text candidates;
};

static int look_at(const char *runtime, const char *folder, const char *id, void *context)
{
	struct search *search = context;
	bool exact = !strcmp(id, search->id);

	if ((!exact && strncmp(id, search->id, strlen(search->id)) != 0) || strlen(id) >= sizeof(search->found))
		return 0;
	shield_text_add(&search->candidates, search->count++ ? ", " : "");
	shield_text_add(&search->candidates, id);
	search->exact = exact;
	search->runtime = runtime;
	snprintf(search->folder, sizeof(search->folder), "%s", folder);
	snprintf(search->found, sizeof(search->found), "%s", id);
	return exact;
}

static int ask(const char *runtime, const char *folder, const char *id, char **ret_text, struct shield_state *ret,
	       struct shield_error *error)
{
	char program[PATH_MAX];
	const char *words[] = {
		shield_runtime_program(runtime, program) ? program : runtime, "--root", folder, "state", id, NULL
	};
	_cleanup_free_ char *text = NULL;
	size_t length;
	int r = shield_program_ask(words, SHIELD_STATE_MAX, &text, &length, error);

	if (r == 0)
		r = shield_state_parse(text, length, ret, error);
	if (r < 0)
		return shield_wrap(error, r, "%s --root %s state %s", runtime, folder, id);
	*ret_text = TAKE_PTR(text);
	return 0;
}

int shield_runtime_find(const struct shield_runtime_root *roots, const char *id, char **ret_text,
			struct shield_state *ret, struct shield_error *error)
{
	struct search search = { .id = id };
	_cleanup_free_ char *candidates = NULL;
	char shown[SHIELD_ID_MAX];

	if (*id)
		each_everywhere(roots, look_at, &search);
	shield_text_add(&search.candidates, "");
	if (shield_text_take(&search.candidates, &candidates, NULL) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	if (!search.count)
		return shield_fail(error, ENOENT, "crun and runc know no container '%s'",
				   shield_printable(id, shown, sizeof(shown)));
	if (!search.exact && search.count > 1)
		return shield_fail(error, EEXIST, "'%s' is more than one container: %s",
				   shield_printable(id, shown, sizeof(shown)), candidates);
	return ask(search.runtime, search.folder, search.found, ret_text, ret, error);
}

struct visit {
	int (*each)(const struct shield_state *state, void *context);
	void *context;
};

static int visit_one(const char *runtime, const char *folder, const char *id, void *context)
{
	_cleanup_state_ struct shield_state state = {};
	_cleanup_free_ char *text = NULL;
	const struct visit *visit = context;

	return ask(runtime, folder, id, &text, &state, NULL) < 0 ? 0 : visit->each(&state, visit->context);
}

int shield_runtime_each(const struct shield_runtime_root *roots,
			int (*each)(const struct shield_state *state, void *context), void *context)
{
	struct visit visit = { .each = each, .context = context };

	return each_everywhere(roots, visit_one, &visit);
}

int shield_runtime_podman_id(const char *name, char **ret, struct shield_error *error)
{
	const char *words[] = { "podman", "inspect", "--type", "container", "--format", "{{.Id}}", "--", name, NULL };
	_cleanup_free_ char *text = NULL;
	char shown[SHIELD_ID_MAX];

	if (shield_program_ask(words, SHIELD_STATE_MAX, &text, NULL, NULL) < 0 || !text[strcspn(text, "\n")])
		return shield_fail(error, ENOENT, "there is no container '%s'",
				   shield_printable(name, shown, sizeof(shown)));
	text[strcspn(text, "\n")] = '\0';
	*ret = TAKE_PTR(text);
	return 0;
}
