/* SPDX-License-Identifier: Apache-2.0 */
#include "events/ring.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "events/holder.h"
#include "events/stream.h"

struct shield_ring {
	struct ring_buffer *buffer;
	int lock;
	shield_ring_event event;
	void *context;
	int taken;  /* in the batch under way */
	int result; /* of the callback that ended the batch */
};

/* How a batch ends early: not an errno that libbpf itself returns here. */
#define END_OF_BATCH (-ECANCELED)

static int on_sample(void *context, void *data, size_t size)
{
	struct shield_ring *ring = context;

	if (size < sizeof(struct shield_event)) {
		ring->result = -EPROTO;
		return END_OF_BATCH;
	}
	ring->taken++;
	ring->result = ring->event(data, ring->context);
	return ring->result < 0 || ring->taken >= SHIELD_RING_BATCH ? END_OF_BATCH : 0;
}

static int fail_busy(struct shield_error *error)
{
	struct shield_ring_holder holder;

	if (shield_ring_holder_find(&holder, NULL) < 0 || !holder.pid)
		return shield_fail(error, EBUSY,
				   "another process reads the events: while shieldd runs, subscribe at %s",
				   SHIELD_STREAM_SOCKET);
	return shield_fail(error, EBUSY,
			   "%s (pid %d) reads the events, and only one can: while shieldd runs, subscribe at %s",
			   holder.comm, (int)holder.pid, SHIELD_STREAM_SOCKET);
}

static int take_lock(int *ret, struct shield_error *error)
{
	_cleanup_close_ int fd = -1;
	int r = shield_make_directories(SHIELD_RUN_DIR, error);

	if (r < 0)
		return r;
	fd = open(SHIELD_RING_LOCK, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open %s", SHIELD_RING_LOCK);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return fail_busy(error);
		return shield_fail_errno(error, errno, "cannot lock %s", SHIELD_RING_LOCK);
	}
	*ret = TAKE_FD(fd);
	return 0;
}

int shield_ring_open(struct shield_engine *engine, shield_ring_event event, void *context, struct shield_ring **ret,
		     struct shield_error *error)
{
	_cleanup_ring_ struct shield_ring *ring = calloc(1, sizeof(*ring));
	int map, r;

	if (!ring)
		return shield_fail(error, ENOMEM, "out of memory for the event ring");
	ring->lock = -1;
	ring->event = event;
	ring->context = context;
	r = take_lock(&ring->lock, error);
	if (r < 0)
		return r;
	map = shield_engine_map(engine, SHIELD_MAP_EVENTS, error);
	if (map < 0)
		return map;
	ring->buffer = ring_buffer__new(map, on_sample, ring, NULL);
	if (!ring->buffer)
		return shield_fail_errno(error, errno, "cannot map the event ring");
	*ret = TAKE_PTR(ring);
	return 0;
}

int shield_ring_fd(const struct shield_ring *ring)
{
	return ring_buffer__epoll_fd(ring->buffer);
}

int shield_ring_poll(struct shield_ring *ring, int timeout, struct shield_error *error)
{
	int r;

	ring->taken = 0;
	ring->result = 0;
	r = ring_buffer__poll(ring->buffer, timeout);
	if (ring->result == -EPROTO)
		return shield_fail(error, EPROTO, "an event in the ring has another layout than this build's");
	if (ring->result < 0)
		return shield_fail_errno(error, -ring->result, "cannot pass an event on");
	if (r < 0 && r != END_OF_BATCH && r != -EINTR)
		return shield_fail_errno(error, -r, "cannot read the event ring");
	return ring->taken;
}

void shield_ring_close(struct shield_ring *ring)
{
	if (!ring)
		return;
	ring_buffer__free(ring->buffer);
	shield_closep(&ring->lock);
	free(ring);
}
