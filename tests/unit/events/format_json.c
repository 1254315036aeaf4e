/* SPDX-License-Identifier: Apache-2.0 */
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/json.h"
#include "events/format.h"
#include "literal.h"

void suite_events_format_json(void);

#define CONTAINER                                                                                       \
	"'container':{'id':'0123456789abcdef0123','name':'nginx-1','profile':'web-strict','pod':'web'," \
	"'namespace':'shop','image':'docker.io/library/nginx:1','slot':3,'cgroup':4242}"
#define PROCESS                                                                                          \
	"'process':{'pid':4712,'tgid':4711,'ppid':4700,'uid':33,'comm':'nginx','exe':'/usr/sbin/nginx'," \
	"'exe_cut':false,'parents':[{'pid':4700,'comm':'nginx'},{'pid':1,'comm':'init'}]}"

/* The evidence as JSON, which is written with ' here; it parses, too. */
static void json_is(const struct shield_evidence *evidence, const char *expected)
{
	_cleanup_json_ struct shield_json_document document = {};
	_cleanup_free_ char *quoted = strdup(expected);
	struct shield_text text = {};

	CU_ASSERT_PTR_NOT_NULL_FATAL(quoted);
	for (char *at = quoted; *at; at++)
		*at = *at == '\'' ? '"' : *at;
	shield_format(SHIELD_FORMAT_JSON, evidence, &text);
	CU_ASSERT_EQUAL(shield_json_parse(text.data, text.length, &document, NULL), 0);
	CU_ASSERT_PTR_EQUAL(memchr(text.data, '\n', text.length), text.data + text.length - 1);
	text_is(&text, quoted);
}

/* An exec by nginx, but for its operand. */
static void operand_is(struct shield_event event, const char *expected)
{
	struct shield_evidence evidence = {
		.event = event, .time = A_TIME, .instance = 0x1f, .position = 81920, .origin = WEB
	};
	char line[1024];

	evidence.event.kind = SHIELD_KIND_EXEC;
	evidence.event.verdict = SHIELD_DENY;
	evidence.event.reason = SHIELD_REASON_DEFAULT;
	evidence.event.rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0);
	snprintf(
		line, sizeof(line),
		"{'id':'000000000000001f-81920','time':'2024-05-01T12:03:14.000000007Z','sequence':41,'verdict':'deny','kind':'exec',"
		"'rule':'exec.default','reason':'no entry of the profile allows it'," CONTAINER "," PROCESS
		",'syscall':'execve','operand':%s}\n",
		expected);
	json_is(&evidence, line);
}

static void operands(void)
{
	operand_is((struct shield_event){ BY_NGINX }, "null");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_PATH, .path = "/usr/bin/id" },
		   "{'type':'path','path':'/usr/bin/id','cut':false}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_PATH, .path = "a\xff",
					  .flags = SHIELD_EVENT_OPERAND_CUT },
		   "{'type':'path','path':'a\\\\xff','cut':true}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_ADDRESS,
					  .address = { .family = AF_INET,
						       .port = 80,
						       .proto = SHIELD_PROTO_TCP,
						       .address = { 10, 0, 0, 1 } } },
		   "{'type':'address','family':'inet','address':'10.0.0.1','port':80,'proto':'tcp'}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_ADDRESS,
					  .address = { .family = AF_INET6,
						       .port = 53,
						       .proto = SHIELD_PROTO_UDP,
						       .address = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } } },
		   "{'type':'address','family':'inet6','address':'2001:db8::1','port':53,'proto':'udp'}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_ADDRESS, .address = { .family = 999 } },
		   "{'type':'address','family':'999','address':null,'port':0,'proto':'other'}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_IDS,
					  .ids = { .change = SHIELD_CHANGE_GID, .before = 0, .wanted = UINT32_MAX } },
		   "{'type':'ids','change':'gid','before':0,'wanted':null}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_TASK, .task = { 7, "ba\"sh" } },
		   "{'type':'task','tgid':7,'comm':'ba\\'sh'}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_SOCKET,
					  .socket = { AF_PACKET, SOCK_DGRAM, 768 } },
		   "{'type':'socket','family':'packet','socket_type':'dgram','protocol':768}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_CAPABILITY, .capability = 21 },
		   "{'type':'capability','capability':'CAP_SYS_ADMIN'}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_CAPABILITY, .capability = 63 },
		   "{'type':'capability','capability':'63'}");
	operand_is((struct shield_event){ BY_NGINX, .operand = SHIELD_OPERAND_NAME, .path = "tcp_\"bbr" },
		   "{'type':'name','name':'tcp_\\'bbr','cut':false}");
	operand_is((struct shield_event){ BY_NGINX, .operand = 200 }, "{'type':'unknown'}");
}

static void unknown_container(void)
{
	struct shield_evidence evidence = { .time = A_TIME,
					    .event = { .kind = SHIELD_KIND_CONTROL,
						       .slot = SHIELD_SLOTS,
						       .syscall = SHIELD_NO_SYSCALL,
						       .operand = SHIELD_OPERAND_CONTROL,
						       .control = SHIELD_CONTROL_OFF } };

	json_is(&evidence,
		"{'id':'0000000000000000-0','time':'2024-05-01T12:03:14.000000007Z','sequence':0,'verdict':'allow','kind':'control',"
		"'rule':null,'reason':null,'container':{'id':null,'name':null,'profile':null,'pod':null,"
		"'namespace':null,'image':null,'slot':null,'cgroup':0},'process':{'pid':0,'tgid':0,'ppid':0,"
		"'uid':0,'comm':null,'exe':null,'exe_cut':false,'parents':[]},"
		"'operand':{'type':'control','act':'engine off'}}\n");
}

static void missed_events(void)
{
	static const char expected[] = "'operand':{'type':'control','act':'events lost','count':812}}\n";
	struct shield_evidence evidence = { .event = { .kind = SHIELD_KIND_CONTROL,
						       .operand = SHIELD_OPERAND_CONTROL,
						       .syscall = SHIELD_NO_SYSCALL,
						       .missed = { SHIELD_CONTROL_LOST, 0, 812 } } };
	_cleanup_text_ struct shield_text text = {};

	shield_format(SHIELD_FORMAT_JSON, &evidence, &text);
	for (size_t i = 0; i < text.length; i++)
		text.data[i] = text.data[i] == '"' ? '\'' : text.data[i];
	shield_text_add_bytes(&text, "", 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text.data, expected));
	CU_ASSERT_PTR_NOT_NULL(strstr(text.data, "'sequence':null,"));
	shield_format(SHIELD_FORMAT_COMPACT, &evidence, &text);
	shield_text_add_bytes(&text, "", 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(text.data + strlen(text.data) + 1, " -> events lost: 812"));
}

/* All bytes a kernel could hand over, and no NUL anywhere: one line of valid JSON. */
static void any_bytes(void)
{
	for (unsigned int byte = 0; byte < 256; byte++) {
		_cleanup_json_ struct shield_json_document document = {};
		struct shield_evidence evidence;
		struct shield_text text = {};

		memset(&evidence, (int)byte, sizeof(evidence));
		shield_format(SHIELD_FORMAT_JSON, &evidence, &text);
		CU_ASSERT_EQUAL(shield_json_parse(text.data, text.length, &document, NULL), 0);
		CU_ASSERT_PTR_EQUAL(memchr(text.data, '\n', text.length), text.data + text.length - 1);
		shield_text_free(&text);
	}
}

void suite_events_format_json(void)
{
	CU_pSuite suite = CU_add_suite("events/format_json", NULL, NULL);

	CU_add_test(suite, "operands", operands);
	CU_add_test(suite, "unknown container", unknown_container);
	CU_add_test(suite, "missed events", missed_events);
	CU_add_test(suite, "any bytes", any_bytes);
}
