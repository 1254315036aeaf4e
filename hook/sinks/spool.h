/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records between shieldd, which appends them, and shieldd-webhook, which sends them: a folder on disk, bounded.
 *
 *   NUMBER.spool       segments of lines, `INSTANCE-POSITION RECORD`; NUMBER is that of the first record (20 digits)
 *   state              what was sent and what was lost (sinks/spool_state.h); its lock
 *   appender, sender   held by the one process of each kind
 *
 * Records are numbered without gaps, so that the names of segments tell what is lost when one is dropped. Either
 * process may be killed at any time: what was appended is sent at least once, in order. (Nothing is synced: the machine
 * losing power is another matter.) Appending never waits for the sender.
 *
 * Works without privileges and with the folder's descriptor alone: openat, unlinkat, newfstatat, fstat, getdents64,
 * read, pread64, write, pwrite64, lseek, ftruncate, flock, fcntl, close.
 */
#ifndef SHIELD_SINKS_SPOOL_H
#define SHIELD_SINKS_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "sinks/spool_state.h"

#define SHIELD_SPOOL_BYTES (16u << 20) /* the default bound */
#define SHIELD_SPOOL_BYTES_MIN (256u << 10)
#define SHIELD_SPOOL_RECORD_MAX (32u << 10) /* bytes of one record */

/* An event's name for good: shield_evidence.instance and .position. instance 0: a record that is no event. */
struct shield_spool_id {
	uint64_t instance, position;
};

struct shield_appender;

/*
 * Opens the folder for appending. Cuts what a killed appender left of a line.
 * @dir: borrowed, as long as the appender lives
 * @max_bytes: of all segments, at least SHIELD_SPOOL_BYTES_MIN; over it the oldest segment is dropped, and what of it
 *	was not sent is counted as lost
 * @ret: owned by the caller
 * Returns 0; -EBUSY when another process appends here; another negative errno.
 */
int shield_appender_open(int dir, uint64_t max_bytes, struct shield_appender **ret, struct shield_error *error);

/*
 * Appends one record. The spool answers for it from here on: what cannot be written is counted as lost.
 * @id: events of one instance come in the order of their positions
 * @record: one line, without a newline
 * Returns 1; 0 when this event was appended before (by an appender that was killed); a negative errno when it was lost.
 */
int shield_appender_append(struct shield_appender *appender, const struct shield_spool_id *id, const char *record,
			   size_t length, struct shield_error *error);

/* NULL is fine. */
void shield_appender_close(struct shield_appender *appender);

struct shield_sender;

/*
 * Opens the folder for sending.
 * @dir: borrowed, as long as the sender lives
 * @ret: owned by the caller
 * Returns 0; -EBUSY when another process sends from here; another negative errno.
 */
int shield_sender_open(int dir, struct shield_sender **ret, struct shield_error *error);

/*
 * Looks at the oldest record that is not done.
 * @ret_record: borrowed, NUL-terminated, valid until the next call
 * @ret_state: may be NULL
 * Returns 1; 0 when there is none; a negative errno.
 */
int shield_sender_next(struct shield_sender *sender, const char **ret_record, size_t *ret_length,
		       struct shield_spool_state *ret_state, struct shield_error *error);

/* That record was sent, or will never be taken: on to the next. */
enum shield_outcome {
	SHIELD_SENT,
	SHIELD_REFUSED,
};
int shield_sender_done(struct shield_sender *sender, enum shield_outcome outcome, struct shield_error *error);

/* Counts an attempt that failed. */
int shield_sender_failed(struct shield_sender *sender, struct shield_error *error);

/* The receiver knows now that `lost` records (of shield_spool_state.lost) will not come. */
int shield_sender_told(struct shield_sender *sender, uint64_t lost, struct shield_error *error);

/* A descriptor for poll(2): readable when something was appended since it was last drained. */
int shield_sender_fd(const struct shield_sender *sender);
void shield_sender_drain(struct shield_sender *sender);

/* NULL is fine. */
void shield_sender_close(struct shield_sender *sender);

struct shield_spool_status {
	struct shield_spool_state state;
	uint64_t records; /* that wait to be sent */
	uint64_t bytes;	  /* of these */
};

/* What is in a spool, for whoever can open its files. */
int shield_spool_status(int dir, struct shield_spool_status *ret, struct shield_error *error);

/* For the two halves of the spool: takes the lock that only one process of a kind holds. -EBUSY when it is held. */
int shield_spool_claim(int dir, const char *role, int *ret_fd, struct shield_error *error);

static inline void shield_appender_closep(struct shield_appender **appender)
{
	shield_appender_close(*appender);
}

static inline void shield_sender_closep(struct shield_sender **sender)
{
	shield_sender_close(*sender);
}

#define _cleanup_appender_ _cleanup_(shield_appender_closep)
#define _cleanup_sender_ _cleanup_(shield_sender_closep)

#endif
