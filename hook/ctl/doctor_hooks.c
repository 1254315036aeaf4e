/* SPDX-License-Identifier: Apache-2.0 */
/* hooks.d of podman and CRI-O: oci-hooks(5). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/json.h"
#include "ctl/doctor.h"

#define HOOKS_DIR "/usr/share/containers/oci/hooks.d" /* the only one that podman reads unasked */
#define HOOK_FILE_MAX (1024 * 1024)
#define HOOK_NAME "oci-shield"
#define INSTALL "run install.sh --runtime podman (or crio)"

enum {
	STAGE_CREATE = 1 << 0, /* createRuntime, which prestart is the old name of */
	STAGE_POSTSTOP = 1 << 1,
};

static unsigned int stages_of(const struct shield_json *root)
{
	unsigned int found = 0;
	struct shield_json stages;

	if (!shield_json_member(root, "stages", &stages))
		return 0;
	for (size_t i = 0; i < shield_json_length(&stages); i++) {
		struct shield_json stage = shield_json_element(&stages, i);
		const char *name;

		if (shield_json_string(&stage, &name, NULL) < 0)
			continue;
		if (!strcmp(name, "createRuntime") || !strcmp(name, "prestart"))
			found |= STAGE_CREATE;
		else if (!strcmp(name, "poststop"))
			found |= STAGE_POSTSTOP;
	}
	return found;
}

/* The program that a hook file names. NULL when it is not ours. */
static const char *our_program(const struct shield_json *root)
{
	struct shield_json hook, path;
	const char *program, *base;

	if (!shield_json_member(root, "hook", &hook) || !shield_json_member(&hook, "path", &path) ||
	    shield_json_string(&path, &program, NULL) < 0)
		return NULL;
	base = strrchr(program, '/');
	return base && !strcmp(base + 1, HOOK_NAME) ? program : NULL;
}

/* Looks at one file of the folder. Returns the stages at which it calls us. */
static unsigned int look_at(struct shield_doctor *doctor, DIR *dir, const char *name)
{
	_cleanup_json_ struct shield_json_document document = {};
	_cleanup_free_ char *text = NULL;
	struct shield_error error = {};
	struct shield_json root;
	const char *program;
	size_t length;

	if (shield_read_file(dirfd(dir), name, HOOK_FILE_MAX, &text, &length, &error) < 0 ||
	    shield_json_parse(text, length, &document, &error) < 0) {
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "hooks", "mend or remove the file",
				  HOOKS_DIR "/%s: %s: podman and CRI-O start no container", name, error.message);
		return 0;
	}
	root = shield_json_root(&document);
	program = our_program(&root);
	if (!program)
		return 0;
	if (access(program, X_OK) < 0) {
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "hooks", INSTALL,
				  HOOKS_DIR "/%s: %s cannot be executed: containers run UNPROTECTED", name, program);
		return 0;
	}
	shield_doctor_say(doctor, SHIELD_FINDING_OK, "hooks", NULL, HOOKS_DIR "/%s calls %s", name, program);
	return stages_of(&root);
}

static bool is_json(const char *name)
{
	size_t length = strlen(name);

	return length > 5 && !strcmp(name + length - 5, ".json");
}

static unsigned int look_at_all(struct shield_doctor *doctor)
{
	_cleanup_closedir_ DIR *dir = opendir(HOOKS_DIR);
	unsigned int stages = 0;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (is_json(entry->d_name))
			stages |= look_at(doctor, dir, entry->d_name);
	return stages;
}

void shield_doctor_hooks(struct shield_doctor *doctor)
{
	unsigned int stages = look_at_all(doctor);
	enum shield_finding finding = doctor->reads_hooks_d ? SHIELD_FINDING_MISSING : SHIELD_FINDING_NOTE;

	if (!(stages & STAGE_CREATE))
		shield_doctor_say(doctor, finding, "hooks", INSTALL,
				  "no file in " HOOKS_DIR " calls oci-shield at createRuntime: podman and CRI-O start "
				  "containers unprotected");
	else if (!(stages & STAGE_POSTSTOP))
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "hooks", INSTALL,
				  "no file in " HOOKS_DIR
				  " calls oci-shield at poststop: what containers leave behind is "
				  "removed later");
}
