/* SPDX-License-Identifier: Apache-2.0 */
#include "oci/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CUnit/CUnit.h>

void suite_oci_bundle(void);

static struct shield_error error;

static int parse(const char *json, struct shield_bundle *ret)
{
	char *text = strdup(json);
	int result;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	result = shield_bundle_parse(text, strlen(text), "/bundle", ret, &error);
	if (result < 0)
		free(text);
	return result;
}

static void test_whole(void)
{
	_cleanup_bundle_ struct shield_bundle bundle = {};

	CU_ASSERT_EQUAL_FATAL(
		parse("{\"ociVersion\":\"1.0.2\",\"process\":{\"env\":[\"A=}\"],\"args\":[\"/bin/x\",\"y\"]},"
		      "\"root\":{\"path\":\"rootfs\",\"readonly\":true},\"hostname\":\"h\",\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\","
		      "\"options\":[\"nosuid\",\"noexec\"]},"
		      "{\"destination\":\"/data\",\"source\":\"/srv\",\"options\":[\"rbind\",\"ro\"],"
		      "\"uidMappings\":[{}]},"
		      "{\"destination\":\"/x\",\"type\":\"bind\",\"source\":\"y\"},"
		      "{\"destination\":\"/last\",\"type\":\"tmpfs\",\"options\":[\"ro\",\"noexec\",\"exec\",\"rw\"]}],"
		      "\"hooks\":{\"createRuntime\":[{\"path\":\"/x\"}]},\"annotations\":{\"a\":\"b\"},"
		      "\"linux\":{\"seccomp\":{\"syscalls\":[{\"names\":[\"open\"]}]},\"cgroupsPath\":\"s:p:n\","
		      "\"namespaces\":[{\"type\":\"mount\"},{\"type\":\"network\",\"path\":\"/x\"}]}}",
		      &bundle),
		0);
	CU_ASSERT_STRING_EQUAL(bundle.root, "/bundle/rootfs");
	CU_ASSERT_STRING_EQUAL(bundle.directory, "/bundle");
	CU_ASSERT_TRUE(bundle.root_read_only);
	CU_ASSERT_FALSE(bundle.user_namespace);
	CU_ASSERT_STRING_EQUAL(bundle.cgroups_path, "s:p:n");
	CU_ASSERT_PTR_NULL(bundle.handler);
	CU_ASSERT_EQUAL_FATAL(bundle.mount_count, 4);
	CU_ASSERT_STRING_EQUAL(bundle.mounts[0].destination, "/proc");
	CU_ASSERT_STRING_EQUAL(bundle.mounts[0].type, "proc");
	CU_ASSERT_FALSE(bundle.mounts[0].bind);
	CU_ASSERT_STRING_EQUAL(bundle.mounts[1].source, "/srv");
	CU_ASSERT_STRING_EQUAL(bundle.mounts[1].type, "");
	CU_ASSERT_TRUE(bundle.mounts[1].bind);
	CU_ASSERT_TRUE(bundle.mounts[1].read_only);
	CU_ASSERT_TRUE(bundle.mounts[2].bind);
	CU_ASSERT_FALSE(bundle.mounts[2].read_only);
	CU_ASSERT_FALSE(bundle.mounts[3].read_only);
	CU_ASSERT_STRING_EQUAL(bundle.mounts[3].source, "");
}

static void test_small(void)
{
	_cleanup_bundle_ struct shield_bundle bundle = {};

	CU_ASSERT_EQUAL_FATAL(parse("{\"linux\":{\"namespaces\":[{\"type\":\"user\"}]},\"mounts\":null,"
				    "\"process\":null,\"annotations\":null,\"root\":{\"path\":\"/abs\"}}",
				    &bundle),
			      0);
	CU_ASSERT_STRING_EQUAL(bundle.root, "/abs");
	CU_ASSERT_FALSE(bundle.root_read_only);
	CU_ASSERT_TRUE(bundle.user_namespace);
	CU_ASSERT_PTR_NULL(bundle.cgroups_path);
	CU_ASSERT_EQUAL(bundle.mount_count, 0);
}

/* Is the container with this entrypoint and these annotations run by a handler, and by which? */
static const char *handler(const char *entrypoint, const char *annotations)
{
	_cleanup_bundle_ struct shield_bundle bundle = {};
	static char said[64];
	char json[512];

	snprintf(json, sizeof(json),
		 "{\"annotations\":{%s},\"root\":{\"path\":\"/r\"},\"process\":{\"args\":[\"%s\"]}}", annotations,
		 entrypoint);
	CU_ASSERT_EQUAL_FATAL(parse(json, &bundle), 0);
	if (!bundle.handler)
		return "none";
	snprintf(said, sizeof(said), "%s=%s", bundle.handler, bundle.handler_value);
	return said;
}

static void test_handlers(void)
{
	CU_ASSERT_STRING_EQUAL(handler("/x", ""), "none");
	CU_ASSERT_STRING_EQUAL(handler("/x", "\"run.oci.handler\":\"wasm\""), "run.oci.handler=wasm");
	CU_ASSERT_STRING_EQUAL(handler("/x", "\"run.oci.handler\":\"krun\""), "run.oci.handler=krun");
	CU_ASSERT_STRING_EQUAL(handler("/x", "\"run.oci.handler\":\"wasm-smart\""), "none");
	CU_ASSERT_STRING_EQUAL(handler("/x.wasm", "\"run.oci.handler\":\"wasm-smart\""), "run.oci.handler=wasm-smart");
	CU_ASSERT_STRING_EQUAL(handler("/x.wat", "\"run.oci.handler\":\"wasm-smart\""), "run.oci.handler=wasm-smart");
	CU_ASSERT_STRING_EQUAL(handler("/x", "\"module.wasm.image/variant\":\"compat\""),
			       "module.wasm.image/variant=compat");
	CU_ASSERT_STRING_EQUAL(handler("/x", "\"module.wasm.image/variant\":\"compat-smart\""), "none");
	CU_ASSERT_STRING_EQUAL(handler("a.wasm", "\"module.wasm.image/variant\":\"compat-smart\""),
			       "module.wasm.image/variant=compat-smart");
	CU_ASSERT_STRING_EQUAL(handler("/x", "\"module.wasm.image/variant\":\"compat\","
					     "\"run.oci.handler\":\"wasm-smart\""),
			       "none");
}

static void refuses(const char *json, const char *message)
{
	struct shield_bundle bundle = { .mount_count = 9 };

	CU_ASSERT_EQUAL(parse(json, &bundle), -EINVAL);
	CU_ASSERT_EQUAL(bundle.mount_count, 9);
	if (!strstr(error.message, message))
		printf("\n    %s: said \"%s\"\n", json, error.message);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, message));
}

static void test_refusals(void)
{
	refuses("", "not a JSON object");
	refuses("null", "not a JSON object");
	refuses("[]", "not a JSON object");
	refuses("{}", "root.path is missing");
	refuses("{\"root\":{\"path\":\"\"}}", "root.path is missing");
	refuses("{\"root\":{\"path\":1}}", "root: path: byte");
	refuses("{\"root\":[]}", "root: byte");
	refuses("{\"root\":{\"path\":\"/\"},\"mounts\":{}}", "mounts: byte");
	refuses("{\"root\":{\"path\":\"/\"},\"mounts\":[{\"destination\":\"/a\"},{}]}",
		"mounts: [1]: it has no destination");
	refuses("{\"root\":{\"path\":\"/\"},\"mounts\":[{\"destination\":\"/a\",\"options\":[\"ro\",1]}]}",
		"mounts: [0]: options: [1]: byte");
	refuses("{\"root\":{\"path\":\"/\"},\"mounts\":[],\"mounts\":[{\"destination\":\"/a\"}],\"mounts\":[]}",
		"mounts: is there twice");
	refuses("{\"root\":{\"path\":\"/\"},\"linux\":{\"namespaces\":[{\"type\":1}]}}",
		"linux: namespaces: [0]: type");
	refuses("{\"root\":{\"path\":\"/\"}", "ends where");
	refuses("{\"root\":{\"path\":\"/\"}}}", "something follows");
}

/* More than the first allocation. */
static void test_many_mounts(void)
{
	_cleanup_bundle_ struct shield_bundle bundle = {};
	char json[16384], last[16];
	size_t length;

	length = (size_t)sprintf(json, "{\"root\":{\"path\":\"/\"},\"mounts\":[");
	for (int i = 0; i < 300; i++)
		length += (size_t)sprintf(json + length, "%s{\"destination\":\"/m%d\"}", i ? "," : "", i);
	strcpy(json + length, "]}");
	CU_ASSERT_EQUAL_FATAL(parse(json, &bundle), 0);
	CU_ASSERT_EQUAL_FATAL(bundle.mount_count, 300);
	sprintf(last, "/m%d", 299);
	CU_ASSERT_STRING_EQUAL(bundle.mounts[299].destination, last);
}

static void test_read(void)
{
	_cleanup_bundle_ struct shield_bundle bundle = {};
	char directory[] = "/tmp/shield-bundle-XXXXXX", path[64], root[64];
	FILE *file;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(directory));
	CU_ASSERT_EQUAL(shield_bundle_read(directory, &bundle, &error), -ENOENT);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "config.json"));
	snprintf(path, sizeof(path), "%s/config.json", directory);
	file = fopen(path, "w");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("{\"root\":{\"path\":\"r\"}", file);
	fflush(file);
	CU_ASSERT_EQUAL(shield_bundle_read(directory, &bundle, &error), -EINVAL);
	CU_ASSERT_EQUAL(strncmp(error.message, path, strlen(path)), 0);
	fputs("}", file);
	fflush(file);
	CU_ASSERT_EQUAL(shield_bundle_read(directory, &bundle, &error), 0);
	snprintf(root, sizeof(root), "%s/r", directory);
	CU_ASSERT_STRING_EQUAL(bundle.root, root);
	CU_ASSERT_EQUAL(ftruncate(fileno(file), SHIELD_BUNDLE_MAX + 1), 0);
	CU_ASSERT_EQUAL(shield_bundle_read(directory, &(struct shield_bundle){}, &error), -EFBIG);
	fclose(file);
	unlink(path);
	rmdir(directory);
}

void suite_oci_bundle(void)
{
	CU_pSuite suite = CU_add_suite("oci/bundle", NULL, NULL);

	CU_add_test(suite, "a whole config.json", test_whole);
	CU_add_test(suite, "a small one", test_small);
	CU_add_test(suite, "handlers", test_handlers);
	CU_add_test(suite, "refusals", test_refusals);
	CU_add_test(suite, "many mounts", test_many_mounts);
	CU_add_test(suite, "reading the file", test_read);
}
