/* SPDX-License-Identifier: Apache-2.0 */
/* Questions and answers of shieldd's own processes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/questions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(const struct shield_question *question, const uint8_t *data, size_t size)
{
	struct shield_answer answer;

	if (shield_answer_parse(data, size, question, &answer) < 0)
		return;
	if (answer.kind != question->kind || strlen(answer.origin.image) >= sizeof(answer.origin.image))
		abort();
	if (answer.found && answer.kind == SHIELD_ASK_CONTAINER && answer.slot >= SHIELD_SLOTS)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct shield_question question;

	if (size < sizeof(question) || shield_question_parse(data, sizeof(question), &question) < 0)
		return 0;
	if (question.slot >= SHIELD_SLOTS || question.kind >= SHIELD_QUESTIONS)
		abort();
	answer(&question, data + sizeof(question), size - sizeof(question));
	return 0;
}
