/* SPDX-License-Identifier: Apache-2.0 */
/* containerd, by its configuration in force: the runtime handler that runtime-config/containerd/configure adds, and NRI. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "base/json.h"
#include "base/program.h"
#include "ctl/containerd_config.h"
#include "ctl/doctor.h"

#define FILE_MAX (4 * 1024 * 1024)
#define CONFIG "/etc/containerd/config.toml"
#define DROP_IN "/etc/containerd/conf.d/50-oci-shield.toml"
#define HANDLER "oci-shield"
#define HANDLER_TABLE "containerd.runtimes." HANDLER
#define NRI_TABLE "plugins.\"io.containerd.nri.v1.nri\""
#define PATTERN "oci-shield/*"
#define INSTALL SHIELD_DOCTOR_CONFIGURE "--restart containerd"
#define RESTART "systemctl restart containerd"

static int ask(const char *const *words, char **ret)
{
	return shield_program_ask(words, FILE_MAX, ret, NULL, NULL);
}

/* The program of ours that a hook of the spec at a stage runs. */
static bool find_hook(const struct shield_json *root, const char *stage, char ret[PATH_MAX])
{
	struct shield_json hooks, list, path;
	const char *program;

	if (!shield_json_member(root, "hooks", &hooks) || !shield_json_member(&hooks, stage, &list))
		return false;
	for (size_t i = 0; i < shield_json_length(&list); i++) {
		struct shield_json hook = shield_json_element(&list, i);

		if (!shield_json_member(&hook, "path", &path) || shield_json_string(&path, &program, NULL) < 0)
			continue;
		if (shield_doctor_is_hook(program))
			return snprintf(ret, PATH_MAX, "%s", program) < PATH_MAX;
	}
	return false;
}

/* The spec that containers of the handler are made from: does it call us? */
static void look_at_spec(struct shield_doctor *doctor, const char *spec)
{
	_cleanup_json_ struct shield_json_document document = {};
	char program[PATH_MAX], unused[PATH_MAX];
	_cleanup_free_ char *text = NULL;
	struct shield_error error = {};
	struct shield_json root;
	size_t length;

	if (shield_read_file(AT_FDCWD, spec, FILE_MAX, &text, &length, &error) < 0 ||
	    shield_json_parse(text, length, &document, &error) < 0) {
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "containerd", INSTALL,
				  "%s: %s: once restarted, containerd starts no pod", spec, error.message);
		return;
	}
	root = shield_json_root(&document);
	if (!find_hook(&root, "createRuntime", program))
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "containerd", INSTALL,
				  "%s has no hook oci-shield at createRuntime: containers run UNPROTECTED", spec);
	else if (access(program, X_OK) < 0)
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "containerd", INSTALL,
				  "%s: %s cannot be executed: containers of the runtime handler " HANDLER
				  " do not start",
				  spec, program);
	else
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "containerd", NULL,
				  "the runtime handler " HANDLER " calls %s", program);
	if (!find_hook(&root, "poststop", unused))
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "containerd", INSTALL,
				  "%s has no hook oci-shield at poststop: what containers leave behind is removed "
				  "later",
				  spec);
}

static void look_at_annotations(struct shield_doctor *doctor, const char *dump)
{
	char list[1024];

	if (!shield_containerd_cri_setting(dump, HANDLER_TABLE, "pod_annotations", list, sizeof(list)) ||
	    !strstr(list, PATTERN))
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "containerd", INSTALL,
				  "pod_annotations of the runtime handler " HANDLER " lacks \"" PATTERN
				  "\": what pods ask for does not reach the hook");
}

static void look_at_default(struct shield_doctor *doctor, const char *dump)
{
	char name[128];

	if (!shield_containerd_cri_setting(dump, "containerd", "default_runtime_name", name, sizeof(name)))
		return;
	if (!strcmp(name, HANDLER))
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "containerd", NULL,
				  "the runtime handler " HANDLER " is the default");
	else
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "containerd",
				  SHIELD_DOCTOR_CONFIGURE "--default-handler --restart containerd",
				  "pods without a RuntimeClass run under '%s', and without a profile, whatever the "
				  "node's configuration binds",
				  name);
}

static int64_t changed_at(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 ? (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec : 0;
}

/* Its socket is as old as the daemon, which reads its files when it starts. */
static void look_at_daemon(struct shield_doctor *doctor, const char *dump, const char *spec)
{
	const char *const files[] = { CONFIG, DROP_IN, spec };
	char address[PATH_MAX];
	int64_t started;

	if (!shield_containerd_setting(dump, "grpc", "address", address, sizeof(address)) &&
	    !shield_containerd_setting(dump, "plugins.\"io.containerd.server.v1.grpc\"", "address", address,
				       sizeof(address)))
		return;
	started = changed_at(address);
	if (!started) {
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "containerd", NULL, "it does not run");
		return;
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (changed_at(files[i]) > started) {
			shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "containerd", RESTART,
					  "it was started before %s was changed, and goes by what it read then",
					  files[i]);
			return;
		}
}

/* Is the first line what configure writes for this version? */
static bool is_heading(const char *text, const char *version)
{
	static const char made[] = "# Made by oci-shield for ";
	size_t length = strcspn(text, "\n");

	return length == strlen(made) + strlen(version) && !strncmp(text, made, strlen(made)) &&
	       !strncmp(text + strlen(made), version, strlen(version));
}

/* What the drop-in was made from: the spec is that version's default, and it may have all the plugin's settings. */
static void look_at_drop_in(struct shield_doctor *doctor)
{
	const char *const words[] = { "containerd", "--version", NULL };
	_cleanup_free_ char *text = NULL, *version = NULL;

	if (shield_read_file(AT_FDCWD, DROP_IN, FILE_MAX, &text, NULL, NULL) < 0 || ask(words, &version) < 0)
		return; /* the administrator's own handler */
	version[strcspn(version, "\n")] = '\0';
	if (!is_heading(text, version))
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "containerd", INSTALL,
				  DROP_IN " was made for another version of containerd: containers are made from that "
					  "one's default spec");
	if (strstr(text, "# This containerd takes") && changed_at(CONFIG) > changed_at(DROP_IN))
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "containerd", INSTALL,
				  CONFIG " was changed after " DROP_IN
					 ", which has the settings of the CRI plugin as they were");
}

/* Where NRI is on, its plugin hook-injector reads hooks.d as podman does. */
static bool injects_hooks(const char *dump)
{
	char disabled[16], folder[PATH_MAX];
	_cleanup_closedir_ DIR *dir = NULL;
	struct dirent *entry;

	if (!shield_containerd_setting(dump, NRI_TABLE, "disable", disabled, sizeof(disabled)) ||
	    strcmp(disabled, "false") != 0 ||
	    !shield_containerd_setting(dump, NRI_TABLE, "plugin_path", folder, sizeof(folder)))
		return false;
	dir = opendir(folder);
	while (dir && (entry = readdir(dir)))
		if (fnmatch("[0-9][0-9]-hook-injector", entry->d_name, 0) == 0)
			return true;
	return false;
}

static void look_at(struct shield_doctor *doctor, const char *dump)
{
	bool injected = injects_hooks(dump);
	char spec[PATH_MAX];

	if (injected) {
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "containerd", NULL,
				  "NRI's hook-injector gives containers the hooks of hooks.d");
		shield_doctor_default_hooks(doctor, "containerd", SHIELD_DOCTOR_CONFIGURE "podman");
	}
	if (!shield_containerd_cri_setting(dump, HANDLER_TABLE, "base_runtime_spec", spec, sizeof(spec))) {
		if (!injected)
			shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "containerd", INSTALL,
					  "no runtime handler calls oci-shield: pods run without a profile");
		return;
	}
	look_at_spec(doctor, spec);
	look_at_annotations(doctor, dump);
	look_at_default(doctor, dump);
	look_at_drop_in(doctor);
	look_at_daemon(doctor, dump, spec);
}

void shield_doctor_containerd(struct shield_doctor *doctor)
{
	const char *const words[] = { "containerd", "config", "dump", NULL };
	_cleanup_free_ char *dump = NULL;
	int r = ask(words, &dump);

	if (r == 0)
		look_at(doctor, dump);
	else if (r != -ENOENT && access(CONFIG, F_OK) == 0)
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "containerd",
				  "containerd config dump, which says why",
				  "it does not accept " CONFIG ": once restarted, it starts no pod");
	else if (r != -ENOENT) /* until 1.7, without a file it says nothing */
		look_at(doctor, "");
}
