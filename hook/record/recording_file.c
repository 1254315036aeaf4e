/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings as files: a header, then each observation without the unused bytes of its path. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/io.h"
#include "base/names.h"
#include "base/text.h"
#include "record/recording.h"

static const char magic[8] = "shieldR"; /* with its NUL */
#define VERSION 1

/* In the byte order of the machine, where the file stays. */
struct header {
	char magic[8];
	uint32_t version;
	uint32_t abi;  /* whose observations these are */
	uint64_t size; /* of the file */
	uint32_t count;
	uint32_t kinds;
	char name[SHIELD_NAME_MAX];
	char id[SHIELD_ID_MAX];
	char image[SHIELD_MOUNT_PATH_MAX];
	char container[SHIELD_ID_MAX];
	char profile[SHIELD_NAME_MAX];
	uint64_t started, ended;
	int64_t offset;
	uint64_t unobserved;
	uint64_t has_syscalls;
	struct shield_syscalls syscalls;
};
_Static_assert(sizeof(struct header) == 32 + 2 * SHIELD_NAME_MAX + 2 * SHIELD_ID_MAX + SHIELD_MOUNT_PATH_MAX + 40 +
						sizeof(struct shield_syscalls),
	       "the header has no holes");

/* An observation up to its path; then comes the length of that, then its bytes. */
#define FIXED offsetof(struct shield_observation, path)
typedef uint16_t path_length;
#define FILE_MAX (sizeof(struct header) + (size_t)SHIELD_OBSERVATIONS * sizeof(struct shield_observation))

static void write_header(struct shield_text *text, const struct shield_recording *recording, size_t size)
{
	struct header header = {
		.version = VERSION,
		.abi = SHIELD_ABI,
		.size = size,
		.count = (uint32_t)recording->count,
		.kinds = recording->kinds,
		.started = recording->started,
		.ended = recording->ended,
		.offset = recording->offset,
		.unobserved = recording->unobserved,
		.has_syscalls = recording->has_syscalls,
		.syscalls = recording->syscalls,
	};

	memcpy(header.magic, magic, sizeof(magic));
	memcpy(header.name, recording->name, sizeof(header.name));
	memcpy(header.id, recording->id, sizeof(header.id));
	memcpy(header.image, recording->image, sizeof(header.image));
	memcpy(header.container, recording->container, sizeof(header.container));
	memcpy(header.profile, recording->profile, sizeof(header.profile));
	shield_text_add_bytes(text, (const char *)&header, sizeof(header));
}

static size_t size_of(const struct shield_recording *recording)
{
	size_t size = sizeof(struct header);

	for (size_t i = 0; i < recording->count; i++)
		size += FIXED + sizeof(path_length) + strlen(recording->item[i].path);
	return size;
}

static void write_items(struct shield_text *text, const struct shield_recording *recording)
{
	for (size_t i = 0; i < recording->count; i++) {
		const struct shield_observation *item = &recording->item[i];
		path_length length = (path_length)strlen(item->path);

		shield_text_add_bytes(text, (const char *)item, FIXED);
		shield_text_add_bytes(text, (const char *)&length, sizeof(length));
		shield_text_add_bytes(text, item->path, length);
	}
}

/* The directory of a recording's name, for root alone: what containers did is nobody else's business. */
static int make_directory(const char *root, const char *name, struct shield_error *error)
{
	char path[256];
	int r = shield_name_check(name, error);

	if (r == 0)
		r = shield_make_directories(root, error);
	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (chmod(root, 0700) < 0 || (mkdir(path, 0700) < 0 && errno != EEXIST))
		return shield_fail_errno(error, errno, "%s: cannot create the directory", path);
	return 0;
}

/* As hook/oci/state.c takes it: part of file names and of lines people read. */
static bool is_id(const char *id)
{
	for (const char *at = id; *at; at++)
		if (*at <= ' ' || *at > '~' || *at == '/')
			return false;
	return *id && strlen(id) < SHIELD_ID_MAX;
}

int shield_recording_save(const char *root, const struct shield_recording *recording, struct shield_error *error)
{
	_cleanup_text_ struct shield_text text = {};
	char path[256 + SHIELD_ID_MAX];
	int r;

	if (!is_id(recording->id))
		return shield_fail(error, EINVAL, "recording %s: the container's id is no file name", recording->name);
	write_header(&text, recording, size_of(recording));
	write_items(&text, recording);
	if (text.failed)
		return shield_fail(error, ENOMEM, "recording %s: out of memory", recording->name);
	r = make_directory(root, recording->name, error);
	if (r < 0)
		return r;
	/* a container that is started again keeps its id */
	snprintf(path, sizeof(path), "%s/%s/%s.%llu", root, recording->name, recording->id,
		 (unsigned long long)recording->started);
	return shield_write_file(path, text.data, text.length, true, error);
}

static int damaged(const char *what, const char *why, struct shield_error *error)
{
	return shield_fail(error, EBADMSG, "%s: damaged (%s); remove it", what, why);
}

#define IS_TERMINATED(array) (memchr(array, '\0', sizeof(array)) != NULL)

static int check_header(const struct header *header, size_t length, const char *what, struct shield_error *error)
{
	if (memcmp(header->magic, magic, sizeof(magic)) != 0)
		return shield_fail(error, EBADMSG, "%s: not a recording", what);
	if (header->version != VERSION || header->abi != SHIELD_ABI)
		return shield_fail(error, EPROTO,
				   "%s: recorded by another version of oci-shield (format %u.%u, this one reads "
				   "%d.%d): show it with that one, or remove it",
				   what, header->version, header->abi, VERSION, SHIELD_ABI);
	if (header->size != length)
		return damaged(what, "its length is not what it says", error);
	if (header->count > SHIELD_OBSERVATIONS)
		return damaged(what, "more observations than there can be", error);
	if (!IS_TERMINATED(header->name) || !IS_TERMINATED(header->id) || !IS_TERMINATED(header->image) ||
	    !IS_TERMINATED(header->container) || !IS_TERMINATED(header->profile))
		return damaged(what, "a name without an end", error);
	if (!shield_name_is_valid(header->name) || !is_id(header->id) ||
	    (header->profile[0] && !shield_name_is_valid(header->profile)))
		return damaged(what, "a name that is none", error);
	return 0;
}

/* Reads one observation. Returns the bytes it takes, 0 = it is none. */
static size_t read_item(const char *bytes, size_t left, struct shield_observation *item)
{
	const char *path = bytes + FIXED + sizeof(path_length);
	path_length length;

	if (left < FIXED + sizeof(length))
		return 0;
	memcpy(item, bytes, FIXED);
	memcpy(&length, bytes + FIXED, sizeof(length));
	if (length >= SHIELD_PATH_MAX || length > left - FIXED - sizeof(length) || memchr(path, '\0', length) ||
	    item->kind >= SHIELD_KINDS || item->operand > SHIELD_OPERAND_NAME)
		return 0;
	memcpy(item->path, path, length);
	return FIXED + sizeof(length) + length;
}

static int read_items(const char *bytes, size_t left, const char *what, struct shield_recording *recording,
		      struct shield_error *error)
{
	for (size_t i = 0; i < recording->count; i++) {
		size_t size = read_item(bytes, left, &recording->item[i]);

		if (!size)
			return damaged(what, "an observation that is none", error);
		bytes += size;
		left -= size;
	}
	return left ? damaged(what, "bytes behind its end", error) : 0;
}

int shield_recording_parse(const char *bytes, size_t length, const char *what, struct shield_recording *ret,
			   struct shield_error *error)
{
	_cleanup_recording_ struct shield_recording recording = {};
	struct header header;
	int r;

	if (length < sizeof(header))
		return shield_fail(error, EBADMSG, "%s: not a recording, or one that was cut off", what);
	memcpy(&header, bytes, sizeof(header));
	r = check_header(&header, length, what, error);
	if (r < 0)
		return r;
	memcpy(recording.name, header.name, sizeof(header.name));
	memcpy(recording.id, header.id, sizeof(header.id));
	memcpy(recording.image, header.image, sizeof(header.image));
	memcpy(recording.container, header.container, sizeof(header.container));
	memcpy(recording.profile, header.profile, sizeof(header.profile));
	recording.started = header.started;
	recording.ended = header.ended;
	recording.offset = header.offset;
	recording.unobserved = header.unobserved;
	recording.kinds = header.kinds;
	recording.has_syscalls = header.has_syscalls;
	recording.syscalls = header.syscalls;
	recording.count = header.count;
	recording.item = calloc(header.count + 1, sizeof(*recording.item));
	if (!recording.item)
		return shield_fail(error, ENOMEM, "%s: out of memory", what);
	r = read_items(bytes + sizeof(header), length - sizeof(header), what, &recording, error);
	if (r < 0)
		return r;
	shield_recording_sort(&recording); /* as it was, unless somebody else wrote the file */
	*ret = recording;
	recording.item = NULL; /* handed over */
	return 0;
}

int shield_recording_load(const char *path, struct shield_recording *ret, struct shield_error *error)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length;
	int r = shield_read_file(AT_FDCWD, path, FILE_MAX, &bytes, &length, error);

	return r < 0 ? r : shield_recording_parse(bytes, length, path, ret, error);
}
