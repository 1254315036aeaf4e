/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/spool_state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define SOON_TRIES 100
#define SOON_PAUSE 1000 /* us */

/* 20 digits hold any number, so that the text has one length. */
#define TEXT(number)                                                                            \
	"created %020" number "\nnext %020" number "\nsent %020" number "\nrefused %020" number \
	"\nfailures %020" number "\nlost %020" number "\ntold %020" number "\n"

const char *shield_spool_state_print(const struct shield_spool_state *state, char buffer[SHIELD_SPOOL_STATE_MAX])
{
	snprintf(buffer, SHIELD_SPOOL_STATE_MAX, TEXT(PRIu64), state->created, state->next, state->sent, state->refused,
		 state->failures, state->lost, state->told);
	return buffer;
}

/* There is one way to write a state: the one that reads back the same. */
int shield_spool_state_parse(const char *text, struct shield_spool_state *ret)
{
	struct shield_spool_state state;
	char buffer[SHIELD_SPOOL_STATE_MAX];

	if (sscanf(text,
		   "created %20" SCNu64 " next %20" SCNu64 " sent %20" SCNu64 " refused %20" SCNu64
		   " failures %20" SCNu64 " lost %20" SCNu64 " told %20" SCNu64,
		   &state.created, &state.next, &state.sent, &state.refused, &state.failures, &state.lost,
		   &state.told) != 7 ||
	    strcmp(shield_spool_state_print(&state, buffer), text) != 0)
		return -EINVAL;
	*ret = state;
	return 0;
}

int shield_spool_state_open(int dir, int *ret_fd, struct shield_error *error)
{
	int fd = openat(dir, "state", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open the spool's file 'state'");
	*ret_fd = fd;
	return 0;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int lock(int fd, enum shield_spool_wait wait)
{
	for (unsigned int tries = 0; flock(fd, LOCK_EX | (wait == SHIELD_SPOOL_WAIT ? 0 : LOCK_NB)) < 0;) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK || wait == SHIELD_SPOOL_NOW || ++tries == SOON_TRIES)
			return -errno;
		usleep(SOON_PAUSE);
	}
	return 0;
}

int shield_spool_state_begin(int fd, enum shield_spool_wait wait, struct shield_spool_state *ret,
			     struct shield_error *error)
{
	char text[SHIELD_SPOOL_STATE_MAX];
	int r = lock(fd, wait);
	ssize_t length;

	if (r < 0)
		return shield_fail_errno(error, -r, "cannot lock the spool's file 'state'");
	length = pread(fd, text, sizeof(text) - 1, 0);
	if (length < 0) {
		shield_fail_errno(error, errno, "cannot read the spool's file 'state'");
		flock(fd, LOCK_UN);
		return -EIO;
	}
	text[length] = '\0';
	if (shield_spool_state_parse(text, ret) < 0)
		*ret = (struct shield_spool_state){ .created = now() };
	return 0;
}

int shield_spool_state_end(int fd, const struct shield_spool_state *state, struct shield_error *error)
{
	char text[SHIELD_SPOOL_STATE_MAX];
	int r = 0;

	if (state) {
		size_t length = strlen(shield_spool_state_print(state, text));

		if (pwrite(fd, text, length, 0) != (ssize_t)length)
			r = shield_fail_errno(error, errno, "cannot write the spool's file 'state'");
	}
	flock(fd, LOCK_UN);
	return r;
}
