/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's side of the randomised test (cases/random.sh). Cases are named by a seed and by how many ids the
 * container has mapped.
 *
 *   cases tree DIRECTORY PROGRAM		makes the tree of files that are executed
 *   cases profile SEED IDS			prints the profile
 *   cases operations SEED IDS COUNT		prints that many operations, a line each, for the actor
 *   cases compare SEED IDS COUNT <ANSWERS	compares the actor's answers with the reference:
 *	kind NAME CASES REFUSED			for each kind of operation
 *	counter RULES VERDICT N			what the container's counters must be
 *	wrong NAME OPERATION: ...		where the kernel said something else
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/generate.h"
#include "profile/print.h"
#include "profile/rule.h"
#include "random.h"

#define KINDS 16

struct tally {
	uint32_t cases[KINDS], refused[KINDS]; /* by kind of operation */
	uint32_t counter[SHIELD_KINDS][SHIELD_VERDICTS];
};

static void print_profile(const struct scene *scene)
{
	_cleanup_free_ char *text = NULL;
	struct shield_error error;

	if (shield_profile_print(scene->profile, &text, NULL, &error) < 0) {
		fprintf(stderr, "cases: %s\n", error.message);
		exit(1);
	}
	fputs(text, stdout);
}

static void print_operations(const struct scene *scene, uint32_t count)
{
	struct operation operation;

	while (count--) {
		draw_operation(scene, &operation);
		puts(operation.text);
	}
}

/* Whatever else goes wrong with an operation, it was not refused. */
static const char *outcome_of(const struct operation_kind *kind, const char *answer)
{
	if (!strcmp(answer, "SIGKILL"))
		return "killed";
	if (!strcmp(answer, strerrorname_np(kind->error)))
		return "refused";
	if (!strcmp(answer, "ok") || *answer == 'E')
		return "passed";
	return "not done";
}

static const char *wanted_outcome(const struct operation *operation, enum shield_verdict verdict)
{
	if (!operation->refusals || verdict == SHIELD_AUDIT)
		return "passed";
	return verdict == SHIELD_KILL ? "killed" : "refused";
}

static void compare_one(const struct scene *scene, const struct operation *operation, const char *answer,
			struct tally *tally)
{
	const struct operation_kind *kind = operation->kind;
	enum shield_verdict verdict = action_of(scene->profile, kind->rules);
	const char *wanted = wanted_outcome(operation, verdict);

	tally->cases[kind - operation_kinds]++;
	tally->refused[kind - operation_kinds] += operation->refusals != 0;
	tally->counter[kind->rules][verdict] += operation->refusals;
	if (strcmp(wanted, outcome_of(kind, answer)))
		printf("wrong %s %s: by the reference it is %s, the actor says %s\n", kind->name, operation->text,
		       wanted, answer);
}

static void print_tally(const struct tally *tally)
{
	for (unsigned int i = 0; i < operation_kind_count; i++)
		printf("kind %s %u %u\n", operation_kinds[i].name, tally->cases[i], tally->refused[i]);
	for (uint8_t kind = 0; kind < SHIELD_KINDS; kind++)
		for (uint8_t verdict = 0; verdict < SHIELD_VERDICTS; verdict++)
			if (tally->counter[kind][verdict])
				printf("counter %s %s %u\n", shield_kind_name(kind), shield_verdict_name(verdict),
				       tally->counter[kind][verdict]);
}

static void compare(const struct scene *scene, uint32_t count)
{
	struct operation operation;
	struct tally tally = {};
	char answer[64];

	while (count--) {
		draw_operation(scene, &operation);
		if (!fgets(answer, sizeof(answer), stdin))
			strcpy(answer, "nothing");
		answer[strcspn(answer, "\n")] = 0;
		compare_one(scene, &operation, answer, &tally);
	}
	print_tally(&tally);
}

int main(int argc, char **argv)
{
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct scene scene;
	uint32_t count;

	if (argc == 4 && !strcmp(argv[1], "tree")) {
		int result = make_tree(argv[2], argv[3]);

		if (result < 0)
			fprintf(stderr, "cases: tree below %s: %s\n", argv[2], strerror(-result));
		return result < 0;
	}
	if (argc < 4)
		return 2;
	random_seed(strtoull(argv[2], NULL, 10));
	scene.ids = (uint32_t)strtoul(argv[3], NULL, 10);
	scene.profile = profile = draw_profile();
	count = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0;
	if (!strcmp(argv[1], "profile"))
		print_profile(&scene);
	else if (!strcmp(argv[1], "operations"))
		print_operations(&scene, count);
	else if (!strcmp(argv[1], "compare"))
		compare(&scene, count);
	else
		return 2;
	return fflush(stdout) != 0;
}
