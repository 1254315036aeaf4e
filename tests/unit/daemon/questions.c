/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/questions.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

void suite_daemon_questions(void);

static int parse_question(struct shield_question question)
{
	struct shield_question ret;

	return shield_question_parse(&question, sizeof(question), &ret);
}

static void questions(void)
{
	struct shield_question good = { .kind = SHIELD_ASK_ORIGIN, .slot = 3, .generation = 9 }, ret;

	CU_ASSERT_EQUAL(parse_question(good), 0);
	CU_ASSERT_EQUAL(parse_question((struct shield_question){ .kind = SHIELD_ASK_CONTAINER, .slot = 1 }), 0);
	CU_ASSERT_EQUAL(parse_question((struct shield_question){}), -EPROTO);
	CU_ASSERT_EQUAL(parse_question((struct shield_question){ .kind = SHIELD_QUESTIONS }), -EPROTO);
	CU_ASSERT_EQUAL(parse_question((struct shield_question){ .kind = SHIELD_ASK_ORIGIN, .slot = SHIELD_SLOTS }),
			-EPROTO);
	CU_ASSERT_EQUAL(parse_question((struct shield_question){ .kind = SHIELD_ASK_NODE, .generation = 1 }), -EPROTO);
	CU_ASSERT_EQUAL(parse_question((struct shield_question){ .kind = SHIELD_ASK_NODE, .pad = 1 }), -EPROTO);
	CU_ASSERT_EQUAL(shield_question_parse(&good, sizeof(good) - 1, &ret), -EPROTO);
	CU_ASSERT_EQUAL(shield_question_parse(&good, sizeof(good) + 1, &ret), -EPROTO);
}

static struct shield_question asked;

static int parse_answer(const struct shield_answer *answer)
{
	struct shield_answer ret;

	return shield_answer_parse(answer, sizeof(*answer), &asked, &ret);
}

static void answers(void)
{
	struct shield_answer answer = { .kind = SHIELD_ASK_ORIGIN, .found = 1, .slot = 3, .generation = 9 };

	asked = (struct shield_question){ .kind = SHIELD_ASK_ORIGIN, .slot = 3, .generation = 9 };
	CU_ASSERT_EQUAL(parse_answer(&answer), 0);
	answer.generation = 8;
	CU_ASSERT_EQUAL(parse_answer(&answer), -EPROTO);
	answer.generation = 9;
	answer.found = 2;
	CU_ASSERT_EQUAL(parse_answer(&answer), -EPROTO);
	answer.found = 1;
	memset(answer.origin.pod, 'x', sizeof(answer.origin.pod));
	CU_ASSERT_EQUAL(parse_answer(&answer), -EPROTO);
	answer.origin.pod[0] = '\0';
	CU_ASSERT_EQUAL(parse_answer(&answer), 0);
	asked.kind = SHIELD_ASK_CONTAINER;
	CU_ASSERT_EQUAL(parse_answer(&answer), -EPROTO); /* to another question */
	answer.kind = SHIELD_ASK_CONTAINER;
	answer.slot = 4; /* the first one from there on */
	CU_ASSERT_EQUAL(parse_answer(&answer), 0);
	answer.slot = 2;
	CU_ASSERT_EQUAL(parse_answer(&answer), -EPROTO);
	answer.slot = SHIELD_SLOTS;
	CU_ASSERT_EQUAL(parse_answer(&answer), -EPROTO);
}

static void program_names(void)
{
	struct shield_answer answer = { .kind = SHIELD_ASK_PROGRAM, .found = 1 };

	asked = (struct shield_question){ .kind = SHIELD_ASK_PROGRAM };
	CU_ASSERT_EQUAL(parse_answer(&answer), 0);
	memset(answer.program.name, 'x', sizeof(answer.program.name));
	CU_ASSERT_EQUAL(parse_answer(&answer), -EPROTO);
}

/* Both ends in one process: what is sent first is there when it is asked for. */
static void asks(void)
{
	struct shield_question question = { .kind = SHIELD_ASK_ORIGIN, .slot = 3, .generation = 9 }, got;
	struct shield_answer answer = {
		.kind = SHIELD_ASK_ORIGIN, .found = 1, .slot = 3, .generation = 9, .origin.id = "c"
	};
	struct shield_origin origin;
	int ends[2];

	CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	CU_ASSERT_EQUAL(send(ends[1], &answer, sizeof(answer), 0), sizeof(answer));
	CU_ASSERT_EQUAL(shield_ask_origin(&ends[0], 3, 9, &origin), 0);
	CU_ASSERT_STRING_EQUAL(origin.id, "c");
	CU_ASSERT_EQUAL(recv(ends[1], &got, sizeof(got), 0), sizeof(got));
	CU_ASSERT_EQUAL(memcmp(&got, &question, sizeof(got)), 0);
	answer.found = 0;
	CU_ASSERT_EQUAL(send(ends[1], &answer, sizeof(answer), 0), sizeof(answer));
	CU_ASSERT_EQUAL(shield_ask_origin(&ends[0], 3, 9, &origin), -ENOENT);
	CU_ASSERT_EQUAL(send(ends[1], "no", 2, 0), 2);
	CU_ASSERT_EQUAL(shield_ask_origin(&ends[0], 3, 9, &origin), -EPROTO);
	close(ends[1]);
	CU_ASSERT_TRUE(shield_ask_origin(&ends[0], 3, 9, &origin) < 0);
	close(ends[0]);
}

void suite_daemon_questions(void)
{
	CU_pSuite suite = CU_add_suite("daemon/questions", NULL, NULL);

	CU_add_test(suite, "questions", questions);
	CU_add_test(suite, "answers", answers);
	CU_add_test(suite, "program names", program_names);
	CU_add_test(suite, "asks", asks);
}
