/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/annotations.h"

#include <errno.h>
#include <string.h>

#include "base/names.h"

#define OURS "oci-shield/"
#define PER_CONTAINER OURS "profile."

static const char *const our_keys[] = { "profile", "mode", "record", "record-files", NULL }; /* behind OURS */

/* What the runtimes say, each in its own words. */
enum fact {
	NAMESPACE,
	POD,
	CONTAINER,
	IMAGE,
	TYPE,
	FACTS
};

static const struct runtime_key {
	const char *key;
	enum fact fact;
	bool containerd; /* CRI-O's otherwise */
} runtime_keys[] = {
	{ "io.kubernetes.pod.namespace", NAMESPACE, false },
	{ "io.kubernetes.pod.name", POD, false },
	{ "io.kubernetes.container.name", CONTAINER, false },
	{ "io.kubernetes.cri-o.ImageName", IMAGE, false },
	{ "io.kubernetes.cri-o.ContainerType", TYPE, false },
	{ "io.kubernetes.cri.sandbox-namespace", NAMESPACE, true },
	{ "io.kubernetes.cri.sandbox-name", POD, true },
	{ "io.kubernetes.cri.container-name", CONTAINER, true },
	{ "io.kubernetes.cri.image-name", IMAGE, true },
	{ "io.kubernetes.cri.container-type", TYPE, true },
};

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static const struct runtime_key *find_runtime_key(const char *key)
{
	if (!starts_with(key, "io.kubernetes."))
		return NULL;
	for (size_t i = 0; i < sizeof(runtime_keys) / sizeof(runtime_keys[0]); i++)
		if (strcmp(key, runtime_keys[i].key) == 0)
			return &runtime_keys[i];
	return NULL;
}

/* One of the two is forged, or only one is there and may be. */
static int refuse_other(const struct shield_annotation *one, const struct shield_annotation *other,
			struct shield_error *error)
{
	char shown[2][64];

	if (!one || !other)
		return shield_fail(
			error, EINVAL,
			"annotation %s (\"%s\") is not this runtime's, which sets others: remove it from the "
			"container or pod",
			(one ?: other)->key, shield_printable((one ?: other)->value, shown[0], sizeof(shown[0])));
	return shield_fail(error, EINVAL,
			   "annotations %s (\"%s\") and %s (\"%s\") contradict each other: a runtime sets one of them "
			   "only; remove the other from the container or pod",
			   one->key, shield_printable(one->value, shown[0], sizeof(shown[0])), other->key,
			   shield_printable(other->value, shown[1], sizeof(shown[1])));
}

/*
 * A runtime sets all of its own keys, whatever a pod's author writes into them; those of the other runtime are the
 * author's. Where there are both, they must say the same.
 */
static int read_facts(const struct shield_state *state, const struct shield_annotation *ret[FACTS],
		      struct shield_error *error)
{
	const struct shield_annotation *facts[2][FACTS] = {};
	bool said[2] = {};

	for (size_t i = 0; i < state->annotation_count; i++) {
		const struct runtime_key *known = find_runtime_key(state->annotations[i].key);

		if (!known)
			continue;
		facts[known->containerd][known->fact] = &state->annotations[i];
		said[known->containerd] = true;
	}
	for (size_t i = 0; i < FACTS; i++) {
		const struct shield_annotation *one = facts[false][i], *other = facts[true][i];

		if (said[false] && said[true] && (one || other) &&
		    (!one || !other || strcmp(one->value, other->value) != 0))
			return refuse_other(one, other, error);
		ret[i] = one ?: other;
	}
	return 0;
}

static int read_name(const struct shield_annotation *annotation, const char **ret, struct shield_error *error)
{
	char shown[128];
	int result = shield_name_check(annotation->value, error);

	if (result < 0)
		return shield_wrap(error, result, "annotation %s",
				   shield_printable(annotation->key, shown, sizeof(shown)));
	*ret = annotation->value;
	return 0;
}

static int read_mode(const struct shield_annotation *annotation, const char **ret, struct shield_error *error)
{
	char shown[64];

	if (strcmp(annotation->value, "audit") != 0 && strcmp(annotation->value, "enforce") != 0)
		return shield_fail(error, EINVAL, "annotation %s: \"%s\" is neither \"audit\" nor \"enforce\"",
				   annotation->key, shield_printable(annotation->value, shown, sizeof(shown)));
	*ret = annotation->value;
	return 0;
}

static int read_yes(const struct shield_annotation *annotation, bool *ret, struct shield_error *error)
{
	char shown[64];

	if (strcmp(annotation->value, "yes") != 0 && strcmp(annotation->value, "no") != 0)
		return shield_fail(error, EINVAL, "annotation %s: \"%s\" is neither \"yes\" nor \"no\"",
				   annotation->key, shield_printable(annotation->value, shown, sizeof(shown)));
	*ret = strcmp(annotation->value, "yes") == 0;
	return 0;
}

static int unknown_key(const char *key, struct shield_error *error)
{
	const char *nearest = shield_nearest(key + strlen(OURS), our_keys);
	char shown[128];

	shield_printable(key, shown, sizeof(shown));
	if (nearest)
		return shield_fail(error, EINVAL, "unknown annotation %s; did you mean %s%s?", shown, OURS, nearest);
	return shield_fail(error, EINVAL,
			   "unknown annotation %s; there are %sprofile, %sCONTAINER, %smode, %srecord and "
			   "%srecord-files",
			   shown, OURS, PER_CONTAINER, OURS, OURS, OURS);
}

/* A profile for one container of the pod. The caller prefers `own` to the pod's. */
static int read_per_container(const struct shield_annotation *annotation, const struct shield_annotations *read,
			      const char **own, struct shield_error *error)
{
	const char *container = annotation->key + strlen(PER_CONTAINER);
	char shown[128];

	if (!*container)
		return shield_fail(error, EINVAL, "annotation %s: a container's name is missing after the dot",
				   annotation->key);
	if (!read->subject.container && !read->sandbox)
		return shield_fail(error, EINVAL,
				   "annotation %s: the runtime does not say what this container is called; use "
				   "%sprofile",
				   shield_printable(annotation->key, shown, sizeof(shown)), OURS);
	if (!read->subject.container || strcmp(container, read->subject.container) != 0)
		return 0;
	return read_name(annotation, own, error);
}

static int read_ours(const struct shield_annotation *annotation, struct shield_annotations *read, const char **own,
		     struct shield_error *error)
{
	const char *key = annotation->key + strlen(OURS);

	if (strcmp(key, "profile") == 0)
		return read_name(annotation, &read->subject.profile, error);
	if (strcmp(key, "mode") == 0)
		return read_mode(annotation, &read->subject.mode, error);
	if (strcmp(key, "record") == 0)
		return read_name(annotation, &read->subject.record, error);
	if (strcmp(key, "record-files") == 0)
		return read_yes(annotation, &read->subject.record_files, error);
	if (starts_with(annotation->key, PER_CONTAINER))
		return read_per_container(annotation, read, own, error);
	return unknown_key(annotation->key, error);
}

int shield_annotations_read(const struct shield_state *state, struct shield_annotations *ret,
			    struct shield_error *error)
{
	const struct shield_annotation *facts[FACTS] = {};
	struct shield_annotations read;
	const char *own = NULL;
	int result = read_facts(state, facts, error);

	if (result < 0)
		return result;
	read = (struct shield_annotations){
		.subject.namespace_ = facts[NAMESPACE] ? facts[NAMESPACE]->value : NULL,
		.subject.pod = facts[POD] ? facts[POD]->value : NULL,
		.subject.container = facts[CONTAINER] ? facts[CONTAINER]->value : NULL,
		.subject.image = facts[IMAGE] && *facts[IMAGE]->value ? facts[IMAGE]->value : NULL,
		.sandbox = facts[TYPE] && strcmp(facts[TYPE]->value, "sandbox") == 0,
	};
	for (size_t i = 0; i < state->annotation_count; i++) {
		if (!starts_with(state->annotations[i].key, OURS))
			continue;
		result = read_ours(&state->annotations[i], &read, &own, error);
		if (result < 0)
			return result;
	}
	if (own)
		read.subject.profile = own;
	*ret = read;
	return 0;
}
