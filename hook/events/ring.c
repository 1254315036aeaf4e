/* SPDX-License-Identifier: Apache-2.0 */
#include "events/ring.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "events/holder.h"
#include "events/stream.h"

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

static int keep_map(struct shield_engine *engine, struct shield_ring *ring, struct shield_error *error)
{
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info);
	int map = shield_engine_map(engine, SHIELD_MAP_EVENTS, error);

	if (map < 0)
		return map;
	if (bpf_obj_get_info_by_fd(map, &info, &size) < 0)
		return shield_fail_errno(error, errno, "cannot ask for the size of the event ring");
	ring->size = info.max_entries;
	ring->map = fcntl(map, F_DUPFD_CLOEXEC, 3);
	if (ring->map < 0)
		return shield_fail_errno(error, errno, "cannot keep the event ring");
	return 0;
}

int shield_ring_open(struct shield_engine *engine, struct shield_ring *ret, struct shield_error *error)
{
	_cleanup_ring_ struct shield_ring ring = SHIELD_RING_NONE;
	int r = take_lock(&ring.lock, error);

	if (r >= 0)
		r = keep_map(engine, &ring, error);
	if (r < 0)
		return r;
	*ret = ring;
	ring = SHIELD_RING_NONE;
	return 0;
}

int shield_ring_map(struct shield_ring *ring, struct shield_error *error)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *pages = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, ring->map, 0);

	if (pages == MAP_FAILED)
		return shield_fail_errno(error, errno, "cannot map the event ring");
	ring->shared = pages;
	pages = mmap(NULL, page + 2 * ring->size, PROT_READ, MAP_SHARED, ring->map, (off_t)page);
	if (pages == MAP_FAILED)
		return shield_fail_errno(error, errno, "cannot map the event ring");
	ring->kernel = pages;
	ring->consumer = ring->shared;
	ring->producer = ring->kernel;
	ring->data = (const char *)ring->kernel + page;
	shield_ring_rewind(ring);
	return 0;
}

int shield_ring_next(struct shield_ring *ring, const struct shield_event **ret, uint64_t *ret_position,
		     struct shield_error *error)
{
	/* acquire: what the kernel wrote before it moved on, and before it cleared the busy bit */
	while (ring->position < __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE)) {
		const char *record = ring->data + (ring->position & (ring->size - 1));
		uint32_t header = __atomic_load_n((const uint32_t *)record, __ATOMIC_ACQUIRE);
		uint32_t length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
		uint64_t position = ring->position;

		if (header & BPF_RINGBUF_BUSY_BIT)
			return 0;
		ring->position += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7u;
		if (header & BPF_RINGBUF_DISCARD_BIT)
			continue;
		if (length < sizeof(struct shield_event))
			return shield_fail(error, EPROTO, "an event in the ring has another layout than this build's");
		*ret = (const struct shield_event *)(record + BPF_RINGBUF_HDR_SZ);
		*ret_position = position;
		return 1;
	}
	return 0;
}

void shield_ring_commit(struct shield_ring *ring)
{
	/* release: what was read of the records comes before the kernel's next writing there */
	__atomic_store_n(ring->consumer, ring->position, __ATOMIC_RELEASE);
}

void shield_ring_rewind(struct shield_ring *ring)
{
	ring->position = __atomic_load_n(ring->consumer, __ATOMIC_ACQUIRE);
}

void shield_ring_close(struct shield_ring *ring)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (ring->shared)
		munmap(ring->shared, page);
	if (ring->kernel)
		munmap((void *)ring->kernel, page + 2 * ring->size);
	shield_closep(&ring->map);
	shield_closep(&ring->lock);
	*ring = SHIELD_RING_NONE;
}
