/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/sinks.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/io.h"
#include "events/format.h"
#include "sinks/falco.h"

/*
 * Opens a folder; one that is missing is made and becomes the user's.
 * @ours: also one that is there: nobody but root can have put it there
 */
static int open_folder(const char *path, const struct shield_user *user, bool ours, int *ret,
		       struct shield_error *error)
{
	_cleanup_free_ char *copy = strdup(path);
	_cleanup_close_ int fd = -1;
	bool made;
	int r = copy ? shield_make_directories(dirname(copy), error) : shield_fail(error, ENOMEM, "out of memory");

	if (r < 0)
		return r;
	made = mkdir(path, 0750) == 0;
	if (!made && errno != EEXIST)
		return shield_fail_errno(error, errno, "cannot make the folder %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (ours ? O_NOFOLLOW : 0));
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open the folder %s", path);
	if ((made || ours) && fchown(fd, user->uid, user->gid) < 0)
		return shield_fail_errno(error, errno, "cannot give the folder %s to %s", path, user->name);
	*ret = TAKE_FD(fd);
	return 0;
}

static int open_file(const struct shield_daemon_config *config, const struct shield_user *user,
		     struct shield_file *file, struct shield_error *error)
{
	_cleanup_free_ char *copy = strdup(config->file.path);

	if (!copy)
		return shield_fail(error, ENOMEM, "out of memory");
	snprintf(file->name, sizeof(file->name), "%s", strrchr(config->file.path, '/') + 1);
	file->max_size = config->file.max_size;
	file->max_files = config->file.max_files;
	return open_folder(dirname(copy), user, false, &file->folder, error);
}

static int open_spool(const struct shield_webhook *webhook, const struct shield_user *user,
		      struct shield_spool_sink *spool, struct shield_error *error)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), SHIELD_SPOOL_DIR "/%s", webhook->name);
	snprintf(spool->name, sizeof(spool->name), "%s", webhook->name);
	spool->max_bytes = webhook->max_bytes;
	return open_folder(path, user, true, &spool->folder, error);
}

int shield_sinks_open(const struct shield_daemon_config *config, const struct shield_user *user,
		      struct shield_sinks *ret, struct shield_error *error)
{
	_cleanup_sinks_ struct shield_sinks sinks = SHIELD_SINKS_NONE;
	int r = 0;

	if (gethostname(sinks.host, sizeof(sinks.host) - 1) < 0)
		return shield_fail_errno(error, errno, "cannot tell this host's name");
	if (config->output)
		r = shield_output_open(STDOUT_FILENO, &sinks.output, error);
	if (r == 0 && config->file.path)
		r = open_file(config, user, &sinks.file, error);
	for (size_t i = 0; r == 0 && i < config->webhook_count; i++) {
		sinks.spool[i].folder = -1;
		sinks.spool_count++;
		r = open_spool(&config->webhook[i], user, &sinks.spool[i], error);
	}
	if (r < 0)
		return r;
	*ret = sinks;
	sinks = SHIELD_SINKS_NONE;
	return 0;
}

int shield_sinks_start(struct shield_sinks *sinks, struct shield_error *error)
{
	for (size_t i = 0; i < sinks->spool_count; i++) {
		struct shield_spool_sink *spool = &sinks->spool[i];
		int r = shield_appender_open(spool->folder, spool->max_bytes, &spool->appender, error);

		if (r < 0)
			return shield_wrap(error, r, SHIELD_SPOOL_DIR "/%s", spool->name);
	}
	return 0;
}

/* A sink that fails does so again and again: what it says is heard once. */
static void say(const struct shield_error *error)
{
	if (error->message[0])
		fprintf(stderr, "shieldd: %s\n", error->message);
}

static void put_into_spools(struct shield_sinks *sinks, const struct shield_evidence *evidence)
{
	struct shield_spool_id id = { evidence->instance, evidence->position };

	sinks->line.length = 0;
	shield_falco_format(evidence, sinks->host, &sinks->line);
	for (size_t i = 0; i < sinks->spool_count; i++) {
		struct shield_spool_sink *spool = &sinks->spool[i];
		struct shield_error error = {};
		int r = shield_appender_append(spool->appender, &id, sinks->line.data, sinks->line.length, &error);

		spool->failures += r < 0;
		if (r < 0 && !spool->broken)
			fprintf(stderr, "shieldd: webhook %s: %s\n", spool->name, error.message);
		spool->broken = r < 0;
	}
}

void shield_sinks_put(struct shield_sinks *sinks, const struct shield_evidence *evidence)
{
	if (sinks->output.fd >= 0 || sinks->file.folder >= 0) {
		sinks->line.length = 0;
		shield_format_json(evidence, &sinks->line);
	}
	if (sinks->output.fd >= 0)
		shield_output_add(&sinks->output, sinks->line.data, sinks->line.length);
	if (sinks->file.folder >= 0)
		shield_file_add(&sinks->file, evidence, sinks->line.data, sinks->line.length);
	if (sinks->spool_count)
		put_into_spools(sinks, evidence);
}

bool shield_sinks_flush(struct shield_sinks *sinks)
{
	struct shield_error error = {};

	if (sinks->output.fd >= 0 && shield_output_flush(&sinks->output, &error) < 0)
		say(&error);
	if (sinks->file.folder < 0)
		return true;
	if (shield_file_flush(&sinks->file, &error) < 0)
		say(&error);
	return shield_file_is_done(&sinks->file);
}

void shield_sinks_close(struct shield_sinks *sinks)
{
	shield_output_close(&sinks->output);
	shield_file_close(&sinks->file);
	for (size_t i = 0; i < sinks->spool_count; i++) {
		shield_appender_close(sinks->spool[i].appender);
		shield_closep(&sinks->spool[i].folder);
	}
	shield_text_free(&sinks->line);
	*sinks = SHIELD_SINKS_NONE;
}
