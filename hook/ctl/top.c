/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/top.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/cleanup.h"
#include "ctl/ctl.h"

#define DELAY_MAX 3600 /* s */

/* "2", "0.5": ms. */
static bool parse_delay(const char *word, uint64_t *ret)
{
	double seconds;
	char *end;

	if (*word < '0' || *word > '9')
		return false;
	seconds = strtod(word, &end);
	if (*end || !(seconds >= 0.1 && seconds <= DELAY_MAX))
		return false;
	*ret = (uint64_t)(seconds * 1000);
	return true;
}

static bool parse_count(const char *word, unsigned long *ret)
{
	char *end;

	errno = 0;
	*ret = strtoul(word, &end, 10);
	return *word >= '0' && *word <= '9' && !*end && !errno;
}

static void sleep_ms(uint64_t ms)
{
	struct timespec time = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };

	nanosleep(&time, NULL);
}

/* Prints `count` intervals one after another. @count: 0 = without end */
static int print(unsigned long count, uint64_t delay, bool json)
{
	_cleanup_sample_ struct shield_sample before = {};
	struct shield_error error = {};
	int r = shield_sample_take(&before, &error);

	for (unsigned long i = 0; r >= 0 && (!count || i < count); i++) {
		_cleanup_text_ struct shield_text text = {};
		struct shield_sample after = {};

		sleep_ms(delay);
		r = shield_sample_take(&after, &error);
		if (r < 0)
			break;
		shield_sample_compare(&before, &after);
		shield_sample_free(&before);
		before = after;
		if (json)
			shield_top_print_json(&after, &text);
		else
			shield_top_print(&after, 0, &text);
		if (!json && i + 1 != count)
			shield_text_add(&text, "\n");
		if (shield_ctl_print(&text) != SHIELD_EXIT_OK)
			return SHIELD_EXIT_FAILURE;
	}
	return r < 0 ? shield_ctl_fail(r, &error) : SHIELD_EXIT_OK;
}

static int is_there(struct shield_engine *engine, void *context)
{
	(void)engine;
	(void)context;
	return 1;
}

static int run(const struct shield_ctl_command *command, const struct shield_ctl_arguments *arguments)
{
	const char *delay_word = shield_ctl_value(arguments, "delay"),
		   *count_word = shield_ctl_value(arguments, "count");
	bool json = shield_ctl_wants_json(arguments);
	_cleanup_close_ int statistics = -1;
	struct shield_error error = {};
	unsigned long count = 1; /* where nobody looks on */
	uint64_t delay = 1000;	 /* ms */
	int r;

	if (delay_word && !parse_delay(delay_word, &delay))
		return shield_ctl_usage(command, "--delay is a number of seconds from 0.1 to %d", DELAY_MAX);
	if (count_word && !parse_count(count_word, &count))
		return shield_ctl_usage(command, "--count is a number, 0 for no end");
	r = shield_ctl_each_engine(is_there, NULL, &error);
	if (r == 0)
		return shield_ctl_not_loaded();
	if (r > 0)
		r = shield_usage_enable(&statistics, &error);
	if (r < 0)
		return shield_ctl_fail(r, &error);
	if (!json && !count_word && !shield_ctl_has(arguments, "once") && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return shield_top_live(delay);
	return print(count, delay, json);
}

static const struct shield_ctl_option options[] = {
	{ "delay", 'd', "SECONDS", "between two looks, from 0.1 (default: 1)" },
	{ "count", 'n', "N", "print N tables, one for each interval, and end; 0 = do not end" },
	{ "once", '1', NULL, "the same as --count 1" },
	{ "output", 'o', "text|json", "text, for people; json, an object for each interval" },
	{},
};

const struct shield_ctl_command shield_ctl_top = {
	.name = "top",
	.arguments = "",
	.summary = "Show what the programs cost and what containers are refused, as it happens",
	.help = "On a terminal the tables are renewed in place; q ends that. Elsewhere, and with -o json, one\n"
		"interval is printed.\n"
		"\n"
		"RUNS/S and NS/RUN are of the interval, CPU% is the share of the time of all CPUs. The kernel\n"
		"counts while this runs, which costs every BPF program of the node some ns a run. DENIALS, LOST\n"
		"and SUPPRESSED are since the container's start.\n",
	.options = options,
	.run = run,
};
