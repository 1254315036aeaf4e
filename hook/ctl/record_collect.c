/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/names.h"
#include "ctl/record.h"

struct collection {
	const char *name; /* NULL = all */
	struct shield_ctl_recordings *recordings;
	struct shield_engine *engine; /* at hand */
	struct shield_error *error;
};

void shield_ctl_recordings_free(struct shield_ctl_recordings *recordings)
{
	for (size_t i = 0; i < recordings->count; i++)
		shield_recording_free(&recordings->item[i]);
	free(recordings->item);
	*recordings = (struct shield_ctl_recordings){};
}

/* Takes the recording over, whether it succeeds or not. */
static int add(struct collection *collection, struct shield_recording *recording)
{
	struct shield_ctl_recordings *all = collection->recordings;
	struct shield_recording *larger = reallocarray(all->item, all->count + 1, sizeof(*larger));

	if (!larger) {
		shield_recording_free(recording);
		return shield_fail(collection->error, ENOMEM, "out of memory");
	}
	all->item = larger;
	larger[all->count++] = *recording;
	return 0;
}

static int add_running(const struct shield_container *container, void *context)
{
	struct collection *collection = context;
	struct shield_recording recording;
	int r;

	if (!container->info.record[0] || (collection->name && strcmp(collection->name, container->info.record) != 0))
		return 0;
	r = shield_recording_read(collection->engine, container, &recording, collection->error);
	return r < 0 ? r : add(collection, &recording);
}

/* Under the lock: a container that ends in between is among the files afterwards, and not half gone. */
static int add_engine(struct shield_engine *engine, void *context)
{
	struct collection *collection = context;
	_cleanup_close_ int lock = -1;
	int r = shield_engine_lock(engine, &lock, collection->error);

	if (r < 0)
		return r == -ESTALE ? 0 : r;
	collection->engine = engine;
	return shield_container_each(engine, add_running, collection, collection->error);
}

static int add_file(struct collection *collection, const char *path)
{
	struct shield_recording recording;
	struct shield_error error;
	int r = shield_recording_load(path, &recording, &error);

	if (r == 0)
		return add(collection, &recording);
	if (r == -ENOENT) /* removed since */
		return 0;
	if (collection->name)
		return shield_fail(collection->error, -r, "%s", error.message);
	fprintf(stderr, "shieldctl: %s\n", error.message);
	collection->recordings->unreadable++;
	return 0;
}

static int add_name(struct collection *collection, const char *name)
{
	_cleanup_closedir_ DIR *dir = NULL;
	const struct dirent *entry;
	char path[sizeof(SHIELD_RECORDINGS_DIR) + SHIELD_NAME_MAX + 1 + sizeof(entry->d_name)];
	int r = 0;

	snprintf(path, sizeof(path), SHIELD_RECORDINGS_DIR "/%s", name);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : shield_fail_errno(collection->error, errno, "%s: cannot open", path);
	while (r == 0 && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), SHIELD_RECORDINGS_DIR "/%s/%s", name, entry->d_name);
		r = add_file(collection, path);
	}
	return r;
}

static int add_names(struct collection *collection)
{
	_cleanup_closedir_ DIR *dir = opendir(SHIELD_RECORDINGS_DIR);
	const struct dirent *entry;
	int r = 0;

	if (!dir)
		return errno == ENOENT
			       ? 0
			       : shield_fail_errno(collection->error, errno, "%s: cannot open", SHIELD_RECORDINGS_DIR);
	while (r == 0 && (entry = readdir(dir)))
		if (shield_name_is_valid(entry->d_name))
			r = add_name(collection, entry->d_name);
	return r;
}

static int compare(const void *left, const void *right)
{
	const struct shield_recording *a = left, *b = right;

	return strcmp(a->name, b->name) ?: (a->started > b->started) - (a->started < b->started);
}

int shield_ctl_recordings_collect(const char *name, struct shield_ctl_recordings *ret, struct shield_error *error)
{
	_cleanup_recordings_ struct shield_ctl_recordings recordings = {};
	struct collection collection = { .name = name, .recordings = &recordings, .error = error };
	int r = name ? shield_name_check(name, error) : 0;

	if (r == 0)
		r = shield_ctl_each_engine(add_engine, &collection, error);
	if (r == 0)
		r = name ? add_name(&collection, name) : add_names(&collection);
	if (r < 0)
		return r;
	if (name && !recordings.count)
		return shield_fail(error, ENOENT, "there is no recording %s (see: shieldctl record list)", name);
	if (recordings.count)
		qsort(recordings.item, recordings.count, sizeof(*recordings.item), compare);
	*ret = recordings;
	recordings = (struct shield_ctl_recordings){}; /* handed over */
	return 0;
}
