/* SPDX-License-Identifier: Apache-2.0 */
/* `shieldctl top` on a terminal (ECMA-48, and what xterm added: other screen, no cursor, no line wrap). */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "ctl/ctl.h"
#include "ctl/top.h"
#include "events/clock.h"

#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define HOME "\033[H"
#define END_OF_LINE "\033[K"
#define END_OF_SCREEN "\033[J"

#define ROWS 24 /* of a terminal that does not say */

enum happened {
	HAPPENED_NOTHING, /* it is time */
	HAPPENED_RESIZE,
	HAPPENED_END,
};

struct screen {
	struct termios before;
	int signals;
	bool keys; /* the standard input can be read */
};

/* Puts the terminal into our hands: keys come one by one, signals by a descriptor. */
static int take_screen(struct screen *screen)
{
	struct termios ours;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGTSTP); /* not now: the terminal is not as the shell expects it */
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigdelset(&set, SIGTSTP);
	screen->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (screen->signals < 0 || tcgetattr(STDIN_FILENO, &screen->before) < 0) {
		fprintf(stderr, "shieldctl: cannot use the terminal: %s\n", strerror(errno));
		return SHIELD_EXIT_FAILURE;
	}
	ours = screen->before;
	ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	tcsetattr(STDIN_FILENO, TCSANOW, &ours);
	screen->keys = true;
	fputs(ENTER, stdout);
	fflush(stdout);
	return SHIELD_EXIT_OK;
}

static void give_screen(struct screen *screen)
{
	fputs(LEAVE, stdout);
	fflush(stdout);
	tcsetattr(STDIN_FILENO, TCSANOW, &screen->before);
	close(screen->signals);
}

/* What a key or signal wants. */
static enum happened look(struct screen *screen, const struct pollfd fds[2])
{
	struct signalfd_siginfo signal;
	char key;

	if (fds[0].revents && read(screen->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal))
		return signal.ssi_signo == SIGWINCH ? HAPPENED_RESIZE : HAPPENED_END;
	if (fds[1].revents) {
		if (read(STDIN_FILENO, &key, 1) != 1)
			screen->keys = false; /* there will be no more */
		else if (key == 'q' || key == 'Q')
			return HAPPENED_END;
	}
	return HAPPENED_NOTHING;
}

/* Waits for something to happen. @until: boot time in ns */
static enum happened wait_until(struct screen *screen, uint64_t until)
{
	for (uint64_t now = shield_clock_boot(); now < until; now = shield_clock_boot()) {
		struct pollfd fds[] = {
			{ .fd = screen->signals, .events = POLLIN },
			{ .fd = screen->keys ? STDIN_FILENO : -1, .events = POLLIN },
		};
		enum happened happened;

		if (poll(fds, 2, (int)((until - now) / 1000000) + 1) < 0)
			continue;
		happened = look(screen, fds);
		if (happened != HAPPENED_NOTHING)
			return happened;
	}
	return HAPPENED_NOTHING;
}

/* Everything at once, over what was there: nothing flickers. */
static int draw(const struct shield_sample *sample)
{
	_cleanup_text_ struct shield_text plain = {}, text = {};
	struct winsize size = {};
	size_t start = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row)
		size.ws_row = ROWS;
	shield_top_print(sample, size.ws_row, &plain);
	shield_text_add(&text, HOME);
	for (size_t i = 0; i < plain.length; i++) {
		if (plain.data[i] != '\n')
			continue;
		shield_text_add_bytes(&text, plain.data + start, i - start);
		shield_text_add(&text, i + 1 < plain.length ? END_OF_LINE "\r\n" : END_OF_LINE);
		start = i + 1;
	}
	shield_text_add(&text, END_OF_SCREEN);
	text.failed |= plain.failed;
	return shield_ctl_print(&text);
}

/* The next sample, compared with the last one, takes its place. */
static int advance(struct shield_sample *sample)
{
	struct shield_sample next = {};
	struct shield_error error = {};
	int r = shield_sample_take(&next, &error);

	if (r < 0)
		return shield_ctl_fail(r, &error);
	shield_sample_compare(sample, &next);
	shield_sample_free(sample);
	*sample = next;
	return SHIELD_EXIT_OK;
}

static int show(struct screen *screen, uint64_t delay)
{
	_cleanup_sample_ struct shield_sample sample = {};
	int r = advance(&sample);

	sample.interval = 0; /* since when these numbers grow is not known */
	for (uint64_t next = 0; r == SHIELD_EXIT_OK;) {
		enum happened happened;

		r = draw(&sample);
		if (r != SHIELD_EXIT_OK)
			return r;
		if (next <= shield_clock_boot())
			next = shield_clock_boot() + delay * 1000000;
		happened = wait_until(screen, next);
		if (happened == HAPPENED_END)
			return SHIELD_EXIT_OK;
		if (happened == HAPPENED_NOTHING)
			r = advance(&sample);
	}
	return r;
}

int shield_top_live(uint64_t delay)
{
	struct screen screen;
	int r = take_screen(&screen);

	if (r != SHIELD_EXIT_OK)
		return r;
	r = show(&screen, delay);
	give_screen(&screen);
	return r;
}
