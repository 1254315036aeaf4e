/* SPDX-License-Identifier: Apache-2.0 */
/* CRI-O, by what it goes by where it runs, else by its configuration: hooks, the handler that configure adds, restores. */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/program.h"
#include "ctl/doctor.h"
#include "ctl/hook_folders.h"

#define ANSWER_MAX (1024 * 1024) /* bytes */
#define HANDLER "oci-shield"
#define HANDLER_TABLE "crio.runtime.runtimes." HANDLER
#define CONFIGURE SHIELD_DOCTOR_CONFIGURE "crio"
#define RESTART "systemctl restart crio"

/* @running: what it goes by, NULL = unknown; @files: what it will go by */
static void look_at_handler(struct shield_doctor *doctor, const char *running, const char *files)
{
	char path[PATH_MAX];

	if (!shield_crio_setting(files, HANDLER_TABLE, "runtime_path", path, sizeof(path)))
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "crio", CONFIGURE,
				  "no handler " HANDLER ": pods with that RuntimeClass do not start");
	else if (shield_doctor_is_hook(path) || access(path, X_OK) < 0)
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "crio", CONFIGURE,
				  "the handler " HANDLER " runs '%s', which is no runtime", path);
	else if (running && !shield_crio_setting(running, HANDLER_TABLE, "runtime_path", path, sizeof(path)))
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "crio", RESTART,
				  "it was started before the handler " HANDLER
				  " was added: pods with that RuntimeClass do not start");
	else
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "crio", NULL, "the handler " HANDLER " runs %s", path);
}

static int64_t in_ns(const struct statx_timestamp *time)
{
	return time->tv_sec * 1000000000 + time->tv_nsec;
}

/* It watches the folders that were there when it started. Its socket is as old as that; a folder made anew has another inode. */
static void look_at_watch(struct shield_doctor *doctor, const char *running)
{
	struct shield_strings folders = {};
	struct statx socket, folder;
	char path[PATH_MAX];

	if (!shield_crio_setting(running, "crio.api", "listen", path, sizeof(path)) ||
	    statx(AT_FDCWD, path, 0, STATX_MTIME, &socket) < 0 || shield_hook_folders_crio(running, &folders) < 0)
		return;
	for (size_t i = 0; i < folders.count; i++)
		if (statx(AT_FDCWD, folders.item[i], 0, STATX_BTIME, &folder) == 0 && (folder.stx_mask & STATX_BTIME) &&
		    in_ns(&folder.stx_btime) > in_ns(&socket.stx_mtime))
			shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "crio", RESTART,
					  "it was started before the folder %s was made, and does not read it: "
					  "containers run UNPROTECTED",
					  folders.item[i]);
	shield_strings_free(&folders);
}

/* Where there is no criu, it says that it does not. */
static bool restores(const char *running)
{
	char value[32];

	if (shield_crio_setting(running, "crio.checkpoint_restore", "container_level_enabled", value, sizeof(value)))
		return !strcmp(value, "checkpoint_restore");
	return shield_crio_setting(running, "crio.runtime", "enable_criu_support", value, sizeof(value)) &&
	       !strcmp(value, "true");
}

void shield_doctor_crio(struct shield_doctor *doctor)
{
	const char *const words[] = { "crio", "status", "config", NULL };
	_cleanup_free_ char *files = NULL, *running = NULL;

	if (!shield_doctor_ask(doctor, "crio", "config", &files))
		return;
	shield_program_ask(words, ANSWER_MAX, &running, NULL, NULL); /* NULL: it does not run, or is older than 1.28 */
	shield_doctor_hook_folders(doctor, "crio", CONFIGURE, running ?: files, shield_hook_folders_crio);
	look_at_handler(doctor, running, files);
	if (!running)
		return;
	look_at_watch(doctor, running);
	if (restores(running))
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "crio",
				  "enable_criu_support = false in the table [crio.runtime] of its configuration",
				  "pods can have images of checkpoints restored, which then run without a profile, "
				  "whatever the node's configuration binds");
}
