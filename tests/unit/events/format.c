/* SPDX-License-Identifier: Apache-2.0 */
#include "events/format.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include "literal.h"

void suite_events_format(void);

#define NGINX "web/nginx-1           /usr/sbin/nginx[4711]"

/* The event, by nginx of the web pod, as a line. */
static void line_is(const struct shield_event *event, const char *expected)
{
	struct shield_evidence evidence = { .event = *event, .time = A_TIME, .origin = WEB };
	struct shield_text text = {};

	shield_format(SHIELD_FORMAT_COMPACT, &evidence, &text);
	text_is(&text, expected);
}

static void paths(void)
{
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_EXEC, .verdict = SHIELD_DENY,
					.reason = SHIELD_REASON_DEFAULT, .rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0),
					.operand = SHIELD_OPERAND_PATH, .path = "/usr/bin/id" },
		"12:03:14  deny   exec           " NGINX " -> /usr/bin/id  not in exec.allow\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_EXEC, .verdict = SHIELD_KILL,
					.reason = SHIELD_REASON_RULE, .rule = SHIELD_RULE(SHIELD_LIST_DENY, 2),
					.operand = SHIELD_OPERAND_PATH, .path = "/a b" },
		"12:03:14  kill   exec           " NGINX " -> \"/a b\"  by exec.deny[2]\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_DRIFT, .verdict = SHIELD_AUDIT,
					.reason = SHIELD_REASON_CHANGED, .rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0),
					.operand = SHIELD_OPERAND_PATH, .path = "/tmp/x" },
		"12:03:14  audit  drift          " NGINX
		" -> /tmp/x  exec.drift: the file was created or changed after the image\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_LIBRARY, .verdict = SHIELD_DENY,
					.reason = SHIELD_REASON_DEFAULT, .rule = SHIELD_RULE(SHIELD_LIST_LIBRARIES, 0),
					.operand = SHIELD_OPERAND_PATH, .path = "/l.so" },
		"12:03:14  deny   library        " NGINX " -> /l.so  not in exec.libraries\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_REVERSE_SHELL, .verdict = SHIELD_KILL,
					.rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0), .operand = SHIELD_OPERAND_PATH,
					.path = "/bin/sh" },
		"12:03:14  kill   reverse_shell  " NGINX " -> /bin/sh  by reverse_shell\n");
}

static void cut_paths(void)
{
	struct shield_event event = { BY_NGINX,
				      .kind = SHIELD_KIND_EXEC,
				      .verdict = SHIELD_DENY,
				      .reason = SHIELD_REASON_DEFAULT,
				      .rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0),
				      .operand = SHIELD_OPERAND_PATH };

	event.flags = SHIELD_EVENT_EXE_CUT | SHIELD_EVENT_OPERAND_CUT;
	strcpy(event.exe, "bin/nginx");
	strcpy(event.path, "r/y");
	line_is(&event, "12:03:14  deny   exec           web/nginx-1           ...bin/nginx[4711] -> ...r/y  "
			"not in exec.allow\n");
	memset(event.comm, 'c', sizeof(event.comm));
	memset(event.exe, 'e', sizeof(event.exe));
	memset(event.path, 'p', sizeof(event.path));
	{
		struct shield_evidence evidence = { .event = event, .time = A_TIME };
		struct shield_text text = {};

		shield_format(SHIELD_FORMAT_COMPACT, &evidence, &text); /* reads no byte beyond the arrays */
		CU_ASSERT_TRUE(text.length > 2 * SHIELD_EVENT_PATH_MAX &&
			       text.length < 2 * SHIELD_EVENT_PATH_MAX + 160);
		shield_text_free(&text);
	}
}

static void address_is(const struct shield_event_address *address, uint8_t kind, const char *expected)
{
	char line[256];

	snprintf(line, sizeof(line), "12:03:14  deny   %-13s  " NGINX " -> %s  not in network.%s.allow\n",
		 kind == SHIELD_KIND_BIND ? "bind" : "egress", expected, kind == SHIELD_KIND_BIND ? "bind" : "egress");
	line_is(&(struct shield_event){ BY_NGINX, .kind = kind, .verdict = SHIELD_DENY, .reason = SHIELD_REASON_DEFAULT,
					.rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0), .operand = SHIELD_OPERAND_ADDRESS,
					.address = *address },
		line);
}

static void addresses(void)
{
	address_is(
		&(struct shield_event_address){
			.family = AF_INET, .port = 80, .proto = SHIELD_PROTO_TCP, .address = { 169, 254, 169, 254 } },
		SHIELD_KIND_EGRESS, "169.254.169.254:80/tcp");
	address_is(&(struct shield_event_address){ .family = AF_INET,
						   .proto = SHIELD_PROTO_ICMP,
						   .address = { 10, 0, 0, 1 } },
		   SHIELD_KIND_EGRESS, "10.0.0.1/icmp");
	address_is(
		&(struct shield_event_address){
			.family = AF_INET6, .port = 65535, .proto = SHIELD_PROTO_UDP, .address = { [15] = 1 } },
		SHIELD_KIND_BIND, "[::1]:65535/udp");
	address_is(&(struct shield_event_address){ .family = AF_INET6,
						   .proto = SHIELD_PROTO_OTHER,
						   .address = { 0xfe, 0x80, [15] = 1 } },
		   SHIELD_KIND_EGRESS, "fe80::1/other");
	address_is(&(struct shield_event_address){ .family = 99, .proto = 77 }, SHIELD_KIND_EGRESS, "?/unknown");
}

static void ids_are(uint32_t change, uint32_t before, uint32_t wanted, const char *expected)
{
	char line[256];

	snprintf(line, sizeof(line), "12:03:14  kill   setuid         " NGINX " -> %s  not in setuid.allow\n",
		 expected);
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_SETUID, .verdict = SHIELD_KILL,
					.reason = SHIELD_REASON_DEFAULT, .rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0),
					.operand = SHIELD_OPERAND_IDS,
					.ids = { .change = change, .before = before, .wanted = wanted } },
		line);
}

static void ids(void)
{
	ids_are(SHIELD_CHANGE_UID, 33, 0, "uid 33 to 0");
	ids_are(SHIELD_CHANGE_GID, UINT32_MAX, 4294967294, "gid unmapped to 4294967294");
	ids_are(SHIELD_CHANGE_GROUPS, UINT32_MAX, 27, "group 27");
	ids_are(SHIELD_CHANGE_GROUPS, UINT32_MAX, UINT32_MAX, "other groups");
	ids_are(SHIELD_CHANGE_FILE_CAPS, UINT32_MAX, UINT32_MAX, "file capabilities");
	ids_are(99, 1, 2, "unknown ids");
}

static void tasks_and_sockets(void)
{
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_PTRACE, .verdict = SHIELD_DENY,
					.reason = SHIELD_REASON_OTHER_SLOT, .rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0),
					.operand = SHIELD_OPERAND_TASK, .task = { .tgid = 7, .comm = "b\tsh" } },
		"12:03:14  deny   ptrace         " NGINX
		" -> b\\x09sh[7]  ptrace.default: the traced task is not of this container\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_RAW, .verdict = SHIELD_DENY,
					.rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0), .operand = SHIELD_OPERAND_SOCKET,
					.socket = { .family = AF_INET, .type = SOCK_RAW, .protocol = IPPROTO_ICMP } },
		"12:03:14  deny   raw            " NGINX " -> socket inet/raw/1  by network.raw\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_FAMILY, .verdict = SHIELD_DENY,
					.reason = SHIELD_REASON_DEFAULT, .rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0),
					.operand = SHIELD_OPERAND_SOCKET, .socket = { .family = 999, .type = 99 } },
		"12:03:14  deny   family         " NGINX " -> socket 999/unknown/0  not in network.families\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_EXEC, .verdict = SHIELD_DENY, .operand = 99,
					.reason = SHIELD_REASON_BUSY },
		"12:03:14  deny   exec           " NGINX
		" -> unknown  exec: the kernel could not name the file in time\n");
}

/* The same, with another call than the execve of BY_NGINX. */
static void call_is(uint32_t syscall, struct shield_event event, const char *expected)
{
	event.syscall = syscall;
	line_is(&event, expected);
}

static void kernel_kinds(void)
{
	call_is(__NR_renameat2,
		(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_FILES, .verdict = SHIELD_DENY,
				       .reason = SHIELD_REASON_RULE, .rule = SHIELD_RULE(SHIELD_LIST_READ_ONLY, 1),
				       .operand = SHIELD_OPERAND_PATH, .path = "/etc/passwd" },
		"12:03:14  deny   files          " NGINX " -> /etc/passwd by renameat2  by files.read_only[1]\n");
	call_is(SHIELD_NO_SYSCALL,
		(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_FILES, .verdict = SHIELD_DENY,
				       .reason = SHIELD_REASON_FOLDER, .operand = SHIELD_OPERAND_PATH, .path = "/etc" },
		"12:03:14  deny   files          " NGINX
		" -> /etc  files: what a rule protects lies below this folder\n");
	call_is(__NR_chroot,
		(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_CAPABILITY, .verdict = SHIELD_KILL,
				       .reason = SHIELD_REASON_DEFAULT, .rule = SHIELD_RULE(SHIELD_LIST_DEFAULT, 0),
				       .operand = SHIELD_OPERAND_CAPABILITY, .capability = 18 },
		"12:03:14  kill   capability     " NGINX " -> CAP_SYS_CHROOT by chroot  not in capabilities.allow\n");
	call_is(SHIELD_NO_SYSCALL,
		(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_CAPABILITY, .verdict = SHIELD_DENY,
				       .reason = SHIELD_REASON_RULE, .rule = SHIELD_RULE(SHIELD_LIST_DENY, 0),
				       .operand = SHIELD_OPERAND_CAPABILITY, .capability = 63 },
		"12:03:14  deny   capability     " NGINX " -> capability 63  by capabilities.deny[0]\n");
	call_is(__NR_unshare,
		(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_USERNS, .verdict = SHIELD_DENY,
				       .rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0) },
		"12:03:14  deny   userns         " NGINX " by unshare  by kernel.userns\n");
	call_is(__NR_finit_module,
		(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_MODULES, .verdict = SHIELD_DENY,
				       .rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0), .operand = SHIELD_OPERAND_NAME,
				       .path = "dccp" },
		"12:03:14  deny   modules        " NGINX " -> dccp by finit_module  by kernel.modules\n");
	call_is(__NR_bpf,
		(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_GUARD, .verdict = SHIELD_DENY,
				       .operand = SHIELD_OPERAND_NAME, .path = "slots" },
		"12:03:14  deny   guard          " NGINX " -> slots by bpf\n");
	line_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_UNIX, .verdict = SHIELD_DENY,
					.reason = SHIELD_REASON_RULE, .rule = SHIELD_RULE(SHIELD_LIST_DENY, 0),
					.operand = SHIELD_OPERAND_PATH, .path = "@x" },
		"12:03:14  deny   unix           " NGINX " -> @x  by network.unix.deny[0]\n");
}

static void who(void)
{
	struct shield_event event = { BY_NGINX, .kind = SHIELD_KIND_FILELESS, .verdict = SHIELD_DENY,
				      .rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0) };

	/* it calls itself another name */
	strcpy(event.comm, "kworker/0:1");
	line_is(&event, "12:03:14  deny   fileless       " NGINX " (kworker/0:1)  by exec.fileless\n");
	/* a name that only its first 15 bytes fit of */
	strcpy(event.exe, "/bin/a-very-long-name-of-a-program");
	strcpy(event.comm, "a-very-long-nam");
	line_is(&event, "12:03:14  deny   fileless       web/nginx-1           "
			"/bin/a-very-long-name-of-a-program[4711]  by exec.fileless\n");
	/* an executable without a name */
	event.exe[0] = '\0';
	strcpy(event.comm, "a b");
	line_is(&event, "12:03:14  deny   fileless       web/nginx-1           \"a b\"[4711]  by exec.fileless\n");
}

/* Without names. */
static void gone_is(const struct shield_event *event, const char *expected)
{
	struct shield_evidence evidence = { .event = *event, .time = A_TIME };
	struct shield_text text = {};

	shield_format_compact(&evidence, false, &text);
	text_is(&text, expected);
}

static void gone(void)
{
	gone_is(&(struct shield_event){ BY_NGINX, .kind = SHIELD_KIND_RAW, .verdict = SHIELD_DENY,
					.rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0) },
		"12:03:14  deny   raw            slot:3,cgroup:4242    /usr/sbin/nginx[4711]  by network.raw\n");
	gone_is(&(struct shield_event){ .kind = SHIELD_KIND_TAG,
					.verdict = SHIELD_DENY,
					.slot = SHIELD_SLOTS,
					.cgroup = 18446744073709551615ull,
					.reason = SHIELD_REASON_STALE,
					.tgid = 1,
					.comm = "sh" },
		"12:03:14  deny   tag            cgroup:18446744073709551615  sh[1]  "
		"the container's enforcement is gone\n");
}

static void control(void)
{
	struct shield_event event = { .kind = SHIELD_KIND_CONTROL,
				      .slot = SHIELD_SLOTS,
				      .tgid = 5,
				      .comm = "shieldctl",
				      .operand = SHIELD_OPERAND_CONTROL,
				      .control = SHIELD_CONTROL_OFF };

	gone_is(&event, "12:03:14  -      control        (node)                shieldctl[5] -> engine off\n");
	event.slot = 3;
	event.control = SHIELD_CONTROL_MODE_AUDIT;
	line_is(&event, "12:03:14  -      control        web/nginx-1           shieldctl[5] -> mode audit\n");
}

static void colours(void)
{
	struct shield_evidence evidence = { .time = A_TIME,
					    .origin = WEB,
					    .event = { BY_NGINX, .kind = SHIELD_KIND_RAW, .verdict = SHIELD_DENY,
						       .rule = SHIELD_RULE(SHIELD_LIST_SWITCH, 0) } };
	struct shield_text text = {};

	shield_format(SHIELD_FORMAT_COLOURED, &evidence, &text);
	text_is(&text, "12:03:14  \033[31mdeny   \033[0mraw            " NGINX "  \033[2mby network.raw\033[0m\n");
	evidence.event.verdict = SHIELD_KILL;
	shield_format(SHIELD_FORMAT_COLOURED, &evidence, &text);
	text_is(&text, "12:03:14  \033[1;31mkill   \033[0mraw            " NGINX "  \033[2mby network.raw\033[0m\n");
	evidence.event.verdict = SHIELD_AUDIT;
	shield_format(SHIELD_FORMAT_COLOURED, &evidence, &text);
	text_is(&text, "12:03:14  \033[33maudit  \033[0mraw            " NGINX "  \033[2mby network.raw\033[0m\n");
}

static int set_time_zone(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
	return 0;
}

void suite_events_format(void)
{
	CU_pSuite suite = CU_add_suite("events/format", set_time_zone, NULL);

	CU_add_test(suite, "paths", paths);
	CU_add_test(suite, "cut paths", cut_paths);
	CU_add_test(suite, "addresses", addresses);
	CU_add_test(suite, "ids", ids);
	CU_add_test(suite, "tasks and sockets", tasks_and_sockets);
	CU_add_test(suite, "files, capabilities, kernel and unix", kernel_kinds);
	CU_add_test(suite, "who", who);
	CU_add_test(suite, "gone", gone);
	CU_add_test(suite, "control", control);
	CU_add_test(suite, "colours", colours);
}
