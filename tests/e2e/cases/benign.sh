# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What programs do every day goes on under a profile with every rule in it, and leaves no event.

profile e2e-benign '{"version":1, "name":"e2e-benign",
	"exec":{"default":"deny", "allow":["/acts/acts", "/opt/other", "/opt/dynamic", "/opt/script.sh", "/usr/bin/*",
		"/lib64/ld-linux-x86-64.so.2"], "drift":"deny", "fileless":"deny"},
	"network":{"egress":{"default":"deny", "allow":[{"to":"192.0.2.1", "ports":[8080, 8055]}]},
		"bind":{"default":"deny", "allow":[{"ports":[8081]}]}},
	"ptrace":{"default":"deny"}, "setuid":{"default":"deny", "setuid_exec":"deny"}, "reverse_shell":"kill"}'

session benign e2e-benign || return
permits "200 children" storm 200
permits "50 threads" threads 50
permits "orphans and zombies" adopt 20
permits "vfork" exec-vfork /opt/other
permits "posix_spawn" exec-spawn /opt/dynamic
permits "a static program" exec /opt/other
permits "a dynamic program" exec /opt/dynamic
permits "a script" exec /opt/script.sh
permits "a thread's exec" exec-thread /opt/other
permits "system and popen" shell
permits "pipes, subshells, redirections" \
	sh 'seq 20 | sort -n | tail -n 1 | grep -q 20 && (echo x >/tmp/x) && test "$(cat /tmp/x)" = x && rm -f /tmp/x'
permits "signals and timers" timer
permits "its own files in /proc" own-proc
permits "looking at processes" sh 'ps ax >/dev/null'
permits "names of users" sh 'getent passwd root >/dev/null && id >/dev/null'
permits "local sockets" local-sockets
permits "descriptors in messages" connected tcp 192.0.2.1 8080 9 : pass-around 9 : write-to 9
permits "a server" listen tcp 0.0.0.0 8081
permits "a client" connect tcp 192.0.2.1 8080
permits "a client that does not wait" connect-later tcp 192.0.2.1 8080
permits "netlink" sh 'ip address show >/dev/null'
permits "a program's code, made at run time" jit
permits "anonymous executable memory, shared too" map-anonymous
permits "a memfd that nobody executes" plain-memfd
permits "a file, mapped" map-file /opt/library.so
permits "a library" map /opt/library.so
permits "epoll, eventfd, inotify" events
permits "files made, renamed, linked, removed" copy /opt/other /tmp/made : link /tmp/made /tmp/made2 : \
	rename /tmp/made /tmp/made3 : chmod /tmp/made3 : unlink /tmp/made2 : unlink /tmp/made3
permits "ids that stay" setresuid 0 0 0 : setresgid -1 -1 -1 : setfsuid 0
permits "namespaces" unshare user : unshare mount : exec /opt/other
python='import os, threading, mmap; t = threading.Thread(target=os.getpid); t.start(); t.join(); mmap.mmap(-1, 4096);'
permits "python" sh "python3 -c '$python os.waitpid(os.fork() or os._exit(0), 0)'"
permits "strace of nothing" exec /usr/bin/strace -V
timeout 30 "$acts" answer udp 192.0.2.1 8055 &
permits -u "a question and its answer, as DNS has them" speak udp 192.0.2.1 8055
wait $!
end_session
