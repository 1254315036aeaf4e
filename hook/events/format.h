/* SPDX-License-Identifier: Apache-2.0 */
/* An event as it is shown: a line of text. Pure, but for the local time zone of the compact form. */
#ifndef SHIELD_EVENTS_FORMAT_H
#define SHIELD_EVENTS_FORMAT_H

#include <stdbool.h>

#include "base/text.h"
#include "events/origin.h"

enum shield_format {
	SHIELD_FORMAT_COMPACT,	/* for people */
	SHIELD_FORMAT_COLOURED, /* the same, on a terminal */
	SHIELD_FORMAT_JSON,
	SHIELD_FORMAT_RECORD, /* struct shield_evidence as it is, for programs of the same build */
	SHIELD_FORMATS,
};

/* Appends one line with its newline, or one record. */
void shield_format(enum shield_format format, const struct shield_evidence *evidence, struct shield_text *text);

/*
 * The compact line: local time, verdict, kind, container, who -> what, why. For example
 *
 *   12:03:14  deny   exec           web/nginx-1           /usr/sbin/nginx[4711] -> /usr/bin/id  not in exec.allow
 *
 * Who is the executable and the pid on the host; the task's own name follows in brackets where it is another than its
 * file's, since it is the task that chose it. Of kinds that many system calls lead to, what ends with the call, as in
 * `/etc/passwd by renameat2`. See events/escape.h for names with strange bytes. A container that was
 * gone before it could be asked for is shown by its slot and cgroup.
 * @coloured: with the colours of a terminal (ECMA-48)
 */
void shield_format_compact(const struct shield_evidence *evidence, bool coloured, struct shield_text *text);

/* What of that line says who did what, and why it was judged so. */
void shield_format_act(const struct shield_event *event, bool coloured, struct shield_text *text);

/* What it was done to, as in that line: "/usr/bin/id", "10.0.0.1:80/tcp". Nothing where there is none. */
void shield_format_operand(const struct shield_event *event, struct shield_text *text);

/*
 * The JSON line. These keys are stable, every one but syscall is always there, and null stands for what is not known:
 *
 *   id         INSTANCE-POSITION: the same wherever the event goes, and of no other one
 *   time       RFC 3339, UTC, with ns
 *   sequence   the event's place among all of this engine; null where shieldd tells of events that are missing
 *   verdict    audit | deny | kill; allow for control events
 *   kind       exec | library | drift | fileless | reverse_shell | egress | bind | family | raw | ptrace | setuid |
 *              setuid_exec | unix | capability | mount | bpf | modules | userns | files | guard | tag | control
 *   rule       JSON path in the profile of what decided
 *   reason     why, in words, where kind and rule do not tell
 *   container  {id, name, profile, pod, namespace, image, slot, cgroup}; slot is null for what concerns the node
 *   process    {pid, tgid, ppid, uid, comm, exe, exe_cut, parents}: pids of the host, the container's own uid;
 *              exe_cut: exe holds the last bytes of a longer path; parents: [{pid, comm}...], nearest first, four at
 *              most
 *   syscall    the name of the system call it was done by, its number where it has none; left out where none was, as
 *              in a worker of io_uring
 *   operand    null, or by its type
 *              {"type":"path", path, cut}
 *              {"type":"address", family, address, port, proto}
 *              {"type":"ids", change, before, wanted}: the container's own ids; null = not mapped in it
 *              {"type":"task", tgid, comm}
 *              {"type":"socket", family, socket_type, protocol}
 *              {"type":"capability", capability}: its name, or its number as a string
 *              {"type":"name", name, cut}: of a module, a map and the like
 *              {"type":"control", act}; of "events over the rate" and "events lost" also count: how many of this
 *              container's so far
 */
void shield_format_json(const struct shield_evidence *evidence, struct shield_text *text);

#endif
