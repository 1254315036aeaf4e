/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/select.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"

/* Does a pattern allow for a fact? What is unknown counts as empty: only patterns that match that match it. */
static bool matches(const char *glob, const char *fact)
{
	return !glob || fnmatch(glob, fact ? fact : "", 0) == 0;
}

bool shield_select_is_exempt(const struct shield_config *config, const struct shield_subject *subject)
{
	for (size_t i = 0; i < config->exempt_namespaces.count; i++)
		if (subject->namespace_ && matches(config->exempt_namespaces.item[i], subject->namespace_))
			return true;
	return false;
}

/* The first that matches, or NULL. */
static const struct shield_binding *find_binding(const struct shield_config *config,
						 const struct shield_subject *subject)
{
	for (size_t i = 0; i < config->bindings.count; i++) {
		const struct shield_binding *binding = &config->bindings.item[i];

		if (matches(binding->namespace_, subject->namespace_) && matches(binding->pod, subject->pod) &&
		    matches(binding->container, subject->container) && matches(binding->image, subject->image))
			return binding;
	}
	return NULL;
}

static int check_annotations(const struct shield_subject *subject, struct shield_error *error)
{
	char shown[64];
	int result;

	if (subject->profile) {
		result = shield_name_check(subject->profile, error);
		if (result < 0)
			return shield_wrap(error, result, "annotation oci-shield/profile");
	}
	if (subject->record) {
		result = shield_name_check(subject->record, error);
		if (result < 0)
			return shield_wrap(error, result, "annotation oci-shield/record");
	}
	if (subject->mode && strcmp(subject->mode, "audit") != 0 && strcmp(subject->mode, "enforce") != 0)
		return shield_fail(error, EINVAL, "annotation oci-shield/mode: \"%s\" is not one of audit, enforce",
				   shield_printable(subject->mode, shown, sizeof(shown)));
	return 0;
}

/* What the node gives the container whatever its annotations say; an empty profile is none. */
struct given {
	const char *profile;
	const struct shield_binding *binding; /* NULL: the default profile, or none */
	bool fixed;			      /* the annotation must not change it */
	char because[128];
};

static void find_given(const struct shield_config *config, const struct shield_subject *subject, struct given *given)
{
	*given = (struct given){ .profile = "", .fixed = !config->annotation_profile };
	if (shield_select_is_exempt(config, subject)) {
		snprintf(given->because, sizeof(given->because), "an exempt namespace of the node's configuration");
		return;
	}
	given->binding = find_binding(config, subject);
	if (given->binding) {
		given->profile = given->binding->profile;
		given->fixed |= !given->binding->override_;
		snprintf(given->because, sizeof(given->because), "bindings[%zu] of the node's configuration",
			 (size_t)(given->binding - config->bindings.item));
	} else if (config->default_profile[0]) {
		given->profile = config->default_profile;
		snprintf(given->because, sizeof(given->because), "default_profile of the node's configuration");
	}
}

/* The annotation asks for another profile than the node gives, and must not. */
static int refuse_annotation(const struct shield_subject *subject, const struct given *given,
			     struct shield_error *error)
{
	if (given->binding && !given->binding->override_)
		return shield_fail(error, EACCES,
				   "annotation oci-shield/profile: \"%s\" is not allowed here: %s binds this container "
				   "to \"%s\" without override",
				   subject->profile, given->because, given->profile);
	return shield_fail(error, EACCES,
			   "annotation oci-shield/profile: \"%s\" is not allowed here: annotations.profile of the "
			   "node's configuration is false",
			   subject->profile);
}

/* May `mode: audit` of the annotation loosen the selected profile? */
static bool may_loosen(const struct shield_config *config, const struct given *given, bool own)
{
	switch (config->annotation_mode) {
	case SHIELD_ANNOTATION_MODE_NEVER:
		return false;
	case SHIELD_ANNOTATION_MODE_ALWAYS:
		return !given->binding || given->binding->override_;
	default:
		return own;
	}
}

/* @own: the annotation chose the profile, not the node */
static void select_mode(const struct shield_config *config, const struct shield_subject *subject,
			const struct given *given, bool own, struct shield_selection *selection)
{
	if (!subject->mode)
		return;
	if (strcmp(subject->mode, "enforce") == 0)
		selection->mode = SHIELD_SELECT_MODE_ENFORCE; /* stricter: always */
	else if (may_loosen(config, given, own))
		selection->mode = SHIELD_SELECT_MODE_AUDIT;
	else
		selection->mode_ignored = true;
}

static void select_record(const struct shield_config *config, const struct shield_subject *subject,
			  struct shield_selection *selection)
{
	if (subject->record && config->annotation_record)
		strcpy(selection->record, subject->record); /* a valid name fits */
	else if (subject->record)
		selection->record_ignored = true;
}

int shield_select(const struct shield_config *config, const struct shield_subject *subject,
		  struct shield_selection *ret, struct shield_error *error)
{
	struct shield_selection selection = { .kind = SHIELD_SELECT_PROFILE };
	const char *profile;
	struct given given;
	bool own;
	int result = check_annotations(subject, error);

	if (result < 0)
		return result;
	find_given(config, subject, &given);
	own = subject->profile && strcmp(subject->profile, given.profile) != 0;
	if (own && given.fixed)
		return refuse_annotation(subject, &given, error);
	profile = own ? subject->profile : given.profile;
	strcpy(selection.because, own ? "annotation oci-shield/profile" : given.because);
	if (profile[0]) {
		strcpy(selection.profile, profile);
		select_mode(config, subject, &given, own, &selection);
	} else if (config->refuse_unprofiled && !shield_select_is_exempt(config, subject)) {
		selection.kind = SHIELD_SELECT_REFUSE;
		strcpy(selection.because, "the node runs no container without a profile (unprofiled: deny)");
	} else {
		selection.kind = SHIELD_SELECT_NONE;
	}
	select_record(config, subject, &selection);
	*ret = selection;
	return 0;
}
