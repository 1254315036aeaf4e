/* SPDX-License-Identifier: Apache-2.0 */
#include "sinks/falco.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "../events/literal.h"
#include "base/json.h"
#include "sinks/spool.h"

void suite_sinks_falco(void);

static struct shield_evidence exec_denied(void)
{
	return (struct shield_evidence){
		.event = { BY_NGINX, .kind = SHIELD_KIND_EXEC, .verdict = SHIELD_DENY, .reason = SHIELD_REASON_DEFAULT,
			   .rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0), .operand = SHIELD_OPERAND_PATH,
			   .path = "/usr/bin/id" },
		.time = A_TIME,
		.instance = 0x18c0ffee,
		.position = 4096,
		.origin = WEB,
	};
}

/* ' stands for " in what is expected. */
static void text_is_quoted(struct shield_text *text, const char *expected)
{
	_cleanup_free_ char *quoted = strdup(expected);

	CU_ASSERT_PTR_NOT_NULL_FATAL(quoted);
	for (char *at = quoted; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	text_is(text, quoted);
}

static void whole(void)
{
	struct shield_evidence evidence = exec_denied();
	struct shield_text text = {};

	shield_falco_format(&evidence, "node-1", &text);
	text_is_quoted(
		&text,
		"{'uuid':'0000000018c0ffee-4096','output':'12:03:14.000000007: Warning exec denied in web/nginx-1: "
		"/usr/sbin/nginx[4711] -> /usr/bin/id  not in exec.allow','priority':'Warning',"
		"'rule':'oci-shield: exec denied','time':'2024-05-01T12:03:14.000000007Z','source':'oci-shield',"
		"'hostname':'node-1','tags':['oci-shield','exec','deny'],'output_fields':{"
		"'container.id':'0123456789ab','container.name':'nginx-1','container.image':'docker.io/library/nginx:1',"
		"'k8s.pod.name':'web','k8s.ns.name':'shop','proc.name':'nginx','proc.exepath':'/usr/sbin/nginx',"
		"'proc.pid':4711,'proc.ppid':4700,'proc.pname':'nginx','proc.aname[2]':'init','proc.apid[2]':1,"
		"'user.uid':33,'evt.type':'execve','oci_shield.id':'0000000018c0ffee-4096','oci_shield.verdict':'deny',"
		"'oci_shield.kind':'exec','oci_shield.rule':'exec.default',"
		"'oci_shield.reason':'no entry of the profile allows it','oci_shield.profile':'web-strict',"
		"'fd.name':'/usr/bin/id','oci_shield.operand':'/usr/bin/id','oci_shield.sequence':41}}");
}

/* The string of a member of output_fields, NULL where there is none; numbers as they are written. */
static void field_is(const struct shield_evidence *evidence, const char *field)
{
	_cleanup_free_ char *string = NULL;
	struct shield_text text = {};

	shield_falco_format(evidence, "node-1", &text);
	CU_ASSERT_EQUAL_FATAL(shield_text_take(&text, &string, NULL), 0);
	if (!strstr(string, field))
		fprintf(stderr, "no %s in %s\n", field, string);
	CU_ASSERT_PTR_NOT_NULL(strstr(string, field));
}

static void addresses(void)
{
	struct shield_evidence evidence = exec_denied();

	evidence.event.kind = SHIELD_KIND_EGRESS;
	evidence.event.operand = SHIELD_OPERAND_ADDRESS;
	evidence.event.address = (struct shield_event_address){
		.family = AF_INET, .port = 443, .proto = SHIELD_PROTO_TCP, .address = { 10, 0, 0, 1 }
	};
	field_is(&evidence, "\"rule\":\"oci-shield: egress denied\"");
	field_is(&evidence, "\"fd.rip\":\"10.0.0.1\",\"fd.rport\":443,\"fd.l4proto\":\"tcp\"");
	field_is(&evidence, "\"oci_shield.operand\":\"10.0.0.1:443/tcp\"");
	evidence.event.kind = SHIELD_KIND_BIND;
	field_is(&evidence, "\"fd.lip\":\"10.0.0.1\",\"fd.lport\":443,\"fd.l4proto\":\"tcp\"");
}

static void control(void)
{
	struct shield_evidence evidence = { .time = A_TIME,
					    .event = { .kind = SHIELD_KIND_CONTROL,
						       .slot = SHIELD_SLOTS,
						       .syscall = SHIELD_NO_SYSCALL,
						       .operand = SHIELD_OPERAND_CONTROL,
						       .control = SHIELD_CONTROL_OFF } };

	field_is(&evidence, "\"rule\":\"oci-shield: engine off\"");
	field_is(&evidence, "\"priority\":\"Alert\"");
	evidence.event.missed = (struct shield_event_missed){ .control = SHIELD_CONTROL_LOST, .count = 7 };
	field_is(&evidence, "\"rule\":\"oci-shield: events lost\"");
	field_is(&evidence, "\"oci_shield.count\":7");
}

static void lost(void)
{
	struct shield_text text = {};

	shield_falco_lost("siem", "18c0-lost-7", 7, A_TIME, "node-1", &text);
	text_is_quoted(&text, "{'uuid':'18c0-lost-7','output':'12:03:14.000000007: Error 7 events were lost while this "
			      "webhook could not be reached or was too slow','priority':'Error',"
			      "'rule':'oci-shield: events lost','time':'2024-05-01T12:03:14.000000007Z',"
			      "'source':'oci-shield','hostname':'node-1','tags':['oci-shield','lost'],"
			      "'output_fields':{'oci_shield.id':'18c0-lost-7','oci_shield.count':7,"
			      "'oci_shield.webhook':'siem'}}");
}

static int is_flat(const struct shield_json *member, void *context)
{
	(void)context;
	return shield_json_is_string(member) || shield_json_is_integer(member) ? 0 : -EINVAL;
}

/* All bytes a kernel or a runtime could hand over, and no NUL where there need not be one: one line of valid JSON, flat, of a bounded size. */
static void any_bytes(void)
{
	for (unsigned int byte = 0; byte < 256; byte++) {
		for (unsigned int operand = 0; operand < 12; operand++) {
			_cleanup_json_ struct shield_json_document document = {};
			struct shield_json root, fields;
			struct shield_evidence evidence = { .time = A_TIME, .origin = WEB };
			struct shield_text text = {};

			memset(&evidence.event, (int)byte, sizeof(evidence.event));
			memset(evidence.origin.image, (int)byte, sizeof(evidence.origin.image) - 1);
			memset(evidence.origin.pod, (int)byte, sizeof(evidence.origin.pod) - 1);
			evidence.event.operand = (uint8_t)operand;
			shield_falco_format(&evidence, "node-1", &text);
			CU_ASSERT_EQUAL_FATAL(shield_json_parse(text.data, text.length, &document, NULL), 0);
			CU_ASSERT_PTR_NULL(memchr(text.data, '\n', text.length));
			CU_ASSERT_TRUE(text.length <= SHIELD_SPOOL_RECORD_MAX);
			root = shield_json_root(&document);
			CU_ASSERT_TRUE(shield_json_member(&root, "output_fields", &fields));
			CU_ASSERT_EQUAL(shield_json_each_member(&fields, is_flat, NULL), 0);
			shield_text_free(&text);
		}
	}
}

void suite_sinks_falco(void)
{
	CU_pSuite suite = CU_add_suite("sinks/falco", NULL, NULL);

	CU_add_test(suite, "whole", whole);
	CU_add_test(suite, "addresses", addresses);
	CU_add_test(suite, "control", control);
	CU_add_test(suite, "lost", lost);
	CU_add_test(suite, "any bytes", any_bytes);
}
