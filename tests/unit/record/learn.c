/* SPDX-License-Identifier: Apache-2.0 */
#include "record/learn.h"

#include "learned.h"

void suite_record_learn(void);

/* Nothing done, nothing allowed. */
static void nothing(void)
{
	struct shield_recording recording = recorded("0123456789abcdef");
	_cleanup_profile_ struct shield_profile *profile = learned(&recording, 1);

	has(profile,
	    "{\n  'version': 1,\n  'name': 'web',\n  'notes': [\n"
	    "    'recorded: image docker.io/library/web:1, container 0123456789ab, from 2024-05-01T12:03:14Z to "
	    "2024-05-01T12:03:19Z'\n  ],\n"
	    "  'exec': {'default': 'deny', 'libraries': [], 'drift': 'deny', 'fileless': 'deny'},\n"
	    "  'network': {\n    'egress': {'default': 'deny'},\n    'bind': {'default': 'deny'},\n"
	    "    'unix': {'default': 'deny'},\n    'families': []\n  },\n"
	    "  'ptrace': {'default': 'deny'},\n  'setuid': {'default': 'deny'},\n"
	    "  'capabilities': {'default': 'deny'},\n"
	    "  'kernel': {'mount': 'deny', 'bpf': 'deny', 'modules': 'deny', 'userns': 'deny'},\n"
	    "  'reverse_shell': 'kill'\n}\n");
	CU_ASSERT_EQUAL(profile->notes.count, 1);
}

static void programs(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;

	observed_path(&recording, SHIELD_KIND_EXEC, "/entry.sh", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_EXEC, "/bin/sh", NULL, "/entry.sh");
	observed_path(&recording, SHIELD_KIND_EXEC, "/usr/bin/id", "/bin/sh", "/entry.sh");
	observed_path(&recording, SHIELD_KIND_EXEC, "/usr/bin/id", "/bin/bash", NULL);
	observed_path(&recording, SHIELD_KIND_EXEC, "/usr/bin/both", "/bin/bash", NULL);
	observed_path(&recording, SHIELD_KIND_EXEC, "/usr/bin/both", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_EXEC, "/usr/bin/odd", "/bin/st*r", NULL);
	observed_path(&recording, SHIELD_KIND_LIBRARY, "/lib/b.so", "/bin/sh", NULL);
	observed_path(&recording, SHIELD_KIND_LIBRARY, "/lib/a.so", "/bin/sh", NULL);
	observed_path(&recording, SHIELD_KIND_LIBRARY, "/lib/a.so", "/bin/bash", NULL);
	profile = learned(&recording, 1);
	has(profile, "'allow': [\n      {'path': '/bin/sh', 'from': ['/entry.sh']},\n      '/entry.sh',\n"
		     "      '/usr/bin/both',\n      {'path': '/usr/bin/id', 'from': ['/bin/bash', '/entry.sh']},\n"
		     "      '/usr/bin/odd'\n    ],\n    'libraries': ['/lib/a.so', '/lib/b.so'],");
}

/* What no pattern can say is not allowed, and noted. */
static void unspeakable(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;

	observed_path(&recording, SHIELD_KIND_EXEC, NULL, "/bin/sh", NULL);
	observed_path(&recording, SHIELD_KIND_EXEC, "/tmp/a*", "/bin/sh", NULL);
	observed_path(&recording, SHIELD_KIND_LIBRARY, "/tmp/\xff.so", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_UNIX, "@a\nb", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_DRIFT, "/tmp/a*", "/bin/sh", NULL);
	observed_path(&recording, SHIELD_KIND_FILELESS, NULL, "/bin/sh", NULL);
	observed_path(&recording, SHIELD_KIND_REVERSE_SHELL, NULL, "/bin/nc", NULL);
	observed_socket(&recording, SHIELD_KIND_EGRESS, AF_INET);
	observed_capability(&recording, 63);
	observed_id(&recording, SHIELD_CHANGE_UID, UINT32_MAX);
	observed_id(&recording, SHIELD_CHANGE_GROUPS, UINT32_MAX);
	observed_path(&recording, SHIELD_KIND_PTRACE, NULL, "/usr/bin/gdb", NULL);
	recording.item[recording.count - 1].reason = SHIELD_REASON_OTHER_SLOT;
	observed_path(&recording, SHIELD_KIND_GUARD, NULL, "/usr/bin/bpftool", NULL);
	profile = learned(&recording, 1);
	has_note(profile, "exec: without a name, by /bin/sh: no pattern can name the file");
	has_note(profile, "exec: /tmp/a*, by /bin/sh: no pattern");
	has_note(profile, "library: /tmp/\\xff.so, by test: no pattern");
	has_note(profile, "unix: @a\\x0ab, by test: no pattern");
	has_note(profile, "drift: /tmp/a*, by /bin/sh: the rule is left out because of it");
	has_note(profile, "fileless: without a name, by /bin/sh: the rule is left out");
	has_note(profile, "reverse_shell: without a name, by /bin/nc: the rule is left out");
	has_note(profile, "egress: without a name, by test: a socket whose addresses are not judged");
	has_note(profile, "capability: without a name, by test: a capability that has no name here");
	has_note(profile, "setuid: without a name, by test: an id that the container does not have");
	has_note(profile, "setuid: groups were left, and none was taken");
	has_note(profile, "ptrace: without a name, by /usr/bin/gdb: a task outside of the container");
	has_note(profile, "guard: without a name, by /usr/bin/bpftool: no profile allows that");
	has(profile, "'exec': {'default': 'deny', 'libraries': []},");
	has(profile, "'ptrace': {'default': 'deny'}");
	CU_ASSERT_EQUAL(profile->reverse_shell, SHIELD_ALLOW);
}

static void network(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;

	observed_address(&recording, SHIELD_KIND_EGRESS, "10.0.0.2", SHIELD_PROTO_TCP, 81);
	observed_address(&recording, SHIELD_KIND_EGRESS, "10.0.0.2", SHIELD_PROTO_TCP, 443);
	observed_address(&recording, SHIELD_KIND_EGRESS, "10.0.0.2", SHIELD_PROTO_TCP, 80);
	observed_address(&recording, SHIELD_KIND_EGRESS, "10.0.0.2", SHIELD_PROTO_UDP, 53);
	observed_address(&recording, SHIELD_KIND_EGRESS, "10.0.0.1", SHIELD_PROTO_ICMP, 0);
	observed_address(&recording, SHIELD_KIND_EGRESS, "10.0.0.3", SHIELD_PROTO_OTHER, 0);
	observed_address(&recording, SHIELD_KIND_EGRESS, "2001:db8::1", SHIELD_PROTO_TCP, 65535);
	observed_address(&recording, SHIELD_KIND_EGRESS, "2001:db8::1", SHIELD_PROTO_TCP, 65534);
	observed_address(&recording, SHIELD_KIND_EGRESS, "::", SHIELD_PROTO_TCP, 7);
	observed_address(&recording, SHIELD_KIND_BIND, "0.0.0.0", SHIELD_PROTO_UDP, 0);
	observed_address(&recording, SHIELD_KIND_BIND, "::", SHIELD_PROTO_TCP, 80);
	observed_path(&recording, SHIELD_KIND_UNIX, "/run/db", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_UNIX, "@bus", NULL, NULL);
	observed_socket(&recording, SHIELD_KIND_FAMILY, AF_INET);
	observed_socket(&recording, SHIELD_KIND_FAMILY, AF_UNIX);
	observed_socket(&recording, SHIELD_KIND_RAW, AF_INET);
	profile = learned(&recording, 1);
	has(profile, "      'allow': [\n        {'to': '10.0.0.1', 'proto': 'icmp'},\n"
		     "        {'to': '10.0.0.2', 'proto': 'tcp', 'ports': ['80-81', 443]},\n"
		     "        {'to': '10.0.0.2', 'proto': 'udp', 'ports': [53]},\n        {'to': '10.0.0.3'},\n"
		     "        {'to': '127.0.0.1', 'proto': 'tcp', 'ports': [7]},\n"
		     "        {'to': '::1', 'proto': 'tcp', 'ports': [7]},\n"
		     "        {'to': '2001:db8::1', 'proto': 'tcp', 'ports': ['65534-65535']}\n      ]");
	has(profile, "      'allow': [\n        {'to': '0.0.0.0', 'proto': 'tcp', 'ports': [80]},\n"
		     "        {'to': '0.0.0.0', 'proto': 'udp', 'ports': [0]},\n"
		     "        {'to': '::', 'proto': 'tcp', 'ports': [80]}\n      ]");
	has(profile, "'unix': {'default': 'deny', 'allow': ['/run/db', '@bus']},\n    'families': ['unix', 'inet'],\n"
		     "    'raw': 'allow'\n");
	has_note(profile, "network.egress.allow[3]: for any protocol");
}

static void identity(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;

	observed_id(&recording, SHIELD_CHANGE_UID, 34);
	observed_id(&recording, SHIELD_CHANGE_UID, 33);
	observed_id(&recording, SHIELD_CHANGE_UID, 1000);
	observed_id(&recording, SHIELD_CHANGE_GID, 33);
	observed_id(&recording, SHIELD_CHANGE_GROUPS, 0);
	observed_id(&recording, SHIELD_CHANGE_GROUPS, 33);
	observed_id(&recording, SHIELD_CHANGE_GROUPS, UINT32_MAX);
	observed_path(&recording, SHIELD_KIND_SETUID_EXEC, NULL, NULL, NULL);
	observed_path(&recording, SHIELD_KIND_PTRACE, NULL, "/usr/bin/gdb", NULL);
	observed_capability(&recording, 21);
	observed_capability(&recording, 0);
	observed_capability(&recording, 21);
	observed_path(&recording, SHIELD_KIND_MOUNT, NULL, NULL, NULL);
	profile = learned(&recording, 1);
	has(profile, "'setuid': {\n    'default': 'deny',\n"
		     "    'allow': [{'uids': ['33-34', 1000], 'gids': [0, 33]}],\n    'setuid_exec': 'allow'\n  }");
	has(profile, "'ptrace': {'default': 'deny', 'allow': [{'tracer': '/usr/bin/gdb'}]}");
	has(profile, "'capabilities': {'default': 'deny', 'allow': ['CAP_CHOWN', 'CAP_SYS_ADMIN']}");
	has(profile, "'kernel': {'bpf': 'deny', 'modules': 'deny', 'userns': 'deny'}");
	CU_ASSERT_EQUAL(profile->notes.count, 1);
}

static void files(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;

	recording.kinds = ~0u;
	observed_path(&recording, SHIELD_KIND_EXEC, "/app/bin/server", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_EXEC, "/entry.sh", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_EXEC, "/data/tool", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_FILES, "/", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_FILES, "/var/lib/db", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_FILES, "/etcetera", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_FILES, "/data", NULL, NULL);
	observed_path(&recording, SHIELD_KIND_FILES, "/tmp", NULL, NULL);
	profile = learned(&recording, 1);
	has(profile,
	    "'read_only': [\n      '/app/**',\n      '/bin/**',\n      '/boot/**',\n      '/etc/**',\n"
	    "      '/home/**',\n      '/lib/**',\n      '/lib64/**',\n      '/media/**',\n      '/mnt/**',\n"
	    "      '/opt/**',\n      '/root/**',\n      '/sbin/**',\n      '/srv/**',\n      '/usr/**'\n    ]");
}

/* Two replicas: what either did. The order that things happened in, and counts, do not show. */
static void several(void)
{
	struct shield_recording both[2] = { recorded("a"), recorded("b") }, other = recorded("c");
	_cleanup_profile_ struct shield_profile *profile = NULL, *same = NULL;
	_cleanup_free_ char *first = NULL, *second = NULL;

	observed_path(&both[0], SHIELD_KIND_EXEC, "/b", NULL, NULL);
	observed_path(&both[0], SHIELD_KIND_EXEC, "/c", "/b", NULL);
	observed_path(&both[1], SHIELD_KIND_EXEC, "/b", "/c", NULL);
	observed_path(&both[1], SHIELD_KIND_EXEC, "/c", "/a", NULL);
	observed_path(&both[1], SHIELD_KIND_MOUNT, NULL, "/a", NULL);
	both[1].unobserved = 12;
	both[1].ended = 0;
	both[1].kinds &= ~(1u << SHIELD_KIND_UNIX);
	observed_path(&other, SHIELD_KIND_EXEC, "/c", "/a", NULL);
	observed_path(&other, SHIELD_KIND_MOUNT, NULL, "/b", NULL);
	observed_path(&other, SHIELD_KIND_EXEC, "/c", "/b", NULL);
	observed_path(&other, SHIELD_KIND_EXEC, "/b", NULL, NULL);
	other.item[0].count = 99;
	other.kinds = both[1].kinds;
	profile = learned(both, 2);
	same = learned(&other, 1);
	has(profile, "'allow': ['/b', {'path': '/c', 'from': ['/a', '/b']}]");
	has_note(profile, "container a, from 2024-05-01T12:03:14Z to 2024-05-01T12:03:19Z");
	has_note(profile, "container b, from 2024-05-01T12:03:14Z to now");
	has_note(profile, "incomplete: container b did 12 acts that could not be kept");
	CU_ASSERT(!profile->network.unix_sockets.present);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(profile, &first, NULL, NULL), 0);
	CU_ASSERT_EQUAL_FATAL(shield_profile_print(same, &second, NULL, NULL), 0);
	CU_ASSERT_STRING_EQUAL(first, second);
	shield_recording_free(&both[0]);
	shield_recording_free(&both[1]);
	shield_recording_free(&other);
}

static void beside_a_profile(void)
{
	struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;

	strcpy(recording.profile, "strict");
	recording.kinds = 1u << SHIELD_KIND_EXEC;
	profile = learned(&recording, 1);
	has_note(profile, "ran under the profile strict");
	has(profile, "'exec': {'default': 'deny', 'libraries': 'any'}\n}");
}

/* A policy tells 64 programs apart. */
static void many_names(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;
	char path[32], who[32];

	observed_path(&recording, SHIELD_KIND_PTRACE, NULL, "/t", NULL);
	for (int i = 0; i < 70; i++) {
		snprintf(path, sizeof(path), "/bin/p%02d", i);
		snprintf(who, sizeof(who), "/w%02d", i);
		observed_path(&recording, SHIELD_KIND_EXEC, path, who, NULL);
	}
	observed_path(&recording, SHIELD_KIND_EXEC, "/bin/z", "/w00", NULL);
	profile = learned(&recording, 1);
	has(profile, "{'path': '/bin/p62', 'from': ['/w62']},\n      '/bin/p63',\n");
	has(profile, "'/bin/p69',\n      {'path': '/bin/z', 'from': ['/w00']}\n");
	has_note(profile, "exec.allow[63]: without its \"from\"");
}

/* What no policy can hold is said with what helps. */
static void too_much(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;
	struct shield_error error = {};
	char path[64];

	for (int i = 0; i < 1200; i++) {
		snprintf(path, sizeof(path), "/usr/lib/%d/%x/lib.so", i, i * 7919);
		observed_path(&recording, SHIELD_KIND_LIBRARY, path, NULL, NULL);
	}
	shield_recording_sort(&recording);
	CU_ASSERT_EQUAL_FATAL(shield_learn("web", &recording, 1, &profile, &error), 0);
	CU_ASSERT_EQUAL(shield_learn_check(profile, &error), -E2BIG);
	CU_ASSERT_PTR_NOT_NULL(strstr(error.message, "--directories"));
}

/* A thousand acts that cannot be said do not make a thousand notes. */
static void many_notes(void)
{
	_cleanup_recording_ struct shield_recording recording = recorded("a");
	_cleanup_profile_ struct shield_profile *profile = NULL;
	char path[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(path, sizeof(path), "/tmp/%d*", i);
		observed_path(&recording, SHIELD_KIND_EXEC, path, NULL, NULL);
	}
	profile = learned(&recording, 1);
	CU_ASSERT_EQUAL(profile->notes.count, 34);
	has_note(profile, "968 acts more that no profile can express");
}

void suite_record_learn(void)
{
	CU_pSuite suite = CU_add_suite("record/learn", NULL, NULL);

	CU_add_test(suite, "nothing", nothing);
	CU_add_test(suite, "programs and libraries", programs);
	CU_add_test(suite, "what no profile can express", unspeakable);
	CU_add_test(suite, "network", network);
	CU_add_test(suite, "ids, tracers, capabilities", identity);
	CU_add_test(suite, "files", files);
	CU_add_test(suite, "several recordings", several);
	CU_add_test(suite, "beside a profile", beside_a_profile);
	CU_add_test(suite, "more programs than a policy tells apart", many_names);
	CU_add_test(suite, "more than a policy holds", too_much);
	CU_add_test(suite, "notes have a bound", many_notes);
}
