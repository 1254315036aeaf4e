/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "ctl/apply.h"
#include "ctl/ctl.h"

#define LOOK_AGAIN_MS 30000 /* without any change: for what else an activation depends on */
#define QUIET_MS 200	    /* a change is over when nothing has happened for so long ... */
#define UNREST_MS 3000	    /* ... or when it has lasted so long */
#define SAY_AGAIN_S 600	    /* an error that stays */

#define CHANGES                                                                                              \
	(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | \
	 IN_MOVE_SELF)

struct watch {
	const char *from, *ready;
	int changes, signals;					/* descriptors; owned */
	char said[sizeof(((struct shield_error *)0)->message)]; /* the last error; empty = it is in force */
	time_t said_at;
	bool began;
};

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static void set_ready(const struct watch *watch, bool ready)
{
	struct shield_error error;

	if (!watch->ready)
		return;
	if (!ready)
		unlink(watch->ready);
	else if (shield_write_file(watch->ready, "in force\n", 9, true, &error) < 0)
		fprintf(stderr, "shieldctl: %s\n", error.message);
}

/* What is wrong, in as many words as tell it from something else. */
static const char *trouble(const struct shield_ctl_apply *apply)
{
	if (apply->outcome != SHIELD_CTL_REFUSED && apply->outcome != SHIELD_CTL_FAILED)
		return "";
	return apply->faults.count ? apply->faults.item[0] : apply->error.message;
}

/* Each outcome once; an error that stays, now and then. */
static void tell(struct watch *watch, const struct shield_ctl_apply *apply)
{
	const char *wrong = trouble(apply);
	bool same = watch->began && !strcmp(watch->said, wrong);

	if (same && apply->outcome != SHIELD_CTL_APPLIED && (!*wrong || now() - watch->said_at < SAY_AGAIN_S))
		return;
	shield_ctl_apply_print(apply);
	snprintf(watch->said, sizeof(watch->said), "%s", wrong);
	watch->said_at = now();
	watch->began = true;
}

static void apply_once(struct watch *watch)
{
	_cleanup_apply_ struct shield_ctl_apply apply = { .from = watch->from };

	/* before it is read; where there is no folder yet it is looked for again */
	inotify_add_watch(watch->changes, watch->from, CHANGES | IN_ONLYDIR);
	shield_ctl_apply_carry_out(&apply);
	set_ready(watch, !*trouble(&apply));
	tell(watch, &apply);
}

static void drain(int fd)
{
	char buffer[4096];

	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
}

/* Returns false when it is time to end. */
static bool wait_for_change(const struct watch *watch)
{
	struct pollfd fds[2] = { { .fd = watch->signals, .events = POLLIN },
				 { .fd = watch->changes, .events = POLLIN } };
	int timeout = LOOK_AGAIN_MS;

	for (int waited = 0; waited < UNREST_MS; waited += timeout) {
		int r = poll(fds, 2, timeout);

		if (r < 0 && errno != EINTR)
			return false;
		if (fds[0].revents)
			return false;
		if (r == 0)
			return true;
		drain(watch->changes);
		/* what is told of the old folder is not in force */
		set_ready(watch, false);
		timeout = QUIET_MS;
	}
	return true;
}

int shield_ctl_apply_watch(const char *from, const char *ready)
{
	_cleanup_close_ int changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), signals = -1;
	struct watch watch = { .from = from, .ready = ready };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	signals = signalfd(-1, &ends, SFD_CLOEXEC);
	if (changes < 0 || signals < 0) {
		fprintf(stderr, "shieldctl: cannot watch %s: %s\n", from, strerror(errno));
		return SHIELD_EXIT_FAILURE;
	}
	watch.changes = changes;
	watch.signals = signals;
	set_ready(&watch, false);
	do
		apply_once(&watch);
	while (wait_for_change(&watch));
	set_ready(&watch, false);
	return SHIELD_EXIT_OK;
}
