/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/names.h"
#include "base/program.h"
#include "ctl/doctor.h"
#include "oci/runtime.h"

static const char *const runtimes[] = { "podman", "crio", "containerd", "crun", "runc" };

void shield_doctor_runtimes(struct shield_doctor *doctor)
{
	bool any = false;

	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		_cleanup_free_ char *version = NULL;
		struct shield_error error = {};
		char program[PATH_MAX], shown[128];

		if (!shield_runtime_program(runtimes[i], program))
			continue;
		any = true;
		if (shield_program_version(program, &version, &error) < 0)
			shield_doctor_say(doctor, SHIELD_FINDING_NOTE, runtimes[i], NULL, "%s", error.message);
		else
			shield_doctor_say(doctor, SHIELD_FINDING_OK, runtimes[i], NULL, "%s: %s", program,
					  shield_printable(version, shown, sizeof(shown)));
	}
	if (!any)
		shield_doctor_say(doctor, SHIELD_FINDING_MISSING, "runtimes", "install one, such as podman with crun",
				  "none of podman, crio, containerd, crun and runc is on PATH");
}
