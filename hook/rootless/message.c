/* SPDX-License-Identifier: Apache-2.0 */
#include "rootless/message.h"

#include <errno.h>
#include <string.h>

#include "oci/bundle.h"
#include "oci/state.h"

static int check_version(uint32_t version, struct shield_error *error)
{
	if (version == SHIELD_ROOTLESS_VERSION)
		return 0;
	return shield_fail(error, EPROTO,
			   "the hook and shieldd are of different versions of oci-shield: restart shieldd (systemctl "
			   "restart shieldd)");
}

int shield_plea_parse(const void *bytes, size_t length, struct shield_plea *ret, struct shield_error *error)
{
	struct shield_plea plea;
	int r;

	if (length != sizeof(plea))
		return shield_fail(error, EPROTO, "the message is no hook's");
	memcpy(&plea, bytes, sizeof(plea));
	r = check_version(plea.version, error);
	if (r < 0)
		return r;
	if (plea.stage == 0 || plea.stage >= SHIELD_PLEA_STAGES)
		return shield_fail(error, EPROTO, "the message is of no stage that there is");
	if (plea.state == 0 || plea.state > SHIELD_STATE_MAX)
		return shield_fail(error, EPROTO, "the state is empty, or longer than %d bytes", SHIELD_STATE_MAX);
	if (plea.config > SHIELD_BUNDLE_MAX || (plea.stage == SHIELD_PLEA_CREATE) != (plea.config != 0))
		return shield_fail(error, EPROTO, "config.json is missing, not wanted, or longer than %d bytes",
				   SHIELD_BUNDLE_MAX);
	*ret = plea;
	return 0;
}

int shield_reply_parse(const void *bytes, size_t length, struct shield_reply *ret, struct shield_error *error)
{
	struct shield_reply reply;
	int r;

	if (length != sizeof(reply))
		return shield_fail(error, EPROTO, "shieldd hung up");
	memcpy(&reply, bytes, sizeof(reply));
	r = check_version(reply.version, error);
	if (r < 0)
		return r;
	if (reply.status >= SHIELD_REPLY_STATUSES || reply.length > SHIELD_REPLY_MAX ||
	    (reply.status != SHIELD_REPLY_DONE && !reply.length))
		return shield_fail(error, EPROTO, "shieldd's answer is none");
	*ret = reply;
	return 0;
}

int shield_reply_read(const struct shield_reply *reply, const char *text, void (*warn)(const char *message),
		      struct shield_error *error)
{
	const char *end = text + reply->length, *last = NULL;

	if (reply->length && end[-1])
		return shield_fail(error, EPROTO, "shieldd's answer is cut short");
	for (const char *at = text; at < end; at += strlen(at) + 1) {
		if (last)
			warn(last);
		last = at;
	}
	if (reply->status != SHIELD_REPLY_DONE)
		return shield_fail(error, reply->status == SHIELD_REPLY_BUSY ? EAGAIN : EPERM, "%s", last);
	if (last)
		warn(last);
	return 0;
}

void shield_reply_write(enum shield_reply_status status, const struct shield_text *warnings, const char *error,
			struct shield_text *ret)
{
	struct shield_reply reply = { .version = SHIELD_ROOTLESS_VERSION, .status = status };
	size_t last = status == SHIELD_REPLY_DONE ? 0 : strlen(error) + 1;
	bool fits = !warnings->failed && warnings->length + last <= SHIELD_REPLY_MAX;

	reply.length = (uint32_t)((fits ? warnings->length : 0) + last);
	shield_text_add_bytes(ret, (const char *)&reply, sizeof(reply));
	if (fits)
		shield_text_add_bytes(ret, warnings->data, warnings->length);
	shield_text_add_bytes(ret, error, last);
}
