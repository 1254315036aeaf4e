/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shieldd-webhook: sends what shieldd put into a spool to a webhook, one record after the other. It can be killed at any
 * time: what was not done is sent again.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "sinks/confine.h"
#include "sinks/delivery.h"

static const char help[] =
	"Usage: shieldd-webhook --spool DIR < WEBHOOK.json\n"
	"Sends the records of a spool to a webhook. shieldd starts it, one for each webhook of its configuration, and\n"
	"writes the webhook's object to its standard input: {\"name\": ..., \"url\": ..., \"headers\": {...}, ...}.\n"
	"What fails is tried again, after 1 second, then 2, 4, ... up to 5 minutes; a record that the webhook refuses\n"
	"for good is dropped and counted.\n"
	"\n"
	"Exit status: 1 failure, 2 wrong usage. See shieldd(8).\n";

static int read_webhook(struct shield_webhook *ret, struct shield_error *error)
{
	_cleanup_json_ struct shield_json_document document = {};
	_cleanup_free_ char *text = NULL;
	struct shield_json root;
	size_t length;
	int r = shield_read_fd(STDIN_FILENO, "the standard input", SHIELD_WEBHOOK_TEXT_MAX, &text, &length, error);

	if (r == 0)
		r = shield_json_parse(text, length, &document, error);
	if (r < 0)
		return r;
	root = shield_json_root(&document);
	return shield_webhook_parse(&root, ret, error);
}

static int deliver(const char *spool, struct shield_error *error)
{
	_cleanup_webhook_ struct shield_webhook webhook = {};
	_cleanup_delivery_ struct shield_delivery delivery = {};
	_cleanup_close_ int dir = -1;
	int r = read_webhook(&webhook, error);

	if (r < 0)
		return r;
	dir = open(spool, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return shield_fail_errno(error, errno, "cannot open the spool '%s'", spool);
	r = shield_delivery_open(&webhook, dir, &delivery, error);
	if (r == 0)
		r = shield_confine_client(error);
	while (r == 0)
		r = shield_delivery_run(&delivery, error);
	return r;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ "spool", required_argument, NULL, 's' },
		{},
	};
	struct shield_error error = {};
	const char *spool = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			fputs(help, stdout);
			return 0;
		case 'V':
			printf("shieldd-webhook %s\n", SHIELD_VERSION);
			return 0;
		case 's':
			spool = optarg;
			break;
		default:
			return 2;
		}
	}
	if (!spool || optind < argc) {
		fprintf(stderr, "shieldd-webhook: see shieldd-webhook --help\n");
		return 2;
	}
	/* headers may be secrets: nobody else with the same user reads this memory */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	deliver(spool, &error);
	fprintf(stderr, "shieldd-webhook: %s\n", error.message);
	return 1;
}
