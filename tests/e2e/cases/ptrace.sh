# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# ptrace: every road into another process, a tracer by name, and other containers.
# Once: the verdicts are the kernel's.

readonly roads="attach seize read-memory write-memory get-descriptor"

# The profile as it is shipped.
session ptrace debugger-only || return
for road in $roads; do
	refuses "$road" ptrace ptrace.default "$road" child
done
refuses -w EACCES "open-memory" ptrace ptrace.default open-memory child
refuses "traceme" ptrace ptrace.default traceme
refuses "attach from a user namespace" ptrace ptrace.default unshare user : attach child
refuses -s "attach by the i386 table" ptrace ptrace.default attach32 child
refuses "a thread of another process" ptrace ptrace.default attach-thread
refuses "from birth" ptrace ptrace.default trace-born
refuses "by a program that calls itself the debugger" ptrace ptrace.default be-called /usr/bin/debugger : attach child
permits "looking at a process" read-maps child
permits "its descriptors, by their links" reopen-descriptor child
permits "comparing with a process" compare child
permits -s "advice on its memory" advise child
refuses -s "samples of its stack" ptrace ptrace.default sample child
for road in $roads open-memory; do
	permits "$road by /usr/bin/debugger" exec /usr/bin/debugger "$road" child
done
permits -s "attach by the i386 table by /usr/bin/debugger" exec /usr/bin/debugger attach32 child
permits "a thread by /usr/bin/debugger" exec /usr/bin/debugger attach-thread
permits "from birth by /usr/bin/debugger" exec /usr/bin/debugger trace-born
permits "traceme by /usr/bin/debugger" exec /usr/bin/debugger traceme
refuses -a -w "exit 10" "a copy of the debugger" ptrace ptrace.default \
	copy /usr/bin/debugger /tmp/debugger : exec /tmp/debugger attach child
refuses -a -w "exit 10" "a bind mount onto the debugger" ptrace ptrace.default \
	unshare mount : bind /opt/other /usr/bin/debugger : exec /usr/bin/debugger attach child
end_session

profile e2e-ptrace-kill '{"version":1, "name":"e2e-ptrace-kill", "ptrace":{"default":"deny", "action":"kill"}}'

session ptrace-kill e2e-ptrace-kill || return
kills "attach" ptrace ptrace.default attach child
end_session

# Other containers, and the host: not even for the tracer that is allowed.
start victim || return
victim=$(init_of victim)

session ptrace-host debugger-only --host-pid || return
for road in $roads; do
	refuses -u "$road of another container's process" ptrace ptrace.default "$road" "$victim"
done
refuses -u -w EACCES "open-memory of another container's process" ptrace ptrace.default open-memory "$victim"
refuses -a -u -w "exit 10" "by the debugger" ptrace ptrace.default exec /usr/bin/debugger attach "$victim"
refuses -a -u -w "exit 10" "by the debugger, of the host's init" ptrace ptrace.default exec /usr/bin/debugger seize 1
equal "without a profile: a process of another container" 0 "$("$acts" attach "$victim" 2>&1; echo $?)"
equal "a tracer on the host" 0 "$("$acts" attach "$(init_of ptrace-host)" 2>&1; echo $?)"
end_session

session ptrace-beside debugger-only --pid-of victim || return
refuses -u "in another container's pid namespace" ptrace ptrace.default attach 1
refuses -a -u -w "exit 10" "by the debugger" ptrace ptrace.default exec /usr/bin/debugger attach 1
end_session
stop victim
