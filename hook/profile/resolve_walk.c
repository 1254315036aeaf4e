/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pattern is walked one component at a time; the directories on the way are remembered by the path that led there,
 * with an open descriptor, so that the second pattern of a directory costs one readlinkat(2).
 */
#include "profile/resolve_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "profile/links.h"
#include "profile/pattern.h"

#define LINKS_MAX 40 /* as the kernel (path_resolution(7)) */
#define PENDING_MAX (2 * PATH_MAX)
#define PLACE_MAX (SHIELD_PATH_MAX + NAME_MAX + 1)
#define DIRECTORIES_MAX 256 /* descriptors kept; then all are closed and remembering starts anew */
struct shield_directory {
	struct shield_directory *next; /* of the bucket */
	int fd;
	char *path;  /* its own, without links; "" for the root */
	char name[]; /* the path that led here */
};

/* The walk of one pattern. */
struct walk {
	struct shield_resolver *resolver;
	const char *pattern;
	char done[SHIELD_PATH_MAX]; /* resolved; no trailing slash, "" = the root */
	size_t length;		    /* of done */
	char pending[PENDING_MAX];  /* ends with the text that is to come */
	char *at;		    /* in pending */
	int fd;			    /* of the directory `done`; borrowed from the resolver */
	unsigned int links;
	bool inside;  /* what is pending is a directory: the pattern goes on behind it */
	bool literal; /* past what exists or is followed: only text is left to be joined */
};

static size_t bucket_of(const char *name)
{
	size_t hash = 5381;

	while (*name)
		hash = hash * 33 + (unsigned char)*name++;
	return hash & (SHIELD_RESOLVER_BUCKETS - 1);
}

static struct shield_directory *recall(const struct shield_resolver *resolver, const char *name)
{
	struct shield_directory *directory = resolver->buckets[bucket_of(name)];

	while (directory && strcmp(directory->name, name) != 0)
		directory = directory->next;
	return directory;
}

/* Remembers a directory. @fd: taken over on success only. @path: copied */
static int remember(struct shield_resolver *resolver, const char *name, const char *path, int fd,
		    struct shield_error *error)
{
	size_t length = strlen(name) + 1, bucket = bucket_of(name);
	struct shield_directory *directory = malloc(sizeof(*directory) + length);

	if (directory)
		directory->path = strdup(path);
	if (!directory || !directory->path) {
		free(directory);
		return shield_fail(error, ENOMEM, "out of memory");
	}
	memcpy(directory->name, name, length);
	directory->fd = fd;
	directory->next = resolver->buckets[bucket];
	resolver->buckets[bucket] = directory;
	resolver->directories++;
	return 0;
}

void shield_resolver_forget(struct shield_resolver *resolver)
{
	for (size_t i = 0; resolver->directories && i < SHIELD_RESOLVER_BUCKETS; i++) {
		struct shield_directory *directory = resolver->buckets[i];

		while (directory) {
			struct shield_directory *next = directory->next;

			close(directory->fd);
			free(directory->path);
			free(directory);
			directory = next;
			resolver->directories--;
		}
		resolver->buckets[i] = NULL;
	}
}

static int append(struct walk *walk, const char *name, size_t length, struct shield_error *error)
{
	if (walk->length + 1 + length >= sizeof(walk->done))
		return shield_fail(error, ENAMETOOLONG, "it leads to a path of %zu bytes or more", sizeof(walk->done));
	walk->done[walk->length] = '/';
	memcpy(walk->done + walk->length + 1, name, length);
	walk->length += 1 + length;
	walk->done[walk->length] = '\0';
	return 0;
}

/* Stands in the directory that `done` names, which is remembered: it was walked through. */
static void stand(struct walk *walk)
{
	walk->fd = walk->length ? recall(walk->resolver, walk->done)->fd : walk->resolver->root;
}

/* `..`: the root is its own parent. */
static void ascend(struct walk *walk)
{
	while (walk->length && walk->done[--walk->length] != '/')
		;
	walk->done[walk->length] = '\0';
	if (!walk->literal)
		stand(walk);
}

/* Puts a link's target before what is to come, which keeps the slash it starts with. */
static int push_target(struct walk *walk, const char *target, size_t length, struct shield_error *error)
{
	if ((size_t)(walk->at - walk->pending) < length)
		return shield_fail(error, ENAMETOOLONG, "its links are too long");
	walk->at -= length;
	memcpy(walk->at, target, length);
	if (*target == '/') {
		walk->length = 0;
		walk->done[0] = '\0';
		walk->literal = walk->resolver->root < 0;
		stand(walk);
	}
	return 0;
}

/* Notes a link for whoever wants to know. */
static int note_link(const struct walk *walk, const char *place, const char *target, struct shield_error *error)
{
	struct shield_links *followed = walk->resolver->calls->followed;
	int result = 0;

	if (followed)
		result = shield_links_add(followed, place, target, error);
	if (result < 0 || !walk->resolver->links)
		return result;
	result = shield_pattern_check(place, error);
	if (result < 0)
		return result;
	result = shield_strings_add(walk->resolver->links, strdup(place));
	return result < 0 ? shield_fail(error, ENOMEM, "out of memory") : 0;
}

/* Goes on at what the link at `place` leads to. */
static int follow_to(struct walk *walk, const char *place, const char *target, struct shield_error *error)
{
	int result;

	if (strchr(target, '*'))
		return shield_fail(error, EINVAL, "it leads to %s, which no pattern can name", target);
	if (++walk->links > LINKS_MAX)
		return shield_fail(error, ELOOP, "it leads through more than %d symlinks", LINKS_MAX);
	result = note_link(walk, place, target, error);
	if (result < 0)
		return result;
	return push_target(walk, target, strlen(target), error);
}

/* Writes the place of `name` in the directory where the walk stands. */
static void place_of(const struct walk *walk, const char *name, char ret[PLACE_MAX])
{
	snprintf(ret, PLACE_MAX, "%s/%s", walk->done, name);
}

/* Follows the link `name` in the directory where the walk stands, if it may. @link: open on it */
static int follow(struct walk *walk, const char *name, size_t length, int link, struct shield_error *error)
{
	const struct shield_link_calls *calls = walk->resolver->calls;
	char place[PLACE_MAX], target[PATH_MAX];
	ssize_t got;

	if (!calls->from_image(link, calls->context)) {
		walk->literal = true;
		return append(walk, name, length, error);
	}
	got = readlinkat(link, "", target, sizeof(target) - 1);
	if (got <= 0)
		return shield_fail_errno(error, got ? errno : ENOENT, "cannot read the link %s/%s", walk->done, name);
	target[got] = '\0';
	place_of(walk, name, place);
	return follow_to(walk, place, target, error);
}

/* Follows the link `name` as it was followed before, whatever is there now. Returns whether it was. */
static int follow_again(struct walk *walk, const char *name, struct shield_error *error)
{
	const struct shield_resolver *resolver = walk->resolver;
	char place[PLACE_MAX];
	const char *target;
	int result;

	if (!resolver->known)
		return 0;
	place_of(walk, name, place);
	target = shield_links_find(resolver->calls->followed, resolver->known, place);
	if (!target)
		return 0;
	result = follow_to(walk, place, target, error);
	return result < 0 ? result : 1;
}

/*
 * Opens a component that has others behind it. What is mounted there is not the image, and who controls the container
 * may have mounted it: the walk stays in the root's own file system.
 */
static int open_component(int directory, const char *name)
{
	struct open_how how = { .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_NO_XDEV };

	return (int)syscall(SYS_openat2, directory, name, &how, sizeof(how));
}

/* What is there no more, is no directory, or another file system, needs no more looking. */
static bool is_absence(int code)
{
	return code == ENOENT || code == ENOTDIR || code == ENAMETOOLONG || code == EXDEV;
}

/* A component that is not the last: a directory to stand in, or a link. */
static int step_into(struct walk *walk, const char *name, size_t length, struct shield_error *error)
{
	size_t before = walk->length;
	_cleanup_close_ int fd = -1;
	struct shield_directory *known;
	char probe[1];
	int result;

	result = append(walk, name, length, error);
	if (result < 0)
		return result;
	known = recall(walk->resolver, walk->done);
	if (known) {
		/* a link's path can be remembered too, with the place it led to */
		walk->length = strlen(known->path);
		memcpy(walk->done, known->path, walk->length + 1);
		walk->fd = known->fd;
		return 0;
	}
	fd = open_component(walk->fd, name);
	if (fd < 0 && is_absence(errno)) {
		walk->literal = true;
		return 0;
	}
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open %s in the container", walk->done);
	if (readlinkat(fd, "", probe, sizeof(probe)) >= 0) {
		walk->length = before;
		walk->done[before] = '\0';
		return follow(walk, name, length, fd, error);
	}
	result = remember(walk->resolver, walk->done, walk->done, fd, error);
	if (result < 0)
		return result;
	walk->fd = TAKE_FD(fd);
	return 0;
}

/* The last component of a pattern without `*`, or of a link's target: one call where it is no link. */
static int step_onto(struct walk *walk, const char *name, size_t length, struct shield_error *error)
{
	_cleanup_close_ int fd = -1;
	char probe[1];

	if (readlinkat(walk->fd, name, probe, sizeof(probe)) < 0) {
		if (errno != EINVAL && !is_absence(errno))
			return shield_fail_errno(error, errno, "cannot look at %s/%s in the container", walk->done,
						 name);
		return append(walk, name, length, error);
	}
	fd = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot open %s/%s in the container", walk->done, name);
	return follow(walk, name, length, fd, error);
}

/* Walks what is pending, up to its end. */
static int advance(struct walk *walk, struct shield_error *error)
{
	int result = 0;

	while (result == 0) {
		char name[NAME_MAX + 1];
		size_t length;

		walk->at += strspn(walk->at, "/");
		length = strcspn(walk->at, "/");
		if (!length)
			return 0;
		if (length == 1 && *walk->at == '.') {
			walk->at++;
			continue;
		}
		if (length == 2 && memcmp(walk->at, "..", 2) == 0) {
			walk->at += 2;
			ascend(walk);
			continue;
		}
		if (length > NAME_MAX) {
			walk->literal = true;
			result = append(walk, walk->at, length, error);
			walk->at += length;
			continue;
		}
		memcpy(name, walk->at, length);
		name[length] = '\0';
		walk->at += length;
		result = follow_again(walk, name, error);
		if (result) {
			result = result < 0 ? result : 0;
			continue;
		}
		if (walk->literal)
			result = append(walk, name, length, error);
		else if (walk->inside || walk->at[strspn(walk->at, "/")])
			result = step_into(walk, name, length, error);
		else
			result = step_onto(walk, name, length, error);
	}
	return result;
}

/* Makes `text` what is to come. It is shorter than SHIELD_PATH_MAX. */
static void set_pending(struct walk *walk, const char *text, size_t length)
{
	walk->at = walk->pending + sizeof(walk->pending) - 1 - length;
	memcpy(walk->at, text, length);
	walk->at[length] = '\0';
}

/*
 * Walks to the directory of the pattern's first `length` bytes: at once where an earlier pattern had the same, links
 * and all.
 */
static int walk_directory(struct walk *walk, size_t length, struct shield_error *error)
{
	char name[SHIELD_PATH_MAX];
	const struct shield_directory *known;
	int fd, result;

	memcpy(name, walk->pattern, length);
	name[length] = '\0';
	known = recall(walk->resolver, name);
	if (known) {
		walk->length = strlen(known->path);
		memcpy(walk->done, known->path, walk->length + 1);
		walk->fd = known->fd;
		return 0;
	}
	set_pending(walk, name, length);
	walk->inside = true;
	result = advance(walk, error);
	if (result < 0 || walk->literal || recall(walk->resolver, name))
		return result;
	fd = fcntl(walk->fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return shield_fail_errno(error, errno, "cannot keep %s open", name);
	result = remember(walk->resolver, name, walk->done, fd, error);
	if (result < 0)
		close(fd);
	return result;
}

/* The last component of the pattern, or what starts with the first `*`. */
static int walk_rest(struct walk *walk, const char *rest, bool wild, struct shield_error *error)
{
	if (wild)
		return append(walk, rest, strlen(rest), error);
	set_pending(walk, rest, strlen(rest));
	walk->inside = false;
	return advance(walk, error);
}

/* Walks a pattern; the result is in walk->done. */
static int walk_pattern(struct walk *walk, struct shield_error *error)
{
	const char *pattern = walk->pattern, *star = strchr(pattern, '*'), *rest;
	int result = 0;

	if (*pattern != '/' || strlen(pattern) >= SHIELD_PATH_MAX)
		return shield_fail(error, EINVAL, "not an absolute path below %d bytes", SHIELD_PATH_MAX);
	rest = star ? memrchr(pattern, '/', (size_t)(star - pattern)) : strrchr(pattern, '/');
	if (rest != pattern)
		result = walk_directory(walk, (size_t)(rest - pattern), error);
	if (result == 0)
		result = walk_rest(walk, rest + 1, star, error);
	if (result == 0 && walk->length && strcmp(walk->done, pattern) != 0)
		result = shield_pattern_check(walk->done, error);
	return result;
}

int shield_resolver_walk(struct shield_resolver *resolver, const char *pattern, char **ret, struct shield_error *error)
{
	struct walk walk;
	int result;

	if (resolver->directories > DIRECTORIES_MAX)
		shield_resolver_forget(resolver);
	walk.resolver = resolver;
	walk.pattern = pattern;
	walk.done[0] = '\0';
	walk.length = 0;
	walk.fd = resolver->root;
	walk.links = 0;
	walk.literal = resolver->root < 0;
	result = walk_pattern(&walk, error);
	if (result < 0)
		return result;
	*ret = NULL;
	if (!walk.length || strcmp(walk.done, pattern) == 0)
		return 0;
	*ret = strdup(walk.done);
	return *ret ? 0 : shield_fail(error, ENOMEM, "out of memory");
}
