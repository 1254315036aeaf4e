/* SPDX-License-Identifier: Apache-2.0 */
#include "events/ring.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

void suite_events_ring(void);

#define SIZE 4096u
#define RECORD ((sizeof(struct shield_event) + BPF_RINGBUF_HDR_SZ + 7) & ~7ull)

/* What the kernel has of a ring: the data is there once, and once more right behind. */
static uint64_t consumer, producer;
static _Alignas(8) char data[2 * SIZE];

static struct shield_ring ring;

static void begin(uint64_t position)
{
	memset(data, 0, sizeof(data));
	consumer = producer = position;
	ring = SHIELD_RING_NONE;
	ring.consumer = &consumer;
	ring.producer = &producer;
	ring.data = data;
	ring.size = SIZE;
	shield_ring_rewind(&ring);
}

/* The kernel's writing: where a record goes over the end, it goes on at the beginning. */
static void put(uint64_t position, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		size_t at = (position + i) & (SIZE - 1);

		data[at] = data[at + SIZE] = ((const char *)bytes)[i];
	}
}

static void put_header(uint64_t position, uint32_t length, uint32_t bits)
{
	uint32_t header[2] = { length | bits, 0 };

	put(position, header, sizeof(header));
}

static uint64_t add(uint64_t sequence, uint32_t bits)
{
	struct shield_event event = { .sequence = sequence };
	uint64_t position = producer;

	put_header(position, sizeof(event), bits);
	put(position + BPF_RINGBUF_HDR_SZ, &event, sizeof(event));
	producer += RECORD;
	return position;
}

/* The sequence of the next event, which is at this position; 0 = none. */
static uint64_t next(uint64_t want_position)
{
	const struct shield_event *event;
	uint64_t position = 1;
	int r = shield_ring_next(&ring, &event, &position, NULL);

	CU_ASSERT_TRUE_FATAL(r == 0 || r == 1);
	if (r == 0)
		return 0;
	CU_ASSERT_EQUAL(position, want_position);
	return event->sequence;
}

static void in_order(void)
{
	uint64_t first, second;

	begin(0);
	CU_ASSERT_EQUAL(next(0), 0);
	first = add(11, 0);
	second = add(12, 0);
	CU_ASSERT_EQUAL(next(first), 11);
	CU_ASSERT_EQUAL(next(second), 12);
	CU_ASSERT_EQUAL(next(0), 0);
}

/* Until the commit the kernel keeps what was read, and a rewind finds it again. */
static void commits(void)
{
	uint64_t first, second;

	begin(0);
	first = add(11, 0);
	second = add(12, 0);
	CU_ASSERT_EQUAL(next(first), 11);
	CU_ASSERT_EQUAL(consumer, 0);
	shield_ring_commit(&ring);
	CU_ASSERT_EQUAL(consumer, RECORD);
	CU_ASSERT_EQUAL(next(second), 12);
	shield_ring_rewind(&ring);
	CU_ASSERT_EQUAL(next(second), 12);
	shield_ring_commit(&ring);
	shield_ring_rewind(&ring);
	CU_ASSERT_EQUAL(next(0), 0);
}

/* Round and round: positions go on growing, records lie across the end. */
static void wraps(void)
{
	begin((1ull << 33) - 24);
	for (uint64_t sequence = 1; sequence < 100; sequence++) {
		uint64_t position = add(sequence, 0);

		CU_ASSERT_EQUAL(next(position), sequence);
		shield_ring_commit(&ring);
	}
	CU_ASSERT_EQUAL(consumer, (1ull << 33) - 24 + 99 * RECORD);
}

/* What the kernel still writes holds up what comes after it; what it gave up is passed over. */
static void busy_and_discarded(void)
{
	uint64_t first, second, third;

	begin(0);
	first = add(11, BPF_RINGBUF_DISCARD_BIT);
	second = add(12, BPF_RINGBUF_BUSY_BIT);
	third = add(13, 0);
	CU_ASSERT_EQUAL(first, 0);
	CU_ASSERT_EQUAL(next(0), 0);
	CU_ASSERT_EQUAL(ring.position, second);
	put_header(second, sizeof(struct shield_event), 0);
	CU_ASSERT_EQUAL(next(second), 12);
	CU_ASSERT_EQUAL(next(third), 13);
}

static void another_layout(void)
{
	const struct shield_event *event;
	uint64_t position;

	begin(0);
	add(1, 0);
	put_header(0, sizeof(struct shield_event) - 8, 0);
	CU_ASSERT_EQUAL(shield_ring_next(&ring, &event, &position, NULL), -EPROTO);
}

void suite_events_ring(void)
{
	CU_pSuite suite = CU_add_suite("events/ring", NULL, NULL);

	CU_add_test(suite, "in order", in_order);
	CU_add_test(suite, "commits", commits);
	CU_add_test(suite, "wraps", wraps);
	CU_add_test(suite, "busy and discarded", busy_and_discarded);
	CU_add_test(suite, "another layout", another_layout);
}
