# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# exec: allow, deny, default, patterns, scripts, `from`; what does not rename a file.

profile e2e-exec '{"version":1, "name":"e2e-exec", "exec":{"default":"deny",
	"allow":["/acts/acts", "/opt/allowed", "/opt/app/bin/*", "/opt/tree/**", "/opt/script.sh", "/opt/script-b.sh",
		{"path":"/bin/sh", "from":["/opt/script.sh"]}, "/opt/launcher", {"path":"/opt/by", "from":["/opt/launcher"]},
		"/bin/bash", "/opt/nested.sh", "/opt/by-launcher.sh"],
	"deny":["/opt/tree/denied"]}}'

session exec e2e-exec || return

permits "an exact path" exec /opt/allowed
permits "* in a folder" exec /opt/app/bin/one
permits "** at two levels" exec /opt/tree/a/b/three
permits "** at one level" exec /opt/tree/four
refuses "what no entry names" exec exec.default exec /opt/other
refuses "* is one level" exec exec.default exec /opt/app/bin/deep/two
refuses "deny beats allow" exec 'exec.deny[0]' exec /opt/tree/denied

permits "a link of the image, by its name" exec /bin/bash -c true
permits "a link of the image, by the file's name" exec /usr/bin/bash -c true
permits "a link inside leads to the file" symlink /opt/allowed /opt/link : exec /opt/link
refuses "a link inside renames nothing" exec exec.default \
	symlink /opt/other /opt/app/bin/link : exec /opt/app/bin/link

permits "a script and its interpreter" exec /opt/script.sh
refuses "the interpreter from another script" exec 'exec.allow[6]' exec /opt/script-b.sh
refuses "the interpreter alone" exec 'exec.allow[6]' exec /bin/sh -c true
refuses "the interpreter with the script as its argument" exec 'exec.allow[6]' exec /usr/bin/dash /opt/script.sh
permits "a script that is an interpreter" exec /opt/nested.sh
permits "from an executable" exec /opt/launcher exec /opt/by
permits "from an executable's child" exec /opt/launcher fork : exec /opt/by
refuses "from another executable" exec 'exec.allow[8]' exec /opt/by
refuses -a -w "exit 10" "from a descendant that is another executable" exec 'exec.allow[8]' \
	exec /opt/launcher exec /opt/allowed exec /opt/by
refuses -a -w "exit 10" "what the launcher may not, either" exec exec.default exec /opt/launcher exec /opt/other

permits "execveat of a descriptor" execveat /opt/allowed
refuses "execveat of a descriptor" exec exec.default execveat /opt/other
refuses "execveat of an O_PATH descriptor" exec exec.default execveat-path /opt/other
permits "execveat in a folder" execveat-in /opt allowed
refuses "execveat in a folder" exec exec.default execveat-in /opt other
permits "execveat of a script" execveat /opt/script.sh
refuses "execveat of a script, its interpreter" exec 'exec.allow[6]' execveat /opt/script-b.sh
refuses "a link of /proc" exec exec.default exec-magic /opt/other
refuses "a thread's exec" exec exec.default exec-thread /opt/other
permits "a thread's exec" exec-thread /opt/allowed
refuses "exec after vfork" exec exec.default exec-vfork /opt/other
refuses "posix_spawn" exec exec.default exec-spawn /opt/other
permits "posix_spawn" exec-spawn /opt/allowed
refuses "a process that shares memory" exec exec.default exec-clone-vm /opt/other
permits "a process that shares memory" exec-clone-vm /opt/allowed
for kind in files user pid set-tid; do
	refuses "clone3, $kind" exec exec.default clone $kind : exec /opt/other
done
refuses "a brother of the child that makes it" exec exec.default clone-parent : exec /opt/other
refuses "clone3 into another cgroup" exec exec.default \
	mkdir /sys/fs/cgroup/beside : clone-into /sys/fs/cgroup/beside : exec /opt/other
refuses -s "execve by the i386 table" exec exec.default exec32 /opt/other
refuses -s "execveat by the i386 table" exec exec.default execveat32 /opt/other
permits -s "execve by the i386 table" exec32 /opt/allowed
refuses -s "AT_EXECVE_CHECK" exec exec.default exec-check /opt/other
permits -s "AT_EXECVE_CHECK" exec-check /opt/allowed
refuses "a mapping's link of /proc" exec exec.default exec-mapped /opt/other
refuses "by another process's root" exec exec.default exec /proc/1/root/opt/other
permits "by another process's root" exec /proc/1/root/opt/allowed
refuses "from an executable that another calls itself" exec 'exec.allow[8]' be-called /opt/launcher : exec /opt/by
refuses "a relative path" exec exec.default chdir /opt : exec ./other
refuses "dots in a path" exec exec.default exec /opt/app/bin/../../other

refuses "a bind mount of it onto an allowed path" exec exec.default \
	unshare mount : bind /opt/other /opt/allowed : exec /opt/allowed
permits "a bind mount of what is allowed" unshare mount : bind /opt/allowed /opt/other : exec /opt/other
refuses "a bind mount of its folder" exec exec.default unshare mount : bind /opt /opt/app/bin : exec /opt/app/bin/other
refuses "a detached mount" exec exec.default exec-tree /opt/other
refuses "chroot" exec exec.default chroot /opt/jail : exec /opt/allowed
refuses "chroot after a bind mount" exec exec.default \
	unshare mount : bind /opt /opt/jail/opt : chroot /opt/jail : exec /opt/other
refuses "pivot_root" exec exec.default unshare mount : pivot /opt/jail : exec /opt/allowed
refuses "an overlay made inside" exec exec.default unshare mount : tmpfs /mnt : mkdir /mnt/upper : mkdir /mnt/work : \
	mount overlay /opt/app/bin lowerdir=/opt,upperdir=/mnt/upper,workdir=/mnt/work : exec /opt/app/bin/other
permits "a hard link is a name of its own, without drift" link /opt/other /opt/app/bin/hard : exec /opt/app/bin/hard
permits "a rename is another name, without drift" \
	copy /opt/other /opt/renamed : rename /opt/renamed /opt/app/bin/renamed : exec /opt/app/bin/renamed
refuses "a new file system on an allowed path" exec exec.default \
	unshare mount : tmpfs /opt/app/bin : copy /opt/other /opt/app/bin/new : exec /opt/app/bin/new
refuses "a user namespace" exec exec.default unshare user : exec /opt/other
refuses "a pid namespace" exec exec.default unshare pid : fork : exec /opt/other
refuses "mount, user and network namespaces" exec exec.default \
	unshare user : unshare mount : unshare net : exec /opt/other
permits "a user namespace" unshare user : exec /opt/allowed
for kind in user mount pid net; do
	refuses "setns, $kind" exec exec.default setns-child $kind : fork : exec /opt/other
done
refuses "another cgroup" exec exec.default \
	mkdir /sys/fs/cgroup/inner : cgroup /sys/fs/cgroup/inner : exec /opt/other

refuses "a memfd" exec exec.default exec-memfd /opt/other
refuses "O_TMPFILE" exec exec.default exec-tmpfile /dev/shm /opt/other
refuses "a deleted file" exec exec.default copy /opt/other /opt/app/bin/gone : exec-deleted /opt/app/bin/gone
refuses "a path deeper than can be named" exec exec.default chdir /opt/tree : deep 70 : copy /opt/other p : exec ./p
refuses "a path longer than can be named" exec exec.default chdir /opt/tree : long 6 : copy /opt/other p : exec ./p
permits "a path just short of that" chdir /opt/tree : long 4 : copy /opt/other p : exec ./p

# binfmt_misc: registered inside, by who may mount it.
binfmt="unshare mount : mount binfmt_misc /mnt -"
# shellcheck disable=SC2086 # a chain
for flags in "" F C; do
	refuses -s "binfmt_misc, flags '$flags', its interpreter" exec exec.default write /opt/tree/misc '#E2EMISC' : \
		$binfmt : write /mnt/register ":e2e:M::#E2EMISC::/usr/bin/true:$flags" : exec /opt/tree/misc
	permits -s "binfmt_misc, flags '$flags', an interpreter that is allowed" write /opt/tree/misc '#E2EMISC' : \
		$binfmt : write /mnt/register ":e2e:M::#E2EMISC::/usr/bin/bash:$flags" : exec /opt/tree/misc
done
end_session

session exec-beside e2e-exec --host-pid || return
refuses -u "another container's file of an allowed name" exec exec.default \
	setns "$(init_of free)" mount : exec /opt/allowed
refuses -u "a file of the host" exec exec.default exec /proc/1/root/usr/bin/bash
end_session

profile e2e-exec-deny '{"version":1, "name":"e2e-exec-deny", "exec":{"deny":["/opt/denied", "/opt/tree/**"]}}'

session exec-deny e2e-exec-deny || return
permits "by default" exec /opt/other
permits "a script by default" exec /opt/script.sh
refuses "deny" exec 'exec.deny[0]' exec /opt/denied
refuses "deny of a subtree" exec 'exec.deny[1]' exec /opt/tree/a/b/three
refuses "deny, through a bind mount" exec 'exec.deny[0]' \
	unshare mount : bind /opt/denied /opt/other : exec /opt/other
refuses "what cannot be named" exec exec.default exec-memfd /opt/other
refuses -a -w "exit 1" "deny from a shell" exec 'exec.deny[0]' sh '/opt/denied || exit 1'
end_session

profile e2e-exec-kill '{"version":1, "name":"e2e-exec-kill",
	"exec":{"default":"deny", "action":"kill", "allow":["/acts/acts", "/opt/allowed"]}}'

session exec-kill e2e-exec-kill || return
permits "what is allowed" exec /opt/allowed
kills "action kill" exec exec.default exec /opt/other
kills "action kill, of a thread" exec exec.default exec-thread /opt/other
end_session

profile e2e-exec-init '{"version":1, "name":"e2e-exec-init",
	"exec":{"default":"deny", "allow":["/opt/allowed"]}}'
if start exec-init --profile e2e-exec-init; then
	not_ok "the entrypoint is judged, too" "it runs"
	stop exec-init
else
	ok "the entrypoint is judged, too"
fi
