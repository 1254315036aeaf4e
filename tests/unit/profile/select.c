/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/select.h"

#include "parsing.h"

void suite_profile_select(void);

static const char *const plain = "{'version':1}";
static const char *const bound =
	"{'version':1,'bindings':[{'namespace':'prod','image':'*/nginx*','profile':'web','override':'yes'},"
	"{'namespace':'prod*','profile':'baseline'},{'container':'*','pod':'db-*','profile':'db'}]}";

/* Selects, or fails the test. */
static struct shield_selection choose(const char *text, struct shield_subject subject)
{
	_cleanup_free_ char *json = with_quotes(text);
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_selection selection = {};
	struct shield_error error = {};

	CU_ASSERT_EQUAL_FATAL(shield_config_parse(json, strlen(json), &config, NULL), 0);
	if (shield_select(config, &subject, &selection, &error) < 0) {
		fprintf(stderr, "%s\n", error.message);
		CU_FAIL("refused");
	}
	return selection;
}

static void refuse(const char *text, struct shield_subject subject, int code, const char *message)
{
	_cleanup_free_ char *json = with_quotes(text);
	_cleanup_config_ struct shield_config *config = NULL;
	struct shield_selection selection = { .because = "untouched" };
	struct shield_error error = {};

	CU_ASSERT_EQUAL_FATAL(shield_config_parse(json, strlen(json), &config, NULL), 0);
	CU_ASSERT_EQUAL(shield_select(config, &subject, &selection, &error), -code);
	CU_ASSERT_STRING_EQUAL(selection.because, "untouched");
	says(&error, message);
}

static void nothing_asked(void)
{
	struct shield_selection selection = choose(plain, (struct shield_subject){ .image = "x" });

	CU_ASSERT_EQUAL(selection.kind, SHIELD_SELECT_NONE);
	CU_ASSERT_STRING_EQUAL(selection.profile, "");
	CU_ASSERT_EQUAL(choose(plain, (struct shield_subject){ .mode = "audit" }).kind, SHIELD_SELECT_NONE);
}

static void by_annotation(void)
{
	struct shield_selection selection = choose(plain, (struct shield_subject){ .profile = "web" });

	CU_ASSERT_EQUAL(selection.kind, SHIELD_SELECT_PROFILE);
	CU_ASSERT_STRING_EQUAL(selection.profile, "web");
	CU_ASSERT_STRING_EQUAL(selection.because, "annotation oci-shield/profile");
	CU_ASSERT_EQUAL(selection.mode, SHIELD_SELECT_MODE_PROFILE);
}

static void by_binding(void)
{
	struct shield_selection first =
		choose(bound, (struct shield_subject){ .namespace_ = "prod", .image = "docker.io/nginx:1" });
	struct shield_selection second =
		choose(bound, (struct shield_subject){ .namespace_ = "prod", .image = "redis" });
	struct shield_selection third = choose(bound, (struct shield_subject){ .pod = "db-0" });

	CU_ASSERT_STRING_EQUAL(first.profile, "web");
	CU_ASSERT_STRING_EQUAL(first.because, "bindings[0] of the node's configuration");
	CU_ASSERT_STRING_EQUAL(second.profile, "baseline");
	CU_ASSERT_STRING_EQUAL(second.because, "bindings[1] of the node's configuration");
	CU_ASSERT_STRING_EQUAL(third.profile, "db"); /* "*" matches what is unknown, too */
	CU_ASSERT_EQUAL(choose(bound, (struct shield_subject){ .pod = "web-0" }).kind, SHIELD_SELECT_NONE);
	CU_ASSERT_EQUAL(choose(bound, (struct shield_subject){}).kind, SHIELD_SELECT_NONE);
}

static void override(void)
{
	struct shield_subject free_ = { .namespace_ = "prod", .image = "x/nginx", .profile = "mine" };
	struct shield_subject fixed = { .namespace_ = "prod-1", .profile = "mine" };
	struct shield_subject same = { .namespace_ = "prod-1", .profile = "baseline" };

	CU_ASSERT_STRING_EQUAL(choose(bound, free_).profile, "mine");
	CU_ASSERT_STRING_EQUAL(choose(bound, same).profile, "baseline");
	CU_ASSERT_STRING_EQUAL(choose(bound, same).because, "bindings[1] of the node's configuration");
	refuse(bound, fixed, EACCES,
	       "annotation oci-shield/profile: 'mine' is not allowed here: bindings[1] of the node's configuration "
	       "binds this container to 'baseline' without override");
}

static void default_profile(void)
{
	static const char text[] = "{'version':1,'default_profile':'baseline','unprofiled':'deny'}";
	struct shield_selection selection = choose(text, (struct shield_subject){});

	CU_ASSERT_STRING_EQUAL(selection.profile, "baseline");
	CU_ASSERT_STRING_EQUAL(selection.because, "default_profile of the node's configuration");
	CU_ASSERT_STRING_EQUAL(choose(text, (struct shield_subject){ .profile = "web" }).profile, "web");
}

static void unprofiled(void)
{
	static const char text[] = "{'version':1,'unprofiled':'deny','exempt_namespaces':['kube-*']}";
	struct shield_selection selection = choose(text, (struct shield_subject){ .namespace_ = "a", .record = "x" });

	CU_ASSERT_EQUAL(selection.kind, SHIELD_SELECT_REFUSE);
	CU_ASSERT_STRING_EQUAL(selection.because, "the node runs no container without a profile (unprofiled: deny)");
	CU_ASSERT_EQUAL(choose(text, (struct shield_subject){}).kind, SHIELD_SELECT_REFUSE);
	CU_ASSERT_EQUAL(choose(text, (struct shield_subject){ .namespace_ = "kube-system" }).kind, SHIELD_SELECT_NONE);
	CU_ASSERT_EQUAL(choose(text, (struct shield_subject){ .profile = "web" }).kind, SHIELD_SELECT_PROFILE);
}

/* Exempt from what the node asks, not from what the container asks for itself. */
static void exempt(void)
{
	static const char text[] =
		"{'version':1,'bindings':[{'namespace':'*','profile':'web'}],'default_profile':'web','exempt_namespaces':['shield']}";
	struct shield_subject subject = { .namespace_ = "shield" };

	CU_ASSERT_EQUAL(choose(text, subject).kind, SHIELD_SELECT_NONE);
	subject.profile = "baseline";
	CU_ASSERT_STRING_EQUAL(choose(text, subject).profile, "baseline");
	subject.namespace_ = "shield-2";
	subject.profile = NULL;
	CU_ASSERT_STRING_EQUAL(choose(text, subject).profile, "web");
	subject.namespace_ = NULL;
	CU_ASSERT_STRING_EQUAL(choose(text, subject).profile, "web");
}

/* An annotation that does not count is no reason to run without what it asked for. */
static void annotations_off(void)
{
	static const char text[] = "{'version':1,'annotations':{'profile':false},"
				   "'bindings':[{'pod':'a','profile':'web','override':'yes'}]}";
	static const char message[] = "annotation oci-shield/profile: 'mine' is not allowed here: annotations.profile "
				      "of the node's configuration is false";

	refuse(text, (struct shield_subject){ .profile = "mine" }, EACCES, message);
	refuse(text, (struct shield_subject){ .profile = "mine", .pod = "a" }, EACCES, message);
	CU_ASSERT_STRING_EQUAL(choose(text, (struct shield_subject){ .profile = "web", .pod = "a" }).profile, "web");
	CU_ASSERT_EQUAL(choose(text, (struct shield_subject){}).kind, SHIELD_SELECT_NONE);
}

/* mode: audit under each of the three settings, for a profile of the annotation's own, of the default, of bindings. */
static void audit(void)
{
	static const char *const settings[] = { "'record':false", "'mode':false", "'mode':true" };
	static const bool honoured[3][5] = {
		{ true, false, false, true, false },
		{ false, false, false, false, false },
		{ true, true, false, true, true },
	};

	for (size_t i = 0; i < 3; i++) {
		const struct shield_subject subjects[] = {
			{ .mode = "audit", .profile = "mine" },
			{ .mode = "audit" },
			{ .mode = "audit", .pod = "fixed" },
			{ .mode = "audit", .pod = "free", .profile = "mine" },
			{ .mode = "audit", .pod = "free", .profile = "web" },
		};
		char text[512];

		snprintf(text, sizeof(text),
			 "{'version':1,'default_profile':'baseline','annotations':{%s},'bindings':[{'pod':'fixed',"
			 "'profile':'web'},{'pod':'free','profile':'web','override':'yes'}]}",
			 settings[i]);
		for (size_t j = 0; j < 5; j++) {
			struct shield_selection selection = choose(text, subjects[j]);

			CU_ASSERT_EQUAL(selection.mode == SHIELD_SELECT_MODE_AUDIT, honoured[i][j]);
			CU_ASSERT_EQUAL(selection.mode_ignored, !honoured[i][j]);
		}
	}
}

static void enforce(void)
{
	struct shield_subject subject = { .namespace_ = "prod-1", .mode = "enforce" };
	struct shield_selection selection = choose(bound, subject);

	CU_ASSERT_EQUAL(selection.mode, SHIELD_SELECT_MODE_ENFORCE);
	CU_ASSERT_FALSE(selection.mode_ignored);
}

static void record(void)
{
	struct shield_subject subject = { .profile = "web", .record = "learned" };
	struct shield_selection off = choose("{'version':1,'annotations':{'record':false}}", subject);
	struct shield_selection on = choose(plain, subject);

	CU_ASSERT_STRING_EQUAL(off.record, "");
	CU_ASSERT_TRUE(off.record_ignored);
	CU_ASSERT_STRING_EQUAL(on.record, "learned");
	CU_ASSERT_FALSE(on.record_ignored);
	subject.profile = NULL;
	on = choose(plain, subject);
	CU_ASSERT_EQUAL(on.kind, SHIELD_SELECT_NONE);
	CU_ASSERT_STRING_EQUAL(on.record, "learned");
}

static void bad_annotations(void)
{
	refuse(plain, (struct shield_subject){ .profile = "../x" }, EINVAL,
	       "annotation oci-shield/profile: '../x' is not a profile's name: 1 to 63 letters, digits, '.', '_' or "
	       "'-', a letter or digit first; a name, never a path");
	refuse(plain, (struct shield_subject){ .profile = "" }, EINVAL,
	       "annotation oci-shield/profile: '' is not a profile's name: 1 to 63 letters, digits, '.', '_' or '-', a "
	       "letter or digit first; a name, never a path");
	refuse(plain, (struct shield_subject){ .record = "a/b" }, EINVAL,
	       "annotation oci-shield/record: 'a/b' is not a profile's name: 1 to 63 letters, digits, '.', '_' or '-', "
	       "a letter or digit first; a name, never a path");
	refuse(plain, (struct shield_subject){ .profile = "web", .mode = "off" }, EINVAL,
	       "annotation oci-shield/mode: 'off' is not one of audit, enforce");
}

void suite_profile_select(void)
{
	CU_pSuite suite = CU_add_suite("profile/select", NULL, NULL);

	CU_add_test(suite, "nothing asked", nothing_asked);
	CU_add_test(suite, "by annotation", by_annotation);
	CU_add_test(suite, "by binding", by_binding);
	CU_add_test(suite, "override", override);
	CU_add_test(suite, "default profile", default_profile);
	CU_add_test(suite, "unprofiled", unprofiled);
	CU_add_test(suite, "exempt namespaces", exempt);
	CU_add_test(suite, "annotations off", annotations_off);
	CU_add_test(suite, "audit", audit);
	CU_add_test(suite, "enforce", enforce);
	CU_add_test(suite, "record", record);
	CU_add_test(suite, "bad annotations", bad_annotations);
}
