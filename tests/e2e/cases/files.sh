# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# files: what is neither opened nor changed, what is not changed, and the names of both, on every road.
# Once: the verdicts are the kernel's.

profile e2e-files '{"version":1, "name":"e2e-files", "files":{
	"deny":["/opt/files/secret", "/opt/files/hidden/**", "/opt/files/*.key", "/scratch/secret", "/opt/by"],
	"read_only":["/opt/files/fixed", "/opt/files/tree/**", "/volume/fixed", "/var/run/e2e/fixed",
		"/opt/files/absent/**", "/proc/sys/kernel/**", "/sys/kernel/rcu_expedited", "/scratch/upper/fixed",
		"/scratch/absent"]}}'

# lay ROOT: the files, as they are before each act
lay() {
	rm -rf "$1"/opt/{files,moved} "$1/volume/fixed" "$1/run/e2e"
	mkdir -p "$1"/opt/files/{hidden/deep,tree/{deep,empty},folder} "$1/run/e2e" "$1"/scratch/{upper,upper2,work}
	printf 'laid' | tee "$1"/opt/files/{secret,hidden/deep/file,one.key,fixed,tree/file,tree/deep/file,free,other} \
		"$1/volume/fixed" "$1/run/e2e/fixed" >/dev/null
	"$acts" set-attribute "$1/opt/files/fixed" : set-acl "$1/opt/files/fixed"
}

# protects [OPTION...] NAME RULE ACT...: refuses, on files that are all there; for what changes them where it succeeds
protects() {
	local option OPTIND=1
	local -a options=()

	while getopts aw:su option; do
		options+=("-$option")
		[[ $option != w ]] || options+=("$OPTARG")
	done
	shift "$((OPTIND - 1))"
	lay "$free_root"
	refuses "${options[@]}" "$1" files "$2" "${@:3}"
}

# What is there, and how it looks.
look() {
	(cd "$1" && find opt/files volume run/e2e -printf '%p %y %m %U %G\n' -type f -printf '%s %T@\n' | sort)
}

volumes() {
	mkdir -p "$work/$1"
	echo "{\"destination\":\"/volume\",\"type\":\"bind\",\"source\":\"$work/$1\",\"options\":[\"rbind\",\"rw\"]}"
}
scratch='{"destination":"/scratch","type":"tmpfs","source":"tmpfs","options":["mode=777"]}'

free=files-free
start files-free --mount "$(volumes volume-free)" --mount "$scratch" || return
session files e2e-files --mount "$(volumes volume)" --mount "$scratch" || return
free_root=/proc/$(init_of files-free)/root root=/proc/$(init_of files)/root
lay "$free_root"
lay "$root"
before=$(look "$root")

dir=/opt/files
deny='files.deny[0]' fixed='files.read_only[0]' tree='files.read_only[1]'

permits "reading what is read-only" open read $dir/fixed
permits "reading in a tree that is read-only" open read $dir/tree/deep/file
permits "copying what is read-only" copy $dir/fixed /tmp/copy
permits "a descriptor that opens nothing" open path $dir/secret
permits "writing beside it" write $dir/beside x : truncate $dir/beside : chmod $dir/beside : chown $dir/beside : \
	touch $dir/beside : set-attribute $dir/beside : set-acl $dir/beside
permits "names beside it" link $dir/beside $dir/beside2 : rename $dir/beside2 $dir/beside3 : \
	exchange $dir/beside $dir/beside3 : unlink $dir/beside3 : unlink $dir/beside
permits "folders beside it" mkdir $dir/folder/new : rename $dir/folder/new $dir/folder/old : \
	remove-folder $dir/folder/old
permits "links beside it" symlink $dir/secret $dir/link : unlink $dir/link
permits "what has no name" pass-around 0 : socketpair 1 : local-sockets : own-proc : open write /dev/null
permits "memory" plain-memfd
permits "a pipe and memory, reopened" reopen-nameless
permits -a "another mode of a pipe" sh 'true | { chmod 600 /dev/stdin; }'
permits "files of other patterns" open read $dir/free : write $dir/one.keys x : unlink $dir/one.keys
permits "a mount beside it" unshare mount : tmpfs $dir/folder : write $dir/folder/x x

for mode in read write truncate create; do
	refuses "deny: open to $mode" files "$deny" open $mode $dir/secret
done
for mode in write truncate create; do
	refuses "read-only: open to $mode" files "$fixed" open $mode $dir/fixed
done
refuses "deny: a subtree" files 'files.deny[1]' open read $dir/hidden/deep/file
refuses "deny: a pattern in a name" files 'files.deny[2]' open read $dir/one.key
protects "deny: a name that is not there yet" 'files.deny[2]' open create $dir/two.key
refuses "read-only: a subtree" files "$tree" open write $dir/tree/deep/file
protects "read-only: a new file in the subtree" "$tree" open create $dir/tree/new
refuses "read-only: in a volume" files 'files.read_only[2]' open write /volume/fixed
refuses "read-only: by a link of the image in the profile" files 'files.read_only[3]' open write /run/e2e/fixed
refuses "read-only: by that link" files 'files.read_only[3]' open write /var/run/e2e/fixed
refuses "openat2" files "$deny" open-how read $dir/secret
refuses "reopened by /proc" files "$deny" reopen read $dir/secret
refuses "reopened for writing" files "$fixed" reopen-read write $dir/fixed
refuses "by a handle" files 'files.read_only[2]' open-handle write /volume/fixed
refuses "by a handle, without a name" files files open-cold-handle write /volume/fixed
refuses "by another's root" files "$deny" open read /proc/1/root$dir/secret
refuses "executed" files 'files.deny[4]' exec /opt/by
refuses -s "open, the i386 table" files "$deny" open32 read $dir/secret
protects -s "unlink, the i386 table" "$fixed" unlink32 $dir/fixed
refuses -s "io_uring, open" files "$deny" uring-open read $dir/secret
protects -s -a "io_uring, unlink" "$fixed" uring-unlink $dir/fixed
protects -s -a "io_uring, rename" "$fixed" uring-rename $dir/fixed $dir/moved
protects -s -a "io_uring, link" "$fixed" uring-link $dir/fixed $dir/linked
protects -s -a "io_uring, mkdir" "$tree" uring-mkdir $dir/tree/new
refuses -s "accounting" files "$fixed" account $dir/fixed

protects "truncate" "$fixed" truncate $dir/fixed
refuses "chmod" files "$fixed" chmod $dir/fixed
refuses -s "fchmodat2" files "$fixed" chmod-at2 $dir/fixed
refuses "chown" files "$fixed" chown $dir/fixed
refuses "fchown" files "$fixed" chown-open $dir/fixed
refuses "times" files "$fixed" touch $dir/fixed
protects "an attribute" "$fixed" set-attribute $dir/fixed
protects "an attribute less" "$fixed" remove-attribute $dir/fixed
protects "an access list" "$fixed" set-acl $dir/fixed
protects "an access list less" "$fixed" remove-acl $dir/fixed

protects "unlink" "$fixed" unlink $dir/fixed
protects "rmdir" "$tree" remove-folder $dir/tree/empty
protects "mkdir" "$tree" mkdir $dir/tree/new
protects "a pipe" "$tree" pipe-at $dir/tree/new
protects "a device" "$tree" device-at $dir/tree/new
protects "a socket" "$tree" socket-file $dir/tree/new
protects "a link at its name" 'files.deny[2]' symlink $dir/free $dir/two.key
protects "a link at the name of a folder above" files symlink /tmp $dir/absent
protects "rename it" "$fixed" rename $dir/fixed $dir/free
protects "rename a file to its name" "$fixed" rename $dir/free $dir/fixed
protects "exchange it" "$fixed" exchange $dir/fixed $dir/free
protects "exchange with it" "$fixed" exchange $dir/free $dir/fixed
protects "rename a folder above" files rename $dir /opt/moved
protects "rename a folder to the name of one above" files rename $dir/folder $dir/absent
protects "a hard link of it" "$fixed" link $dir/fixed $dir/linked
protects "a hard link of what is denied" "$deny" link $dir/secret $dir/linked
protects "a hard link at its name" 'files.deny[2]' link $dir/free $dir/two.key
protects "a file without a name gets its name" 'files.read_only[8]' link-unnamed /scratch/absent

# Mounts.
refuses "bind over it" files "$fixed" unshare mount : bind /opt/allowed $dir/fixed
refuses "a detached mount over it" files "$fixed" mount-tree /opt/allowed $dir/fixed
refuses "tmpfs over a folder above" files files unshare mount : tmpfs $dir
refuses "tmpfs over a folder above, with the new calls" files files mount-new tmpfs $dir
refuses "bound elsewhere" files "$deny" unshare mount : bind $dir/secret /opt/other : open read /opt/other
refuses "its folder bound elsewhere" files "$fixed" unshare mount : bind $dir /mnt : open write /mnt/fixed
refuses "in a user namespace" files "$deny" unshare user : unshare mount : bind $dir /mnt : open read /mnt/secret
refuses "a detached mount" files "$fixed" open-tree write $dir fixed
refuses "chroot" files "$deny" chroot $dir : open read /secret
refuses "a relative path" files "$deny" chdir $dir : open read ./secret

# An overlay inside has files of its own; from 6.5 the kernel says which ones they stand for.
stacked=files stacked_fixed=files
if [[ $(printf '%s\n' 6.5 "$(uname -r)" | sort --version-sort | head -n 1) == 6.5 ]]; then
	stacked=$deny stacked_fixed='files.read_only[7]'
	permits "an overlay inside" unshare mount : mount overlay /mnt lowerdir=$dir:/opt/app : open read /mnt/free
fi
over=lowerdir=$dir,upperdir=/scratch/upper2,workdir=/scratch/work
refuses "an overlay inside" files "$stacked" unshare mount : mount overlay /mnt lowerdir=$dir:/opt/app : open read /mnt/secret
protects "an overlay inside, copied up" "$deny" unshare mount : mount overlay /mnt $over : append /mnt/secret
over=lowerdir=/opt/app,upperdir=/scratch/upper,workdir=/scratch/work
echo laid >"$free_root/scratch/upper/fixed"
echo laid >"$root/scratch/upper/fixed"
protects "an overlay with its folder on top" "$stacked_fixed" \
	unshare mount : mount overlay /mnt $over : append /mnt/fixed
protects "an overlay with its folder on top, unlink" 'files.read_only[7]' \
	unshare mount : mount overlay /mnt $over : unlink /mnt/fixed

# proc and sysfs, wherever.
permits "reading a sysctl" open read /proc/sys/kernel/core_pattern
permits "writing another" open write /proc/sys/vm/drop_caches
for kind in proc sysfs; do
	file=/proc/sys/kernel/core_pattern rule='files.read_only[5]'
	[[ $kind == proc ]] || file=/sys/kernel/rcu_expedited rule='files.read_only[6]'
	refuses "$kind" files "$rule" open write $file
	refuses "$kind, mounted again" files "$rule" unshare mount : mount $kind /mnt - : open write "/mnt/${file#/*/}"
	refuses "$kind, a part bound elsewhere" files "$rule" \
		unshare mount : bind "${file%/*}" /mnt : open write "/mnt/${file##*/}"
done

# What somebody outside has opened.
outside open-to 9 read "$root$dir/secret" : give e2e-files-secret 9
outside open-to 9 write "$root$dir/fixed" : give e2e-files-fixed 9
outside open-to 9 read "$root$dir/fixed" : give e2e-files-read 9
refuses -w EPERM "passed in" files "$deny" take e2e-files-secret 9
refuses -w EPERM "passed in, to be written" files "$fixed" take e2e-files-fixed 9
permits "passed in, to be read" take e2e-files-read 9
end_others

equal "nothing has changed" "$before" "$(look "$root")"
end_session
stop files-free
free=free

profile e2e-files-kill '{"version":1, "name":"e2e-files-kill", "files":{"read_only":["/opt/denied"], "action":"kill"}}'
session files-kill e2e-files-kill || return
permits "reading" open read /opt/denied
kills "writing" files 'files.read_only[0]' open write /opt/denied
end_session

profile e2e-files-audit '{"version":1, "name":"e2e-files-audit", "files":{"deny":["/opt/denied"], "action":"audit"}}'
session files-audit e2e-files-audit || return
audits "reading" files 'files.deny[0]' open read /opt/denied
audits "a name" files 'files.deny[0]' chmod /opt/denied
end_session

session files-mode e2e-files-kill --annotation oci-shield/mode audit || return
audits "writing, in audit mode" files 'files.read_only[0]' open write /opt/denied
end_session
