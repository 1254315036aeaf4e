/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a subcommand of shieldctl for tests. */
#ifndef TESTS_UNIT_CTL_RUNNING_H
#define TESTS_UNIT_CTL_RUNNING_H

#include <CUnit/CUnit.h>
#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ctl/ctl.h"

/* Runs it with what it prints on both channels put into `said`. */
static inline int run(const struct shield_ctl_command *what, char *said, size_t size, const char *const *words)
{
	_cleanup_fclose_ FILE *file = tmpfile();
	int argc = 0, out, err, r;
	char *argv[16] = {};

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while (words[argc]) {
		argv[argc] = (char *)words[argc];
		argc++;
	}
	fflush(stdout);
	out = dup(STDOUT_FILENO);
	err = dup(STDERR_FILENO);
	dup2(fileno(file), STDOUT_FILENO);
	dup2(fileno(file), STDERR_FILENO);
	optind = 0; /* getopt_long(3): from the start, though it ran before */
	r = shield_ctl_run(what, argc, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	rewind(file);
	said[fread(said, 1, size - 1, file)] = '\0';
	return r;
}

#define RUN(what, said, ...) run(what, said, sizeof(said), (const char *const[]){ __VA_ARGS__, NULL })

#endif
