/* SPDX-License-Identifier: Apache-2.0 */
/* What hooks of users and shieldd say to each other. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "oci/bundle.h"
#include "oci/client.h"
#include "rootless/hear.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A connection that brings these bytes, and ends. */
static void hear(const uint8_t *data, size_t size)
{
	struct shield_heard heard = SHIELD_HEARD_NONE;
	int ends[2];

	if (size > 65536 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		return;
	if (send(ends[0], data, size, MSG_DONTWAIT) != (ssize_t)size)
		size = 0;
	close(ends[0]);
	if (shield_hear_plea(ends[1], &heard, NULL) == 0 &&
	    (heard.plea.state + heard.plea.config + sizeof(heard.plea) > size || heard.state[heard.plea.state] ||
	     heard.init >= 0))
		abort();
	shield_heard_free(&heard);
	close(ends[1]);
}

static void ignore(const char *message)
{
	if (strlen(message) >= SHIELD_REPLY_MAX)
		abort();
}

static void read_reply(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = NULL;
	struct shield_reply reply;

	if (size < sizeof(reply) || shield_reply_parse(data, sizeof(reply), &reply, NULL) < 0 ||
	    size - sizeof(reply) < reply.length)
		return;
	text = malloc(reply.length + 1u);
	if (!text)
		return;
	memcpy(text, data + sizeof(reply), reply.length);
	if (shield_reply_read(&reply, text, ignore, NULL) == 0 && reply.status != SHIELD_REPLY_DONE)
		abort();
}

static void read_texts(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = malloc(size + 1);
	pid_t pid;

	if (!text)
		return;
	memcpy(text, data, size);
	text[size] = '\0';
	if (shield_client_parse_fdinfo(text, &pid, NULL) == 0 && pid <= 0)
		abort();
	shield_client_is_lent(text, 100000);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	hear(data, size);
	read_reply(data, size);
	read_texts(data, size);
	return 0;
}
