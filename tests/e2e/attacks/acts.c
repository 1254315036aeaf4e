/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acts [-v] ACT [WORD...] [: ACT [WORD...]]...	does a chain and exits: 0 = done, 10 = refused with EPERM or EACCES,
 *						1 = another error, 2 = wrong usage; names the errno on stderr
 * acts serve					does a chain for each line of standard input, in a child of its own,
 *						and answers with a line
 * acts						does nothing, and exits with 0
 *
 * A line for `serve` is NAME ACT...; the child calls itself NAME, so that an event can be told by its comm. The answer is
 *	ok		the chain succeeded (or what it executed exited with 0)
 *	ERRNO		its last act failed with that errno
 *	at ACT ERRNO	an earlier act failed
 *	exit N		what the chain executed exited with N
 *	SIGNAL		the child was killed by that signal
 *	SIGNAL late	... but only after its last act had succeeded
 */
#include "acts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 256
#define MAX_SECONDS 240

/* What a child leaves behind; shared memory. */
struct outcome {
	bool reported; /* the chain ended without executing another program */
	int error;     /* negative errno, 0, ACT_WRONG */
	char at[32];   /* the act that failed, where it was not the last */
};

static const struct act *const tables[] = {
	exec_acts,     task_acts,   file_acts,	 library_acts, network_acts,   socket_acts, passed_acts, trace_acts,
	identity_acts, compat_acts, benign_acts, files_acts,   privilege_acts, unix_acts,   guard_acts,
};

long number(const char *word)
{
	char *end;
	long value = strtol(word, &end, 10);

	if (!*word || *end) {
		fprintf(stderr, "acts: not a number: %s\n", word);
		exit(2);
	}
	return value;
}

static const struct act *find_act(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct act *act = tables[i]; act->name; act++)
			if (!strcmp(act->name, name))
				return act;
	return NULL;
}

static int do_act(char **words)
{
	const struct act *act = words[0] ? find_act(words[0]) : NULL;
	int count = 0;

	if (!act) {
		fprintf(stderr, "acts: no such act: %s\n", words[0] ?: "");
		return ACT_WRONG;
	}
	while (words[1 + count])
		count++;
	if (act->words < 0 ? count == 0 : count != act->words) {
		fprintf(stderr, "acts: %s: wrong number of words\n", act->name);
		return ACT_WRONG;
	}
	return act->run(words + 1);
}

int do_chain(char **words, const char **ret_at)
{
	int error = 0;

	while (*words && !error) {
		char **end = words;

		while (*end && strcmp(*end, ":"))
			end++;
		*ret_at = *words;
		if (*end)
			*end++ = NULL;
		error = do_act(words);
		if (error && *end)
			return error;
		if (!*end)
			*ret_at = ""; /* the last one */
		words = end;
	}
	return error;
}

/* Splits at blanks; what follows a word `sh` stays whole. */
static void split(char *line, char *words[MAX_WORDS])
{
	int count = 0;

	while (*line && count < MAX_WORDS - 1) {
		line += strspn(line, " ");
		if (!*line)
			break;
		words[count++] = line;
		if (count > 1 && !strcmp(words[count - 2], "sh"))
			break;
		line += strcspn(line, " ");
		if (*line)
			*line++ = 0;
	}
	words[count] = NULL;
}

static void child(const char *name, char **words, struct outcome *outcome)
{
	const char *at = "";

	alarm(MAX_SECONDS);
	prctl(PR_SET_NAME, name);
	dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	outcome->error = do_chain(words, &at);
	snprintf(outcome->at, sizeof(outcome->at), "%s", at);
	outcome->reported = true;
	_exit(0);
}

static void answer(FILE *to, int status, const struct outcome *outcome)
{
	if (WIFSIGNALED(status))
		fprintf(to, "SIG%s%s\n", sigabbrev_np(WTERMSIG(status)), outcome->reported ? " late" : "");
	else if (!outcome->reported && WEXITSTATUS(status))
		fprintf(to, "exit %d\n", WEXITSTATUS(status));
	else if (outcome->error == ACT_WRONG)
		fputs("wrong usage\n", to);
	else if (outcome->error)
		fprintf(to, "%s%s%s%s\n", *outcome->at ? "at " : "", outcome->at, *outcome->at ? " " : "",
			strerrorname_np(-outcome->error));
	else
		fputs("ok\n", to);
	fflush(to);
}

static int serve(void)
{
	struct outcome *outcome =
		mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	FILE *to = fdopen(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100), "w");
	static char line[65536];
	char *words[MAX_WORDS];

	if (outcome == MAP_FAILED || !to)
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		int status;
		pid_t pid;

		line[strcspn(line, "\n")] = 0;
		if (!strcmp(line, "quit"))
			break;
		split(line, words);
		memset(outcome, 0, sizeof(*outcome));
		pid = fork();
		if (pid == 0)
			child(words[0], words + 1, outcome);
		if (pid < 0) {
			outcome->error = -errno;
			status = 0;
		} else {
			waitpid(pid, &status, 0);
		}
		answer(to, status, outcome);
	}
	return 0;
}

static int once(char **words)
{
	const char *at = "";
	int error = do_chain(words, &at);

	if (error == ACT_WRONG)
		return 2;
	if (!error)
		return 0;
	fprintf(stderr, "acts: %s%s%s\n", at, *at ? ": " : "", strerrorname_np(-error));
	return error == -EPERM || error == -EACCES ? 10 : 1;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 0;
	if (argc == 2 && !strcmp(argv[1], "serve"))
		return serve();
	return once(argv + 1);
}
