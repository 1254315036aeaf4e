/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "base/program.h"
#include "ctl/doctor.h"
#include "engine/pins.h"

void shield_doctor_build(struct shield_doctor *doctor, const char *subject, const char *program, const char *mend)
{
	_cleanup_free_ char *version = NULL;
	struct shield_error error = {};
	const char *build;
	char shown[128];

	if (shield_program_version(program, &version, &error) < 0) {
		shield_doctor_say(doctor, SHIELD_FINDING_PROBLEM, subject, mend, "%s", error.message);
		return;
	}
	build = strchr(version, ' '); /* behind the program's name */
	if (!build || strcmp(build + 1, shield_engine_build()) != 0)
		shield_doctor_say(doctor, SHIELD_FINDING_NOTE, subject, mend,
				  "%s is of another build than this shieldctl: %s, and not %s", program,
				  shield_printable(version, shown, sizeof(shown)), shield_engine_build());
}
