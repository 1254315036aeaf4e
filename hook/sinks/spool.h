/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records between shieldd, which appends them, and shieldd-webhook, which sends them: a folder on disk, bounded.
 *
 *   NUMBER.spool  segments of lines, `INSTANCE-POSITION RECORD`; NUMBER (20 digits) is that of the first record
 *   state         what was sent and what was lost (sinks/spool_state.h)
 *   lock          held for a moment by whoever changes `state` or removes a segment
 *   appender, sender   held by the one process of each kind
 *
 * Records are numbered without gaps, so that numbers alone tell what is lost when a segment is dropped. Either process
 * may be killed at any time: what was appended is sent at least once, in order. (The machine itself losing power is
 * another matter: nothing is synced.)
 *
 * Works without privileges and with the directory's descriptor alone: openat, unlinkat, renameat, read, pread, write,
 * lseek, ftruncate, fstat, flock, getdents64, close; the sender needs inotify, too.
 */
#ifndef SHIELD_SINKS_SPOOL_H
#define SHIELD_SINKS_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "sinks/spool_state.h"

#define SHIELD_SPOOL_BYTES (16 << 20) /* the default bound */
#define SHIELD_SPOOL_BYTES_MIN (256 << 10)
#define SHIELD_SPOOL_RECORD_MAX (32 << 10) /* bytes of one record */

struct shield_spool_appender;
struct shield_spool_sender;

/* An event's name for good: shield_evidence.instance and .position. instance 0: a record that is no event. */
struct shield_spool_id {
	uint64_t instance, position;
};

/*
 * Opens the folder for appending. Cuts what a killed appender left of a line.
 * @dir: borrowed
 * @max_bytes: of all segments, at least SHIELD_SPOOL_BYTES_MIN; over it the oldest segment is dropped, and what of it
 *	was not sent is counted as lost
 * @ret: owned by the caller
 * Returns 0; -EBUSY when another process appends here; another negative errno.
 */
int shield_spool_appender_open(int dir, uint64_t max_bytes, struct shield_spool_appender **ret,
			       struct shield_error *error);

/*
 * Appends one record. The spool answers for it from here on: what cannot be written is counted as lost.
 * @record: one line, without a newline
 * Returns 1; 0 when an event of the same instance with this position or a later one is in the spool: it was appended
 * before; a negative errno when the record was lost.
 */
int shield_spool_append(struct shield_spool_appender *appender, const struct shield_spool_id *id, const char *record,
			size_t length, struct shield_error *error);

/* NULL is fine. */
void shield_spool_appender_close(struct shield_spool_appender *appender);

/* Opens the folder for sending. As for appending. */
int shield_spool_sender_open(int dir, struct shield_spool_sender **ret, struct shield_error *error);

/*
 * The oldest record that was not sent.
 * @ret_record: borrowed, NUL-terminated, valid until the next call; may be NULL
 * Returns 1; 0 when there is none; a negative errno.
 */
int shield_spool_next(struct shield_spool_sender *sender, const char **ret_record, size_t *ret_length,
		      struct shield_error *error);

/* What became of the record that shield_spool_next() gave: it was taken, or will never be. Either way it is done. */
int shield_spool_done(struct shield_spool_sender *sender, enum shield_spool_outcome outcome,
		      struct shield_error *error);

/* Counts a failed attempt, or notices told: what else of the state is the sender's to change. */
int shield_spool_note(struct shield_spool_sender *sender, uint64_t failures, uint64_t told, struct shield_error *error);

/* A descriptor for poll(2), readable when something was appended; shield_spool_drain() makes it wait again. */
int shield_spool_fd(const struct shield_spool_sender *sender);
void shield_spool_drain(struct shield_spool_sender *sender);

void shield_spool_sender_close(struct shield_spool_sender *sender);

/* What is in a spool: for metrics, by anybody who can read the folder. */
struct shield_spool_status {
	struct shield_spool_state state;
	uint64_t records; /* that wait */
	uint64_t bytes;	  /* of all segments */
};
int shield_spool_status(int dir, struct shield_spool_status *ret, struct shield_error *error);

static inline void shield_spool_appender_closep(struct shield_spool_appender **appender)
{
	shield_spool_appender_close(*appender);
}
static inline void shield_spool_sender_closep(struct shield_spool_sender **sender)
{
	shield_spool_sender_close(*sender);
}
#define _cleanup_spool_appender_ _cleanup_(shield_spool_appender_closep)
#define _cleanup_spool_sender_ _cleanup_(shield_spool_sender_closep)

#endif
