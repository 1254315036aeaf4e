/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a runtime calls the hook, by the folders of hooks that it reads: oci-hooks(5). And podman. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/json.h"
#include "base/program.h"
#include "ctl/ctl.h"
#include "ctl/doctor.h"
#include "ctl/hook_folders.h"

#define HOOKS_DIR "/usr/share/containers/oci/hooks.d" /* the one that is read unasked */
#define HOOK_FILE_MAX (1024 * 1024)		      /* bytes */
#define ANSWER_MAX (1024 * 1024)		      /* bytes */

enum {
	STAGE_CREATE = 1 << 0, /* createRuntime, which prestart is the old name of */
	STAGE_POSTSTOP = 1 << 1,
};

/* A file of hooks that is in force. */
struct hook_file {
	char *name;
	const char *folder;  /* borrowed */
	unsigned int stages; /* at which it calls us */
	bool ours;
};

struct look {
	struct shield_doctor *doctor;
	const char *runtime;
	const char *mend; /* tells the runtime of the hook */
	struct hook_file *file;
	size_t files;
};

bool shield_doctor_is_hook(const char *path)
{
	const char *base = strrchr(path, '/');

	return base && !strcmp(base, "/oci-shield");
}

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
	const char *program;

	if (!shield_json_member(root, "hook", &hook) || !shield_json_member(&hook, "path", &path) ||
	    shield_json_string(&path, &program, NULL) < 0)
		return NULL;
	return shield_doctor_is_hook(program) ? program : NULL;
}

static bool is_always(const struct shield_json *root)
{
	struct shield_json when, always;
	bool value = false;

	return shield_json_member(root, "when", &when) && shield_json_member(&when, "always", &always) &&
	       shield_json_bool(&always, &value, NULL) == 0 && value;
}

static bool program_runs(struct look *look, const char *file, const char *program)
{
	if (access(program, F_OK) < 0)
		shield_doctor_say(look->doctor, SHIELD_FINDING_PROBLEM, look->runtime, "install oci-shield again",
				  "%s calls %s, which is not there: it is skipped, containers run UNPROTECTED", file,
				  program);
	else if (access(program, X_OK) < 0)
		shield_doctor_say(look->doctor, SHIELD_FINDING_PROBLEM, look->runtime, "install oci-shield again",
				  "%s calls %s, which cannot be executed: no container starts", file, program);
	else
		return true;
	return false;
}

/* Says what is wrong with a file of ours. Returns the stages at which it calls us. */
static unsigned int look_at_ours(struct look *look, const char *file, const struct shield_json *root,
				 const char *program)
{
	unsigned int stages = stages_of(root);

	if (!program_runs(look, file, program))
		return stages; /* that nothing calls us at these is no other problem */
	if (!is_always(root))
		shield_doctor_say(look->doctor, SHIELD_FINDING_PROBLEM, look->runtime, look->mend,
				  "%s: when.always is not true: some containers run UNPROTECTED", file);
	else
		shield_doctor_say(look->doctor, SHIELD_FINDING_OK, look->runtime, NULL, "%s calls %s", file, program);
	if (stages & STAGE_CREATE)
		shield_doctor_build(look->doctor, look->runtime, program, "install all programs of one build");
	return stages;
}

/* Of files with one name, that of the later folder is in force. */
static void take(struct look *look, const struct hook_file *file)
{
	struct hook_file *entry = NULL;

	for (size_t i = 0; !entry && i < look->files; i++)
		if (!strcmp(look->file[i].name, file->name))
			entry = &look->file[i];
	if (!entry) {
		entry = shield_ctl_grow((void **)&look->file, &look->files, sizeof(*entry));
		if (!entry)
			return;
		*entry = *file;
		entry->name = strdup(file->name);
		if (!entry->name)
			look->files--;
		return;
	}
	if (entry->ours && !file->ours)
		shield_doctor_say(look->doctor, SHIELD_FINDING_PROBLEM, look->runtime,
				  "remove it, or give it another name", "%s/%s hides the file of oci-shield in %s",
				  file->folder, file->name, entry->folder);
	entry->folder = file->folder;
	entry->stages = file->stages;
	entry->ours = file->ours;
}

static void look_at_file(struct look *look, DIR *dir, const char *folder, char *name)
{
	_cleanup_json_ struct shield_json_document document = {};
	struct hook_file file = { .name = name, .folder = folder };
	_cleanup_free_ char *text = NULL;
	struct shield_error error = {};
	struct shield_json root;
	const char *program;
	char path[PATH_MAX];
	size_t length;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (shield_read_file(dirfd(dir), name, HOOK_FILE_MAX, &text, &length, &error) < 0 ||
	    shield_json_parse(text, length, &document, &error) < 0) {
		/* CRI-O reads it once, and leaves out what gets broken later */
		shield_doctor_say(look->doctor, SHIELD_FINDING_PROBLEM, look->runtime, "mend or remove the file",
				  "%s: %s: %s", path, error.message,
				  strcmp(look->runtime, "crio") ? "no container starts" : "CRI-O does not start again");
		return;
	}
	root = shield_json_root(&document);
	program = our_program(&root);
	if (program) {
		file.ours = true;
		file.stages = look_at_ours(look, path, &root, program);
	}
	take(look, &file);
}

static void look_at_folder(struct look *look, const char *folder)
{
	_cleanup_closedir_ DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		size_t length = strlen(entry->d_name);

		if (length > 5 && !strcmp(entry->d_name + length - 5, ".json"))
			look_at_file(look, dir, folder, entry->d_name);
	}
}

/* The folders, as one text for people. */
static void join(const struct shield_strings *folders, char *buffer, size_t size)
{
	size_t used = 0;

	snprintf(buffer, size, "no folder");
	for (size_t i = 0; i < folders->count && used < size; i++)
		used += (size_t)snprintf(buffer + used, size - used, "%s%s", i ? ", " : "", folders->item[i]);
}

static void look_at_folders(struct look *look, const struct shield_strings *folders)
{
	unsigned int stages = 0;
	char joined[1024];

	for (size_t i = 0; i < folders->count; i++)
		look_at_folder(look, folders->item[i]);
	for (size_t i = 0; i < look->files; i++) {
		stages |= look->file[i].stages;
		free(look->file[i].name);
	}
	free(look->file);
	join(folders, joined, sizeof(joined));
	if (!(stages & STAGE_CREATE))
		shield_doctor_say(
			look->doctor, SHIELD_FINDING_MISSING, look->runtime, look->mend,
			"it reads hooks in %s, and nothing there calls oci-shield at createRuntime: containers "
			"run UNPROTECTED",
			joined);
	else if (!(stages & STAGE_POSTSTOP))
		shield_doctor_say(
			look->doctor, SHIELD_FINDING_NOTE, look->runtime, look->mend,
			"it reads hooks in %s, and nothing there calls oci-shield at poststop: what containers "
			"leave behind is removed later",
			joined);
}

bool shield_doctor_ask(struct shield_doctor *doctor, const char *runtime, const char *argument, char **ret)
{
	struct shield_error error = {};
	char program[PATH_MAX];
	const char *words[] = { program, argument, NULL };

	if (!shield_program_find(runtime, program))
		return false;
	if (shield_program_ask(words, ANSWER_MAX, ret, NULL, &error) == 0)
		return true;
	shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, runtime, "run it, and mend what it says",
			  "%s: is its configuration broken?", error.message);
	return false;
}

void shield_doctor_hook_folders(struct shield_doctor *doctor, const char *runtime, const char *mend, const char *text,
				int (*read)(const char *text, struct shield_strings *ret))
{
	struct look look = { .doctor = doctor, .runtime = runtime, .mend = mend };
	struct shield_strings folders = {};
	int r = read(text, &folders);

	if (r == 0 && folders.count)
		look_at_folders(&look, &folders);
	else if (r == 0)
		shield_doctor_say(
			doctor, SHIELD_FINDING_PROBLEM, runtime, "have " HOOKS_DIR " in it",
			"its hooks_dir is empty: containers run UNPROTECTED (those of root's podman 5 do not)");
	else
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, runtime, NULL,
				  "it does not say which folders of hooks it reads");
	shield_strings_free(&folders);
}

void shield_doctor_default_hooks(struct shield_doctor *doctor, const char *runtime, const char *mend)
{
	struct look look = { .doctor = doctor, .runtime = runtime, .mend = mend };
	char *folder[] = { (char *)HOOKS_DIR };

	look_at_folders(&look, &(struct shield_strings){ .item = folder, .count = 1 });
}

void shield_doctor_podman(struct shield_doctor *doctor)
{
	_cleanup_free_ char *help = NULL;

	if (shield_doctor_ask(doctor, "podman", "--help", &help))
		shield_doctor_hook_folders(doctor, "podman", SHIELD_DOCTOR_CONFIGURE "podman", help,
					   shield_hook_folders_podman);
}
