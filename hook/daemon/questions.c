/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/questions.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

int shield_question_parse(const void *bytes, size_t length, struct shield_question *ret)
{
	struct shield_question question;

	if (length != sizeof(question))
		return -EPROTO;
	memcpy(&question, bytes, sizeof(question));
	if (question.kind == 0 || question.kind >= SHIELD_QUESTIONS || question.slot >= SHIELD_SLOTS || question.pad)
		return -EPROTO;
	if (question.generation && question.kind != SHIELD_ASK_ORIGIN)
		return -EPROTO;
	*ret = question;
	return 0;
}

#define ENDS(array) (memchr((array), '\0', sizeof(array)) != NULL)

static bool is_terminated(const struct shield_origin *origin)
{
	return ENDS(origin->id) && ENDS(origin->profile) && ENDS(origin->pod) && ENDS(origin->pod_namespace) &&
	       ENDS(origin->container) && ENDS(origin->image);
}

/* Is it an answer that the question can have? */
static bool fits(const struct shield_question *question, const struct shield_answer *answer)
{
	if (answer->kind != question->kind || answer->found > 1 || !is_terminated(&answer->origin))
		return false;
	if (!answer->found)
		return true;
	switch (answer->kind) {
	case SHIELD_ASK_ORIGIN:
		return answer->slot == question->slot && answer->generation == question->generation;
	case SHIELD_ASK_CONTAINER:
		return answer->slot >= question->slot && answer->slot < SHIELD_SLOTS;
	case SHIELD_ASK_PROGRAM:
		return answer->slot == question->slot && ENDS(answer->program.name);
	default:
		return true;
	}
}

int shield_answer_parse(const void *bytes, size_t length, const struct shield_question *question,
			struct shield_answer *ret)
{
	struct shield_answer answer;

	if (length != sizeof(answer))
		return -EPROTO;
	memcpy(&answer, bytes, sizeof(answer));
	if (!fits(question, &answer))
		return -EPROTO;
	*ret = answer;
	return 0;
}

int shield_ask(int fd, const struct shield_question *question, struct shield_answer *ret)
{
	struct shield_answer answer;
	ssize_t got;
	int r;

	do
		got = send(fd, question, sizeof(*question), MSG_NOSIGNAL);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	do
		got = recv(fd, &answer, sizeof(answer), MSG_TRUNC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got < 0 ? -errno : -EPIPE;
	r = shield_answer_parse(&answer, (size_t)got, question, ret);
	return r < 0 ? r : (int)ret->found;
}

int shield_ask_origin(void *context, uint32_t slot, uint32_t generation, struct shield_origin *ret)
{
	struct shield_question question = { .kind = SHIELD_ASK_ORIGIN, .slot = slot, .generation = generation };
	struct shield_answer answer;
	int r = shield_ask(*(const int *)context, &question, &answer);

	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*ret = answer.origin;
	return 0;
}
