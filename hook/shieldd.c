/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shieldd: loads the engine at boot, hands its events on, and sweeps what containers and engines of other builds left
 * behind. A parent with privileges, a reader of events without (daemon/). Enforcement does not depend on it.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "daemon/config.h"
#include "daemon/parent.h"
#include "engine/pins.h"

static const char help[] =
	"Usage: shieldd [--config FILE] [--container ID] [--help] [--version]\n"
	"Loads the enforcement engine unless it is loaded, hands its events on, and removes every 10 seconds what\n"
	"containers left behind. SIGTERM and SIGINT stop it; enforcement goes on without it.\n"
	"\n"
	"  --config FILE    where events go (default: " SHIELD_DAEMON_CONFIG_FILE "; where there is none,\n"
	"                   JSON lines go to the standard output). Subscribers at\n"
	"                   /run/oci-shield/events.sock (root only) are served in any case\n"
	"  --container ID   only those of one container, by its id, the beginning of it, or its name;\n"
	"                   ends with the container. Where another shieldd reads the events, they come from it\n"
	"\n"
	"Exit status: 0 stopped by a signal, or the container has ended, 1 failure, 2 wrong usage. See shieldd(8).\n";

static int run(const char *file, const char *container)
{
	_cleanup_daemon_config_ struct shield_daemon_config config = SHIELD_DAEMON_CONFIG_DEFAULT;
	struct shield_error error = {};
	int r = shield_daemon_config_load(file ? file : SHIELD_DAEMON_CONFIG_FILE, &config, &error);

	if (r == 0 || (r == -ENOENT && !file))
		r = shield_parent_run(&config, container, &error);
	if (r >= 0)
		return 0;
	fprintf(stderr, "shieldd: %s\n", error.message);
	return 1;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "container", required_argument, NULL, 'C' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{},
	};
	const char *config = NULL, *container = NULL;
	int option;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (option) {
		case 'c':
			config = optarg;
			break;
		case 'C':
			container = optarg;
			break;
		case 'h':
			fputs(help, stdout);
			return 0;
		case 'V':
			printf("shieldd %s\n", shield_engine_build());
			return 0;
		default:
			fprintf(stderr, "shieldd: see shieldd --help\n");
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "shieldd: see shieldd --help\n");
		return 2;
	}
	return run(config, container);
}
