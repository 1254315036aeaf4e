/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/delivery.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/random.h>

#include "events/clock.h"
#include "sinks/backoff.h"
#include "sinks/falco.h"

int shield_delivery_open(const struct shield_webhook *webhook, int dir, struct shield_delivery *ret,
			 struct shield_error *error)
{
	int r = shield_sender_open(dir, &ret->sender, error);

	if (r == 0)
		r = shield_post_open(webhook, &ret->post, error);
	if (r < 0)
		return r;
	ret->webhook = webhook;
	if (gethostname(ret->hostname, sizeof(ret->hostname) - 1) < 0)
		return shield_fail_errno(error, errno, "cannot read the host's name");
	return 0;
}

static void say(const struct shield_delivery *delivery, const char *what, const char *reason)
{
	fprintf(stderr, "shieldd-webhook: %s %s%s%s\n", delivery->webhook->name, what, *reason ? ": " : "", reason);
}

/* Counts the failure, and waits as long as it makes us wait. */
static int wait_before_retry(struct shield_delivery *delivery, const struct shield_reply *reply,
			     struct shield_error *error)
{
	uint32_t random = 0;
	int r = shield_sender_failed(delivery->sender, error);

	if (r < 0)
		return r;
	if (!delivery->failures++)
		say(delivery, "cannot be reached, will be tried again", reply->reason);
	if (getrandom(&random, sizeof(random), 0) < 0)
		random = (uint32_t)getpid();
	poll(NULL, 0, (int)shield_backoff(delivery->failures, reply->retry_after, random));
	return 0;
}

/* Sends one record. Returns 1 when the webhook is done with it, 0 when it is to be sent again. */
static int send_record(struct shield_delivery *delivery, const char *record, size_t length, enum shield_outcome *ret,
		       struct shield_error *error)
{
	struct shield_reply reply;
	bool refused;

	shield_post_send(delivery->post, record, length, &reply);
	if (reply.kind == SHIELD_REPLY_LATER)
		return wait_before_retry(delivery, &reply, error);
	if (delivery->failures)
		say(delivery, "can be reached again", "");
	delivery->failures = 0;
	refused = reply.kind == SHIELD_REPLY_REFUSED;
	if (refused && !delivery->refused)
		say(delivery, "refuses a record for good; this one and those to come are dropped until it takes one",
		    reply.reason);
	delivery->refused = refused;
	*ret = refused ? SHIELD_REFUSED : SHIELD_SENT;
	return 1;
}

/* Tells how many records fell out of the spool since that was last told. */
static int tell_lost(struct shield_delivery *delivery, const struct shield_spool_state *state,
		     struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};
	_cleanup_free_ char *record = NULL;
	enum shield_outcome outcome;
	char id[64];
	size_t length;
	int r;

	snprintf(id, sizeof(id), "%016" PRIx64 "-lost-%" PRIu64, state->created, state->lost);
	shield_falco_lost(delivery->webhook->name, id, state->lost - state->told,
			  shield_clock_wall(shield_clock_boot()), delivery->hostname, &text);
	if (shield_text_take(&text, &record, &length) < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	r = send_record(delivery, record, length, &outcome, error);
	return r == 1 ? shield_sender_told(delivery->sender, state->lost, error) : r;
}

static void wait_for_record(struct shield_delivery *delivery)
{
	struct pollfd fd = { .fd = shield_sender_fd(delivery->sender), .events = POLLIN };

	poll(&fd, 1, -1);
	shield_sender_drain(delivery->sender);
}

int shield_delivery_run(struct shield_delivery *delivery, struct shield_error *error)
{
	struct shield_spool_state state;
	enum shield_outcome outcome;
	const char *record;
	size_t length;
	int r = shield_sender_next(delivery->sender, &record, &length, &state, error);

	if (r < 0)
		return r;
	if (state.lost > state.told)
		return tell_lost(delivery, &state, error);
	if (r == 0) {
		wait_for_record(delivery);
		return 0;
	}
	r = send_record(delivery, record, length, &outcome, error);
	return r == 1 ? shield_sender_done(delivery->sender, outcome, error) : r;
}

void shield_delivery_close(struct shield_delivery *delivery)
{
	shield_post_close(delivery->post);
	shield_sender_close(delivery->sender);
	*delivery = (struct shield_delivery){};
}
