/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/tier.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/io.h"

#define MEND "boot with bpf in lsm=, or with preempt=voluntary"

const char *shield_tier_name(enum shield_tier tier)
{
	return tier == SHIELD_TIER_LSM ? "BPF LSM" : "fmod_ret (in front of the LSM)";
}

/* Is `word` an element of a comma-separated list? */
static bool listed(const char *list, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (!strncmp(at, word, length) && (at[length] == ',' || at[length] == 0 || at[length] == '\n'))
			return true;
	}
	return false;
}

bool shield_tier_lsm_is_likely(void)
{
	_cleanup_free_ char *list = NULL;

	if (shield_read_file(-1, "/sys/kernel/security/lsm", 4096, &list, NULL, NULL) < 0)
		return true;
	return listed(list, "bpf");
}

int shield_tier_front_is_safe(int program, struct shield_error *error)
{
	struct shield_preemption preemption = { .mode = -1 };
	LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = &preemption, .ctx_size_in = sizeof(preemption));
	struct utsname name;

	if (uname(&name) == 0 && !strstr(name.version, "PREEMPT"))
		return 0;
	if (bpf_prog_test_run_opts(program, &options) < 0)
		return shield_fail_errno(error, errno, "cannot run the program preemption");
	if (preemption.mode >= 0 && preemption.mode <= SHIELD_PREEMPTION_VOLUNTARY)
		return 0;
	return shield_fail(error, ENOTSUP,
			   "bpf is not among the active LSMs, and this kernel preempts the programs that would do in "
			   "its place, which then skips them; " MEND);
}
