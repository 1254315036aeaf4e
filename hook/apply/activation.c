/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/check.h"
#include "base/cleanup.h"
#include "base/file.h"
#include "base/io.h"
#include "base/trusted.h"
#include "profile/usable.h"

#define STAGED_CONFIG ".config.json" /* in the folder that is made */

const struct shield_apply_places shield_apply_default_places = {
	.etc = SHIELD_ETC_DIR,
	.copy = SHIELD_CONFIG_COPY,
	.pending = SHIELD_APPLY_PENDING,
	.profiles = &shield_profile_default_dirs,
};

static int join(char path[SHIELD_FOLDER_PATH_MAX], const char *folder, const char *name, struct shield_error *error)
{
	if (snprintf(path, SHIELD_FOLDER_PATH_MAX, "%s/%s", folder, name) >= SHIELD_FOLDER_PATH_MAX)
		return shield_fail(error, ENAMETOOLONG, "%s/%s: too long", folder, name);
	return 0;
}

static int file_of(char path[SHIELD_FOLDER_PATH_MAX], const char *folder, const char *profile,
		   struct shield_error *error)
{
	char file[SHIELD_NAME_MAX + sizeof(".json")];

	snprintf(file, sizeof(file), "%s.json", profile);
	return join(path, folder, file, error);
}

static int name_places(struct shield_activation *activation, struct shield_error *error)
{
	const char *etc = activation->places->etc;
	const struct shield_profile_dirs *now = activation->places->profiles;
	int r = join(activation->profiles, etc, "profiles.d", error);

	if (r == 0)
		r = join(activation->config, etc, "config.json", error);
	if (r == 0)
		r = join(activation->next, etc, ".profiles.d.next", error);
	if (r == 0)
		r = join(activation->between, etc, ".profiles.d.between", error);
	activation->dirs_path[0] = activation->next;
	for (size_t i = 1; i < SHIELD_ACTIVATION_DIRS && now->path[i]; i++)
		activation->dirs_path[i] = now->path[i];
	activation->dirs.path = activation->dirs_path;
	return r;
}

static int lock(struct shield_activation *activation, struct shield_error *error)
{
	const char *etc = activation->places->etc;
	int r = shield_make_directories(activation->profiles, error);

	if (r < 0)
		return r;
	activation->lock = open(etc, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (activation->lock < 0)
		return shield_fail_errno(error, errno, "%s: cannot open", etc);
	while (flock(activation->lock, LOCK_EX) < 0)
		if (errno != EINTR)
			return shield_fail_errno(error, errno, "%s: cannot lock", etc);
	return 0;
}

static int clean_up(const struct shield_activation *activation, struct shield_error *error)
{
	int r = shield_folder_remove(activation->next, activation->profiles, error);

	return r < 0 ? r : shield_folder_remove(activation->between, activation->profiles, error);
}

/* Is the file there, and does it hold just this? @text: NULL = it is not to be there */
static bool holds(const char *path, size_t max, const char *text, size_t length)
{
	_cleanup_free_ char *now = NULL;
	size_t now_length;
	int r = shield_read_trusted(path, max, &now, &now_length, NULL);

	if (!text)
		return r == -ENOENT;
	return r == 0 && now_length == length && !memcmp(now, text, length);
}

/* The node's own files are not replaced. */
static unsigned int refuse_own(const struct shield_activation *activation)
{
	const struct shield_candidate *candidate = &activation->candidate;
	char path[SHIELD_FOLDER_PATH_MAX];
	unsigned int faults = 0;

	for (size_t i = 0; i < candidate->count; i++) {
		const char *name = candidate->profiles[i].name;

		if (shield_strings_have(&activation->before.profiles, name) ||
		    file_of(path, activation->profiles, name, NULL) < 0 || access(path, F_OK) < 0)
			continue;
		shield_apply_fault(
			activation->talk,
			"%s/%s.json: %s is the node's own, and not replaced: remove it, or rename one of them",
			activation->from, name, path);
		faults++;
	}
	if (candidate->config && !activation->before.config && access(activation->config, F_OK) == 0) {
		shield_apply_fault(activation->talk,
				   "%s/config.json: %s is the node's own, and not replaced: remove one of them",
				   activation->from, activation->config);
		faults++;
	}
	return faults;
}

/* Whether anything is to be done at all, and what. */
static int compare(struct shield_activation *activation, struct shield_error *error)
{
	const struct shield_candidate *candidate = &activation->candidate;
	char path[SHIELD_FOLDER_PATH_MAX];
	int r;

	for (size_t i = 0; i < candidate->count; i++) {
		const struct shield_candidate_profile *profile = &candidate->profiles[i];

		r = file_of(path, activation->profiles, profile->name, error);
		if (r < 0)
			return r;
		if (!shield_strings_have(&activation->before.profiles, profile->name))
			activation->added++;
		else if (!holds(path, SHIELD_PROFILE_FILE_MAX, profile->text, profile->length))
			activation->replaced++;
	}
	for (size_t i = 0; i < activation->before.profiles.count; i++) {
		const char *name = activation->before.profiles.item[i];

		if (!shield_candidate_find(candidate, name) && shield_strings_add(&activation->gone, strdup(name)) < 0)
			return shield_fail(error, ENOMEM, "out of memory");
	}
	activation->config_changes =
		(candidate->config || activation->before.config) &&
		!holds(activation->config, SHIELD_CONFIG_FILE_MAX, candidate->config, candidate->config_length);
	/* a list that a killed one left says more than there is */
	activation->unchanged = !activation->added && !activation->replaced && !activation->gone.count &&
				!activation->config_changes && activation->before.config == !!candidate->config;
	return 0;
}

static int write_list(const char *folder, const struct shield_activation *activation, bool config, bool with_gone,
		      struct shield_error *error)
{
	_cleanup_(shield_applied_free) struct shield_applied applied = { .config = config };
	int r = 0;

	for (size_t i = 0; r == 0 && i < activation->candidate.count; i++)
		r = shield_strings_add(&applied.profiles, strdup(activation->candidate.profiles[i].name));
	for (size_t i = 0; with_gone && r == 0 && i < activation->gone.count; i++)
		r = shield_strings_add(&applied.profiles, strdup(activation->gone.item[i]));
	if (r < 0)
		return shield_fail(error, ENOMEM, "out of memory");
	return shield_applied_write(folder, &applied, error);
}

/* As the one whose place it is to take. */
static int make_folder(const struct shield_activation *activation, const char *path, struct shield_error *error)
{
	struct stat status;

	if (stat(activation->profiles, &status) < 0)
		return shield_fail_errno(error, errno, "%s: cannot stat", activation->profiles);
	if (mkdir(path, 0700) < 0 || chown(path, status.st_uid, status.st_gid) < 0 ||
	    chmod(path, status.st_mode & 07777) < 0)
		return shield_fail_errno(error, errno, "%s: cannot create", path);
	return 0;
}

/* The folder as it will be. */
static int make_next(struct shield_activation *activation, struct shield_error *error)
{
	const struct shield_candidate *candidate = &activation->candidate;
	char path[SHIELD_FOLDER_PATH_MAX];
	int r = make_folder(activation, activation->next, error);

	if (r == 0)
		r = shield_folder_link(activation->profiles, activation->next, NULL, &activation->before.profiles,
				       error);
	for (size_t i = 0; r == 0 && i < candidate->count; i++) {
		const struct shield_candidate_profile *profile = &candidate->profiles[i];

		r = file_of(path, activation->next, profile->name, error);
		if (r == 0)
			r = shield_write_file(path, profile->text, profile->length, true, error);
	}
	if (r == 0 && candidate->config) {
		r = join(path, activation->next, STAGED_CONFIG, error);
		if (r == 0)
			r = shield_write_file(path, candidate->config, candidate->config_length, true, error);
	}
	return r < 0 ? r : write_list(activation->next, activation, candidate->config != NULL, false, error);
}

/* The folder for the moment in which the configuration changes: it has what either needs. */
static int make_between(struct shield_activation *activation, struct shield_error *error)
{
	int r = make_folder(activation, activation->between, error);

	activation->has_between = true;
	if (r == 0)
		r = shield_folder_link(activation->next, activation->between, NULL, NULL, error);
	if (r == 0)
		r = shield_folder_link(activation->profiles, activation->between, &activation->gone, NULL, error);
	return r < 0 ? r : write_list(activation->between, activation, true, true, error);
}

/* The configuration that will be: the candidate's, or one of the node's own. */
static unsigned int check_config(const struct shield_activation *activation, const struct shield_apply_check *check)
{
	_cleanup_config_ struct shield_config *config = NULL;
	const struct shield_candidate *candidate = &activation->candidate;
	char path[SHIELD_FOLDER_PATH_MAX];
	struct shield_error error;
	int r;

	snprintf(path, sizeof(path), "%s", activation->config);
	if (candidate->config) {
		snprintf(path, sizeof(path), "%s/config.json", check->from);
		r = shield_config_parse(candidate->config, candidate->config_length, &config, &error);
		if (r < 0)
			shield_wrap(&error, r, "%s", path);
	} else if (activation->before.config) {
		return 0; /* it goes */
	} else {
		r = shield_config_load(path, &config, &error);
	}
	if (r < 0) {
		shield_apply_fault(check->talk, "%s", error.message);
		return 1;
	}
	return shield_apply_check_config(check, config, path);
}

/* The old configuration over the folder for the moment between: fine as long as it is fine now. */
static unsigned int check_between(const struct shield_activation *activation, const struct shield_apply_check *check)
{
	_cleanup_config_ struct shield_config *config = NULL;
	const char *path[SHIELD_ACTIVATION_DIRS + 1];
	struct shield_profile_dirs dirs = { path };
	struct shield_apply_check between = *check;

	if (shield_config_load(activation->config, &config, NULL) < 0 ||
	    shield_config_check(config, activation->places->profiles, NULL, NULL))
		return 0;
	memcpy(path, activation->dirs_path, sizeof(path));
	path[0] = activation->between;
	between.profiles = &dirs;
	if (!shield_apply_check_config(&between, config, activation->config))
		return 0;
	shield_apply_fault(check->talk,
			   "what the configuration in force binds to would not be valid for a moment: take "
			   "profiles away after the configuration, not together with it");
	return 1;
}

int shield_activation_check(struct shield_activation *activation, uint32_t lacking, struct shield_error *error)
{
	struct shield_apply_check check = {
		.candidate = &activation->candidate,
		.profiles = &activation->dirs,
		.from = activation->from,
		.folder = activation->profiles,
		.lacking = lacking,
		.talk = activation->talk,
	};
	int r;

	if (activation->unchanged)
		return 0;
	r = make_next(activation, error);
	if (r == 0 && activation->config_changes && activation->candidate.config && activation->gone.count)
		r = make_between(activation, error);
	if (r < 0)
		return r;
	activation->faults += shield_apply_check_profiles(&check) + check_config(activation, &check);
	if (!activation->faults && activation->has_between)
		activation->faults += check_between(activation, &check);
	if (activation->faults)
		return shield_fail(error, EINVAL, "%s is not valid: nothing was changed", activation->from);
	return 0;
}

int shield_activation_begin(const struct shield_apply_places *places, const char *from,
			    const struct shield_apply_talk *talk, struct shield_activation *ret,
			    struct shield_error *error)
{
	int r;

	*ret = (struct shield_activation){ .places = places, .talk = talk, .from = from, .lock = -1 };
	r = name_places(ret, error);
	if (r == 0)
		r = lock(ret, error);
	if (r == 0)
		r = clean_up(ret, error);
	if (r == 0)
		r = shield_applied_read(ret->profiles, &ret->before, error);
	if (r == 0 && from) {
		int unreadable = shield_candidate_read(from, talk, &ret->candidate, error);

		r = unreadable < 0 ? unreadable : 0;
		ret->faults = (unsigned int)(unreadable - r);
	}
	if (r == 0)
		r = compare(ret, error);
	if (r < 0)
		return r;
	ret->faults += refuse_own(ret);
	ret->unchanged &= !ret->faults;
	ret->pending = access(places->pending, F_OK) == 0;
	if (!from)
		ret->from = ret->profiles; /* as it will be */
	return 0;
}

/* The candidate's configuration is in `folder`, in whose place it is now. */
static int replace_config(const struct shield_activation *activation, const char *folder, struct shield_error *error)
{
	char path[SHIELD_FOLDER_PATH_MAX];
	int r = join(path, folder, STAGED_CONFIG, error);

	if (r == 0 && rename(path, activation->config) < 0)
		r = shield_fail_errno(error, errno, "%s: cannot be replaced", activation->config);
	return r;
}

static int put_in_force(const struct shield_activation *activation, struct shield_error *error)
{
	const struct shield_strings *before = &activation->before.profiles;
	bool replaces = activation->config_changes && activation->candidate.config;
	int r = 0;

	/* without one nothing is bound; and the list that is still there says that it was not the node's own */
	if (activation->config_changes && !replaces && unlink(activation->config) < 0 && errno != ENOENT)
		return shield_fail_errno(error, errno, "%s: cannot be removed", activation->config);
	if (activation->has_between) {
		r = shield_folder_exchange(activation->between, activation->profiles, before, error);
		if (r == 0)
			r = replace_config(activation, activation->next, error);
		if (r < 0)
			return r;
	}
	r = shield_folder_exchange(activation->next, activation->profiles, before, error);
	if (r == 0 && replaces && !activation->has_between)
		r = replace_config(activation, activation->profiles, error);
	if (r == 0 && fsync(activation->lock) < 0)
		r = shield_fail_errno(error, errno, "%s: cannot write", activation->places->etc);
	return r;
}

/* The copy that hooks fall back to follows at once, and not with the next container. */
static void keep_config(const struct shield_activation *activation)
{
	const struct shield_config_places places = {
		.file = activation->config,
		.copy = activation->places->copy,
		.profiles = activation->places->profiles,
	};
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_error problem = {};

	if (access(activation->config, F_OK) < 0)
		unlink(activation->places->copy);
	else if (shield_config_in_force(&places, true, &config, &problem, &problem) < 0 || problem.message[0])
		shield_apply_note(activation->talk, "%s", problem.message);
}

static int note_pending(const char *path, struct shield_error *error)
{
	_cleanup_free_ char *directory = strndup(path, (size_t)(strrchr(path, '/') - path));
	int r = directory ? shield_make_directories(directory, error) : shield_fail(error, ENOMEM, "out of memory");

	return r < 0 ? r : shield_write_file(path, "", 0, true, error);
}

int shield_activation_commit(struct shield_activation *activation, struct shield_error *error)
{
	int r = 0;

	if (!activation->unchanged) {
		/* before: who is killed from here on leaves it to the next one */
		r = note_pending(activation->places->pending, error);
		if (r == 0)
			r = put_in_force(activation, error);
	}
	if (r == 0)
		keep_config(activation);
	return r;
}

void shield_activation_followed(const struct shield_activation *activation)
{
	unlink(activation->places->pending);
}

void shield_activation_end(struct shield_activation *activation)
{
	if (activation->lock >= 0) {
		clean_up(activation, NULL); /* else the next one does */
		close(activation->lock);
	}
	shield_candidate_free(&activation->candidate);
	shield_applied_free(&activation->before);
	shield_strings_free(&activation->gone);
	*activation = (struct shield_activation){ .lock = -1 };
}
