/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/doctor.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "base/names.h"
#include "ctl/ctl.h"
#include "engine/features.h"
#include "engine/programs.h"
#include "engine/tier.h"
#include "events/holder.h"
#include "profile/rule.h"
#include "rootless/plead.h"

static void write_finding(struct shield_writer *writer, const char *finding, const char *subject, const char *mend,
			  const char *message)
{
	shield_write_open(writer, NULL, '{');
	shield_write_string(writer, "finding", finding);
	shield_write_string(writer, "subject", subject);
	shield_write_string(writer, "message", message);
	if (mend)
		shield_write_string(writer, "mend", mend);
	else
		shield_write_null(writer, "mend");
	shield_write_close(writer, '}');
}

void shield_doctor_say(struct shield_doctor *doctor, enum shield_finding finding, const char *subject, const char *mend,
		       const char *format, ...)
{
	static const char *const words[] = { "ok", "note", "missing", "problem" };
	char message[sizeof(struct shield_error) + PATH_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	doctor->problems += finding >= SHIELD_FINDING_MISSING;
	if (doctor->writer) {
		write_finding(doctor->writer, words[finding], subject, mend, message);
		return;
	}
	printf("%-8s %-17s %s\n", words[finding], subject, message);
	if (mend)
		printf("%-27smend: %s\n", "", mend);
}

static void look_at_kernel(struct shield_doctor *doctor)
{
	struct utsname name;

	if (uname(&name) == 0)
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "kernel", NULL, "%s", name.release);
	for (int i = 0; i < SHIELD_FEATURES; i++) {
		struct shield_feature_state state;

		shield_feature_probe((enum shield_feature)i, &state);
		shield_doctor_say(doctor, state.present ? SHIELD_FINDING_OK : SHIELD_FINDING_MISSING,
				  shield_feature_name((enum shield_feature)i), state.present ? NULL : state.mend, "%s",
				  state.detail);
	}
}

/* Which rules this kernel cannot enforce: containers whose profile has one do not start. */
static void look_at_rules(struct shield_doctor *doctor, enum shield_tier tier)
{
	struct shield_error error = {};
	uint32_t kinds;

	if (shield_programs_lacking(tier, &kinds, &error) < 0) {
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "rules", NULL, "%s", error.message);
		return;
	}
	for (unsigned int kind = 0; kind < SHIELD_KINDS; kind++) {
		if (kinds & 1u << kind)
			shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "rules", NULL,
					  "%s cannot be enforced: a profile that has it starts in audit mode only",
					  shield_kind_name(kind));
	}
	if (!kinds)
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "rules", NULL, "all can be enforced");
}

static void look_at_engine(struct shield_doctor *doctor)
{
	enum shield_tier tier = shield_tier_lsm_is_likely() ? SHIELD_TIER_LSM : SHIELD_TIER_FMOD_RET;
	_cleanup_engine_ struct shield_engine engine = SHIELD_ENGINE_NONE;
	struct shield_error error = {};
	int r = shield_engine_open(false, &engine, &error);

	if (r == -ENOENT)
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "engine", NULL,
				  "not loaded: the first container will load it, unless shieldd does");
	else if (r < 0)
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "engine", NULL, "%s", error.message);
	else if (engine.control->off)
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, "engine", "shieldctl engine on",
				  "%s is loaded and switched OFF: nothing is enforced", shield_engine_hash());
	else
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "engine", NULL, "%s is loaded, by %s",
				  shield_engine_hash(), shield_tier_name(engine.control->tier));
	look_at_rules(doctor, r < 0 ? tier : engine.control->tier);
}

/* Enforcement does without a reader, evidence does not. */
static void look_at_reader(struct shield_doctor *doctor)
{
	struct shield_ring_holder holder;
	struct shield_error error = {};
	char name[sizeof(holder.comm) + 1], program[32];
	int r = shield_ring_holder_find(&holder, &error);

	if (r == -ENOENT)
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "events", "systemctl enable --now shieldd",
				  "nobody reads them: they wait in the kernel's ring, and are counted when it is full");
	else if (r < 0)
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "events", NULL, "%s", error.message);
	else
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "events", NULL, "%s reads them, pid %d",
				  holder.pid ? shield_printable(holder.comm, name, sizeof(name))
					     : "a process of another pid namespace",
				  (int)holder.pid);
	if (r < 0 || !holder.pid)
		return;
	snprintf(program, sizeof(program), "/proc/%d/exe", (int)holder.pid);
	shield_doctor_build(doctor, "events", program, "systemctl restart shieldd");
}

/* Hooks of users can do nothing by themselves. */
static void look_at_rootless(struct shield_doctor *doctor)
{
	struct shield_error error = {};

	if (shield_plead_probe(&error) == 0)
		shield_doctor_say(doctor, SHIELD_FINDING_OK, "rootless", NULL, "shieldd enforces for users' podman");
	else
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, "rootless", "systemctl enable --now shieldd",
				  "containers of users that ask for a profile do not start: %s", error.message);
}

static void look_at_all(struct shield_doctor *doctor)
{
	look_at_kernel(doctor);
	look_at_engine(doctor);
	look_at_reader(doctor);
	look_at_rootless(doctor);
	shield_doctor_runtimes(doctor);
	shield_doctor_containerd(doctor);
	shield_doctor_podman(doctor);
	shield_doctor_crio(doctor);
	shield_doctor_profiles(doctor);
	shield_doctor_running(doctor);
}

static void say_result(const struct shield_doctor *doctor)
{
	if (doctor->problems)
		printf("\n%u problem%s: containers that ask for a profile will not start, or run without one.\n",
		       doctor->problems, doctor->problems == 1 ? "" : "s");
	else
		printf("\nContainers on this node can be enforced.\n");
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	_cleanup_text_ struct shield_text text = {};
	struct shield_writer writer = { .text = &text };
	struct shield_doctor doctor = {};

	(void)command;
	if (shield_ctl_wants_json(arguments)) {
		doctor.writer = &writer;
		shield_write_open(&writer, NULL, '[');
	}
	look_at_all(&doctor);
	if (doctor.writer) {
		shield_write_close(&writer, ']');
		shield_text_add(&text, "\n");
		if (shield_ctl_print(&text) != SHIELD_EXIT_OK)
			return SHIELD_EXIT_FAILURE;
	} else {
		say_result(&doctor);
	}
	return doctor.problems ? SHIELD_EXIT_FAILURE : SHIELD_EXIT_OK;
}

static const struct shield_ctl_option options[] = {
	{ "output", 'o', "text|json", "text, for people; json, one array of findings" },
	{},
};

const struct shield_ctl_command shield_ctl_doctor = {
	.name = "doctor",
	.arguments = "",
	.summary = "Say what this kernel and these runtimes can do, and what to change",
	.help = "Looks at the kernel's features, the engine, who reads its events, the runtimes on PATH, how\n"
		"containerd is configured, the hooks that podman and CRI-O read by their own configuration, the node's configuration, every\n"
		"profile, and whether a container runs without the profile that is meant for it. Changes nothing.\n"
		"Exit status 1: containers could not be enforced, or one is not.\n",
	.options = options,
	.run = run,
};
