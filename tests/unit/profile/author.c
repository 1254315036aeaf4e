/* SPDX-License-Identifier: Apache-2.0 */
/* What a pod's author can write, against what the administrator has bound: nothing of it loosens. */
#include "oci/annotations.h"
#include "profile/select.h"

#include "parsing.h"

void suite_profile_author(void);

#define KEYS_MAX 8

static const char *const node_policy =
	"{'version':1,'bindings':[{'namespace':'prod','container':'web','profile':'web'},{'namespace':'prod','profile':'base'}],"
	"'default_profile':'base','unprofiled':'deny','annotations':{'mode':true}}";

/* What a runtime says of a container in the namespace prod; whether init or ephemeral, it says no more. */
static const struct shield_annotation containerd[] = {
	{ "io.kubernetes.cri.container-type", "container" }, { "io.kubernetes.cri.sandbox-namespace", "prod" },
	{ "io.kubernetes.cri.sandbox-name", "p" },	     { "io.kubernetes.cri.container-name", "debugger" },
	{ "io.kubernetes.cri.image-name", "busybox" },
};
static const struct shield_annotation crio[] = {
	{ "io.kubernetes.cri-o.ContainerType", "container" },
	{ "io.kubernetes.pod.namespace", "prod" },
	{ "io.kubernetes.pod.name", "p" },
	{ "io.kubernetes.container.name", "debugger" },
	{ "io.kubernetes.cri-o.ImageName", "busybox" },
};
#define FACTS (sizeof(crio) / sizeof(crio[0]))

static const struct shield_annotation attacks[][3] = {
	{ { "oci-shield/profile", "loose" } },
	{ { "oci-shield/profile.debugger", "loose" } },
	{ { "oci-shield/profile.web", "loose" }, { "oci-shield/profile", "loose" } },
	{ { "oci-shield/profile", "base" }, { "oci-shield/mode", "audit" } },
	{ { "oci-shield/mode", "audit" } },
	{ { "oci-shield/record", "all" } },
	{ { "oci-shield/record", "all" }, { "oci-shield/mode", "audit" }, { "oci-shield/record-files", "yes" } },
	{ { "io.kubernetes.pod.namespace", "kube-system" } },
	{ { "io.kubernetes.cri.sandbox-namespace", "kube-system" } },
	{ { "io.kubernetes.cri-o.ContainerType", "sandbox" } },
	{ { "io.kubernetes.cri.container-type", "sandbox" } },
	{ { "io.kubernetes.container.name", "web" }, { "io.kubernetes.cri.container-name", "web" } },
	{ { "io.kubernetes.cri.image-name", "trusted" } },
	{ { "oci-shield/Mode", "audit" } },
};

/* Is the container refused, or enforced under what it is bound to? */
static bool holds(const struct shield_config *config, const struct shield_annotation *facts,
		  const struct shield_annotation *attack)
{
	struct shield_annotation list[KEYS_MAX] = {};
	struct shield_state state = { .annotations = list };
	struct shield_annotations annotations;
	struct shield_selection selection;

	for (size_t i = 0; i < 3 && attack && attack[i].key; i++)
		list[state.annotation_count++] = attack[i];
	/* a runtime sets its own keys over the author's */
	for (size_t i = 0; i < FACTS; i++) {
		for (size_t j = 0; j < state.annotation_count; j++)
			if (!strcmp(list[j].key, facts[i].key))
				list[j--] = list[--state.annotation_count];
		list[state.annotation_count++] = facts[i];
	}
	if (shield_annotations_read(&state, &annotations, NULL) < 0)
		return true;
	if (annotations.sandbox)
		return false;
	if (shield_select(config, &annotations.subject, &selection, NULL) < 0)
		return true;
	return selection.kind == SHIELD_SELECT_PROFILE && !strcmp(selection.profile, "base") &&
	       selection.mode != SHIELD_SELECT_MODE_AUDIT;
}

static void nothing_loosens(void)
{
	_cleanup_free_ char *json = with_quotes(node_policy);
	_cleanup_config_ struct shield_config *config = NULL;

	CU_ASSERT_EQUAL_FATAL(shield_config_parse(json, strlen(json), &config, NULL), 0);
	CU_ASSERT_TRUE(holds(config, containerd, NULL));
	CU_ASSERT_TRUE(holds(config, crio, NULL));
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		bool both = holds(config, containerd, attacks[i]) && holds(config, crio, attacks[i]);

		if (!both)
			fprintf(stderr, "%s=%s\n", attacks[i][0].key, attacks[i][0].value);
		CU_ASSERT_TRUE(both);
	}
}

void suite_profile_author(void)
{
	CU_pSuite suite = CU_add_suite("profile/author", NULL, NULL);

	CU_add_test(suite, "nothing loosens", nothing_loosens);
}
