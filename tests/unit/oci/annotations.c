/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/annotations.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

void suite_oci_annotations(void);

static struct shield_error error;

/* Reads a literal list of keys and values. */
#define READ(result, ...)                                                                              \
	({                                                                                             \
		struct shield_annotation list_[] = { __VA_ARGS__ };                                    \
		struct shield_state state_ = { .annotations = list_,                                   \
					       .annotation_count = sizeof(list_) / sizeof(list_[0]) }; \
		shield_annotations_read(&state_, result, &error);                                      \
	})

static void test_none(void)
{
	struct shield_annotations read;

	memset(&read, 1, sizeof(read));
	CU_ASSERT_EQUAL(shield_annotations_read(&(struct shield_state){}, &read, &error), 0);
	CU_ASSERT_PTR_NULL(read.subject.profile);
	CU_ASSERT_PTR_NULL(read.subject.namespace_);
	CU_ASSERT_PTR_NULL(read.subject.image);
	CU_ASSERT_FALSE(read.sandbox);
}

static void test_podman(void)
{
	struct shield_annotations read;

	CU_ASSERT_EQUAL(READ(&read, { "io.container.manager", "libpod" },
			     { "org.opencontainers.image.stopSignal", "15" },
			     { "io.podman.annotations.autoremove", "TRUE" }, { "oci-shield/profile", "web" },
			     { "oci-shield/mode", "audit" }, { "oci-shield/record", "learned.1" },
			     { "oci-shieldx/profile", "other" }),
			0);
	CU_ASSERT_STRING_EQUAL(read.subject.profile, "web");
	CU_ASSERT_STRING_EQUAL(read.subject.mode, "audit");
	CU_ASSERT_STRING_EQUAL(read.subject.record, "learned.1");
	CU_ASSERT_PTR_NULL(read.subject.container);
	CU_ASSERT_PTR_NULL(read.subject.image);
}

static void test_crio(void)
{
	struct shield_annotations read;

	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.pod.name", "p" }, { "io.kubernetes.pod.namespace", "n" },
			     { "io.kubernetes.container.name", "c" },
			     { "io.kubernetes.cri-o.ContainerType", "container" },
			     { "io.kubernetes.cri-o.ImageName", "docker.io/library/nginx:1" },
			     { "io.kubernetes.cri-o.Image", "nginx" }),
			0);
	CU_ASSERT_STRING_EQUAL(read.subject.pod, "p");
	CU_ASSERT_STRING_EQUAL(read.subject.namespace_, "n");
	CU_ASSERT_STRING_EQUAL(read.subject.container, "c");
	CU_ASSERT_STRING_EQUAL(read.subject.image, "docker.io/library/nginx:1");
	CU_ASSERT_FALSE(read.sandbox);
	/* an image without a name */
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.cri-o.ImageName", "" }), 0);
	CU_ASSERT_PTR_NULL(read.subject.image);
}

/* All that CRI-O 1.37 and a kubelet set on a container, among what the pod's author wrote. */
static void test_crio_whole(void)
{
	struct shield_annotations read;

	CU_ASSERT_EQUAL(
		READ(&read, { "io.container.manager", "cri-o" }, { "io.kubernetes.container.hash", "8d3a41" },
		     { "io.kubernetes.container.name", "web" }, { "io.kubernetes.container.restartCount", "0" },
		     { "io.kubernetes.container.terminationMessagePath", "/dev/termination-log" },
		     { "io.kubernetes.cri-o.Annotations", "{\"oci-shield/profile\":\"text\"}" },
		     { "io.kubernetes.cri-o.ContainerID", "5a2e" },
		     { "io.kubernetes.cri-o.ContainerType", "container" },
		     { "io.kubernetes.cri-o.Created", "2026-11-23T08:30:42.479125442Z" },
		     { "io.kubernetes.cri-o.IP.0", "10.85.0.2" }, { "io.kubernetes.cri-o.Image", "34a171aea2da" },
		     { "io.kubernetes.cri-o.ImageName", "registry.example/shop/web:2" },
		     { "io.kubernetes.cri-o.ImageRef", "34a171aea2da" },
		     { "io.kubernetes.cri-o.ImageRepoDigests", "registry.example/shop/web@sha256:765c" },
		     { "io.kubernetes.cri-o.Labels", "{\"io.kubernetes.pod.namespace\":\"text\"}" },
		     { "io.kubernetes.cri-o.LogPath", "/var/log/pods/shop_web-0_1/web/0.log" },
		     { "io.kubernetes.cri-o.Metadata", "{\"name\":\"web\"}" },
		     { "io.kubernetes.cri-o.MountPoint", "/var/lib/containers/storage/overlay/e1/merged" },
		     { "io.kubernetes.cri-o.Name", "k8s_web_web-0_shop_1_0" },
		     { "io.kubernetes.cri-o.SandboxID", "c045" },
		     { "io.kubernetes.cri-o.SandboxName", "k8s_web-0_shop_1_0" },
		     { "io.kubernetes.cri-o.SeccompProfilePath", "" }, { "io.kubernetes.cri-o.TTY", "false" },
		     { "io.kubernetes.cri-o.Volumes", "[]" }, { "io.kubernetes.pod.name", "web-0" },
		     { "io.kubernetes.pod.namespace", "shop" }, { "io.kubernetes.pod.terminationGracePeriod", "30" },
		     { "io.kubernetes.pod.uid", "1" },
		     { "kubectl.kubernetes.io/last-applied-configuration", "{\"oci-shield/profile\":\"text\"}" },
		     { "kubernetes.io/config.source", "api" }, { "oci-shield/profile.web", "web" },
		     { "oci-shield/profile.other", "other" }, { "org.systemd.property.After", "['crio.service']" },
		     { "platform-runtime-path.crio.io", "" }),
		0);
	CU_ASSERT_STRING_EQUAL(read.subject.namespace_, "shop");
	CU_ASSERT_STRING_EQUAL(read.subject.pod, "web-0");
	CU_ASSERT_STRING_EQUAL(read.subject.container, "web");
	CU_ASSERT_STRING_EQUAL(read.subject.image, "registry.example/shop/web:2");
	CU_ASSERT_STRING_EQUAL(read.subject.profile, "web");
	CU_ASSERT_FALSE(read.sandbox);
}

static void test_containerd(void)
{
	struct shield_annotations read;

	CU_ASSERT_EQUAL(
		READ(&read, { "io.kubernetes.cri.sandbox-name", "p" }, { "io.kubernetes.cri.sandbox-namespace", "n" },
		     { "io.kubernetes.cri.container-name", "c" }, { "io.kubernetes.cri.container-type", "container" },
		     { "io.kubernetes.cri.image-name", "nginx" }, { "io.kubernetes.cri.sandbox-id", "5" }),
		0);
	CU_ASSERT_STRING_EQUAL(read.subject.pod, "p");
	CU_ASSERT_STRING_EQUAL(read.subject.namespace_, "n");
	CU_ASSERT_STRING_EQUAL(read.subject.container, "c");
	CU_ASSERT_STRING_EQUAL(read.subject.image, "nginx");
	CU_ASSERT_FALSE(read.sandbox);
}

/* A pause container gets its pod's annotations, those for its neighbours too. */
static void test_sandbox(void)
{
	struct shield_annotations read;

	CU_ASSERT_EQUAL(
		READ(&read, { "io.kubernetes.cri.container-type", "sandbox" }, { "oci-shield/profile.c", "own" }), 0);
	CU_ASSERT_TRUE(read.sandbox);
	CU_ASSERT_PTR_NULL(read.subject.profile);
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.cri-o.ContainerType", "sandbox" }), 0);
	CU_ASSERT_TRUE(read.sandbox);
}

static void test_per_container(void)
{
	struct shield_annotations read;

	/* wins, wherever it stands */
	CU_ASSERT_EQUAL(READ(&read, { "oci-shield/profile.c", "own" }, { "oci-shield/profile", "pod" },
			     { "io.kubernetes.container.name", "c" }),
			0);
	CU_ASSERT_STRING_EQUAL(read.subject.profile, "own");
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.container.name", "c" }, { "oci-shield/profile", "pod" },
			     { "oci-shield/profile.c", "own" }),
			0);
	CU_ASSERT_STRING_EQUAL(read.subject.profile, "own");
	/* another container's */
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.container.name", "c" }, { "oci-shield/profile", "pod" },
			     { "oci-shield/profile.cc", "own" }),
			0);
	CU_ASSERT_STRING_EQUAL(read.subject.profile, "pod");
	/* nobody says which container this is */
	CU_ASSERT_EQUAL(READ(&read, { "oci-shield/profile.c", "own" }), -EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "use oci-shield/profile"));
}

static void refuses(const char *key, const char *value, const char *message)
{
	struct shield_annotations read = { .sandbox = true };

	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.container.name", "c" }, { key, value }), -EINVAL);
	CU_ASSERT_TRUE(read.sandbox);
	if (!strstr(error.message, message))
		printf("\n    %s: said \"%s\"\n", key, error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, message));
}

static void test_refusals(void)
{
	refuses("oci-shield/profil", "web", "unknown annotation oci-shield/profil; did you mean oci-shield/profile?");
	refuses("oci-shield/Mode", "audit", "did you mean oci-shield/mode?");
	refuses("oci-shield/recrod", "x", "did you mean oci-shield/record?");
	refuses("oci-shield/", "x", "unknown annotation oci-shield/; there are");
	refuses("oci-shield/zzzzzzzz", "x", "there are oci-shield/profile, oci-shield/profile.CONTAINER");
	refuses("oci-shield/profile.", "x", "a container's name is missing");
	refuses("oci-shield/profile", "", "annotation oci-shield/profile: \"\" is not a profile's name");
	refuses("oci-shield/profile", "/etc/passwd", "a name, never a path");
	refuses("oci-shield/profile", "../x", "a name, never a path");
	refuses("oci-shield/profile.c", "a b", "annotation oci-shield/profile.c: ");
	refuses("oci-shield/record", "a/b", "annotation oci-shield/record: ");
	refuses("oci-shield/mode", "off", "\"off\" is neither \"audit\" nor \"enforce\"");
	refuses("oci-shield/mode", "Audit", "neither");
}

/* A pod's author can write the keys of the runtime that is not there. */
static void test_contradiction(void)
{
	struct shield_annotations read;

	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.pod.namespace", "mine" },
			     { "io.kubernetes.cri.sandbox-namespace", "exempt" }),
			-EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "io.kubernetes.pod.namespace (\"mine\")"));
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "contradict"));
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.cri.container-type", "sandbox" },
			     { "io.kubernetes.cri-o.ContainerType", "container" }),
			-EINVAL);
	CU_ASSERT_EQUAL(
		READ(&read, { "io.kubernetes.cri-o.ImageName", "" }, { "io.kubernetes.cri.image-name", "trusted" }),
		-EINVAL);
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.pod.namespace", "same" },
			     { "io.kubernetes.cri.sandbox-namespace", "same" }),
			0);
	CU_ASSERT_STRING_EQUAL(read.subject.namespace_, "same");
	/* what one runtime leaves open, the other's keys do not fill in */
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.cri.container-name", "c" },
			     { "io.kubernetes.pod.namespace", "kube-system" }),
			-EINVAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "is not this runtime's"));
	CU_ASSERT_EQUAL(READ(&read, { "io.kubernetes.pod.namespace", "mine" },
			     { "io.kubernetes.cri.container-type", "sandbox" }),
			-EINVAL);
}

void suite_oci_annotations(void)
{
	CU_pSuite suite = CU_add_suite("oci/annotations", NULL, NULL);

	CU_add_test(suite, "none", test_none);
	CU_add_test(suite, "podman", test_podman);
	CU_add_test(suite, "CRI-O", test_crio);
	CU_add_test(suite, "CRI-O, all that it sets", test_crio_whole);
	CU_add_test(suite, "containerd", test_containerd);
	CU_add_test(suite, "sandboxes", test_sandbox);
	CU_add_test(suite, "a profile per container", test_per_container);
	CU_add_test(suite, "refusals", test_refusals);
	CU_add_test(suite, "contradictions", test_contradiction);
}
