/* SPDX-License-Identifier: Apache-2.0 */
#include "uring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct ring {
	int fd;
	struct io_uring_params params;
	char *submissions, *completions;
	struct io_uring_sqe *entries;
};

static char *map(int fd, size_t size, off_t offset)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, offset);
}

static int ring_open(struct ring *ring)
{
	struct io_uring_params *params = &ring->params;

	memset(ring, 0, sizeof(*ring));
	ring->fd = (int)syscall(SYS_io_uring_setup, 1, params);
	if (ring->fd < 0)
		return -errno;
	ring->submissions =
		map(ring->fd, params->sq_off.array + params->sq_entries * sizeof(__u32), IORING_OFF_SQ_RING);
	ring->completions = map(ring->fd, params->cq_off.cqes + params->cq_entries * sizeof(struct io_uring_cqe),
				IORING_OFF_CQ_RING);
	ring->entries = (void *)map(ring->fd, params->sq_entries * sizeof(*ring->entries), IORING_OFF_SQES);
	if (ring->submissions == MAP_FAILED || ring->completions == MAP_FAILED || ring->entries == MAP_FAILED)
		return -errno;
	return 0;
}

/* Hands the first entry over and waits for its result. */
static int ring_run(struct ring *ring)
{
	__u32 *tail = (__u32 *)(ring->submissions + ring->params.sq_off.tail);
	struct io_uring_cqe *results = (void *)(ring->completions + ring->params.cq_off.cqes);

	*(__u32 *)(ring->submissions + ring->params.sq_off.array) = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		return -errno;
	return results[0].res;
}

int uring_call(const struct io_uring_sqe *entry)
{
	struct ring ring;
	int error = ring_open(&ring);

	if (error)
		return error;
	ring.entries[0] = *entry;
	error = ring_run(&ring);
	close(ring.fd);
	return error;
}

int uring_call_as(struct io_uring_sqe *entry, int (*between)(void *), void *argument)
{
	struct ring ring;
	int error = ring_open(&ring), personality;

	if (error)
		return error;
	personality = (int)syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_PERSONALITY, NULL, 0);
	if (personality < 0)
		return -errno;
	error = between(argument);
	if (error)
		return error;
	entry->personality = (__u16)personality;
	ring.entries[0] = *entry;
	return ring_run(&ring);
}

int uring_probe(void)
{
	struct ring ring;
	int error = ring_open(&ring);

	if (!error)
		close(ring.fd);
	return error;
}
