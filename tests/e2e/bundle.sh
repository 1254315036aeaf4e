# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Bundles for a plain runtime: an overlay of the debian image, a layer of the suite's own files, and a config.json.
# The variables of options are the caller's: bundle() sets them for start() and others.

readonly layer=$work/layer
readonly image=/opt/images/debian

readonly all_capabilities='"CAP_CHOWN","CAP_DAC_OVERRIDE","CAP_DAC_READ_SEARCH","CAP_FOWNER","CAP_FSETID","CAP_KILL",
"CAP_SETGID","CAP_SETUID","CAP_SETPCAP","CAP_LINUX_IMMUTABLE","CAP_NET_BIND_SERVICE","CAP_NET_BROADCAST",
"CAP_NET_ADMIN","CAP_NET_RAW","CAP_IPC_LOCK","CAP_IPC_OWNER","CAP_SYS_MODULE","CAP_SYS_RAWIO","CAP_SYS_CHROOT",
"CAP_SYS_PTRACE","CAP_SYS_PACCT","CAP_SYS_ADMIN","CAP_SYS_BOOT","CAP_SYS_NICE","CAP_SYS_RESOURCE","CAP_SYS_TIME",
"CAP_SYS_TTY_CONFIG","CAP_MKNOD","CAP_LEASE","CAP_AUDIT_WRITE","CAP_AUDIT_CONTROL","CAP_SETFCAP","CAP_SYSLOG"'

# The suite's own part of the image.
make_layer() {
	local name

	mkdir -p "$layer"/{acts,opt/app/bin/deep,opt/tree/a/b,opt/jail/opt,usr/bin,opt/drift,opt/layer}
	for name in acts/acts opt/allowed opt/other opt/denied opt/launcher opt/by opt/app/bin/one opt/app/bin/deep/two \
		opt/tree/a/b/three opt/tree/four opt/tree/denied opt/jail/opt/allowed usr/bin/debugger \
		opt/suid opt/sgid opt/fcaps opt/drift/{renamed,linked,changed,modes,moved,bound} \
		opt/layer/{renamed,linked,changed,modes,moved}; do
		cp "$acts" "$layer/$name"
	done
	[[ ! -e ${acts%/*}/call32 ]] || cp "${acts%/*}/call32" "$layer/opt/call32"
	chmod 4755 "$layer/opt/suid"
	chmod 2755 "$layer/opt/sgid"
	setcap cap_net_raw+ep "$layer/opt/fcaps"
	script "$layer/opt/script.sh" '#!/bin/sh' 'exit 0'
	script "$layer/opt/script-b.sh" '#!/bin/sh' 'exit 0'
	script "$layer/opt/nested.sh" '#!/opt/script.sh'
	script "$layer/opt/by-launcher.sh" '#!/opt/launcher pass :'
	cp "$image"/usr/bin/true "$layer/opt/dynamic"
	cp "$image"/usr/bin/true "$layer/opt/dynamic-denied"
	cp "$image"/lib/*-linux-gnu/libz.so.1 "$layer/opt/library.so"
}

script() {
	local file=$1

	shift
	printf '%s\n' "$@" >"$file"
	chmod 755 "$file"
}

# Options of a bundle, as variables of its caller.
reset_options() {
	annotations=() mounts=() command=(/acts/acts serve) launcher=() hooks=both hook_path=$hook
	lower=$layer:$image network_namespace='' seccomp='' apparmor='' capabilities=$all_capabilities
	pid_namespace='{"type":"pid"},' cgroup='' user_namespace='' root='' readonly_root=false preserve_fds=0 uid=0
}

#   --profile NAME, --annotation KEY VALUE
#   --hooks both|create|none	which hooks; without an annotation there are none
#   --hook PATH			another program in place of the hook
#   --host-pid, --pid-of NAME	the host's pid namespace, or a container's
#   --user-namespace		its ids are others on the host
#   --mount JSON		one more
#   --lower DIRS		what the overlay is of, instead of the suite's layer and the debian image
#   --root DIR			another root directory than the overlay; --read-only
#   --network-namespace NAME	of ip-netns(8), in place of the host's
#   --capabilities LIST		instead of all
#   --seccomp JSON
#   --apparmor NAME		the profile of AppArmor
#   --cgroup PATH		another cgroup
#   --preserve-fds N
#   --launcher COMMAND		what runs the runtime
#   -- COMMAND...		in place of waiting for acts
parse_options() {
	while (($#)); do
		case $1 in
		--profile) annotations+=("\"oci-shield/profile\":\"$2\"") ;;
		--annotation)
			annotations+=("\"$2\":\"$3\"")
			shift
			;;
		--hooks) hooks=$2 ;;
		--hook) hook_path=$2 ;;
		--pid-of) pid_namespace="{\"type\":\"pid\",\"path\":\"/proc/$(init_of "$2")/ns/pid\"}," ;;
		--mount) mounts+=("$2") ;;
		--lower) lower=$2 ;;
		--root) root=$2 ;;
		--network-namespace) network_namespace="{\"type\":\"network\",\"path\":\"/run/netns/$2\"}," ;;
		--capabilities) capabilities=$2 ;;
		--seccomp) seccomp="\"seccomp\":$2," ;;
		--apparmor) apparmor="\"apparmorProfile\":\"$2\"," ;;
		--cgroup) cgroup=$2 ;;
		--uid) uid=$2 ;;
		--preserve-fds) preserve_fds=$2 ;;
		--launcher) read -ra launcher <<<"$2" ;;
		--host-pid | --read-only | --user-namespace)
			case $1 in
			--host-pid) pid_namespace='' ;;
			--read-only) readonly_root=true ;;
			--user-namespace) user_namespace=yes ;;
			esac
			shift
			continue
			;;
		--)
			shift
			command=("$@")
			return
			;;
		*)
			echo "tests/e2e: no such option: $1" >&2
			return 1
			;;
		esac
		shift 2
	done
}

# bundle NAME [OPTION...]: makes its folder. What the hook says is in $work/hook.log, or, with runc, in its error.
bundle() {
	local dir

	dir=$(dir_of "$1")
	reset_options
	parse_options "${@:2}" || return
	rm -rf "$dir" "$work/hook.log"
	mkdir -p "$dir"/{rootfs,upper,work}
	if [[ -z $root ]]; then
		root=$dir/rootfs
		mount -t overlay overlay -o "lowerdir=$lower,upperdir=$dir/upper,workdir=$dir/work" "$root" || return
	fi
	config "$(id_of "$1")" >"$dir/config.json"
}

drop_bundle() {
	umount --quiet --lazy "$(dir_of "$1")/rootfs"
}

# What separates list elements in JSON.
joined() {
	local IFS=,

	echo "$*"
}

quoted() {
	local word
	local -a words=()

	for word; do
		words+=("\"$word\"")
	done
	joined "${words[@]}"
}

stage() {
	echo "\"$1\":[{\"path\":\"$hook_path\",\"args\":[\"oci-shield\",\"$1\"]}]"
}

hooks_of() {
	((${#annotations[@]})) || return
	case $hooks in
	both) joined "$(stage createRuntime)" "$(stage poststop)" ;;
	create) stage createRuntime ;;
	esac
}

readonly user_type='{"type":"user"},'

id_mappings() {
	local mapping='[{"containerID":0,"hostID":100000,"size":65536}]'

	echo "\"uidMappings\":$mapping,\"gidMappings\":$mapping,"
}

# What a user namespace that does not own the network may not mount. To a cgroup mount without options crun 1.28 gives
# some of its own that cgroup v2 refuses.
system_mounts() {
	[[ -n $user_namespace ]] || echo ',{"destination":"/sys","type":"sysfs","source":"sysfs"},
		{"destination":"/sys/fs/cgroup","type":"cgroup","source":"cgroup",
		"options":["nosuid","noexec","nodev"]}'
}

config() {
	cat <<-JSON
		{"ociVersion":"1.0.2",
		"process":{"terminal":false,"user":{"uid":$uid,"gid":$uid},"args":[$(quoted "${command[@]}")],"cwd":"/",
		"env":["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],"noNewPrivileges":false,$apparmor"capabilities":{
		"bounding":[$capabilities],"effective":[$capabilities],"permitted":[$capabilities]}},
		"root":{"path":"$root","readonly":$readonly_root},
		"annotations":{$(joined "\"run.oci.hooks.stderr\":\"$work/hook.log\"" "${annotations[@]}")},
		"hooks":{$(hooks_of)},
		"mounts":[{"destination":"/proc","type":"proc","source":"proc"},
		{"destination":"/dev","type":"tmpfs","source":"tmpfs","options":["nosuid","mode=755"]},
		{"destination":"/dev/pts","type":"devpts","source":"devpts","options":["newinstance","ptmxmode=0666"]},
		{"destination":"/dev/shm","type":"tmpfs","source":"shm","options":["nosuid","nodev","mode=1777"]}
		$(system_mounts)${mounts[*]+,$(joined "${mounts[@]}")}],
		"linux":{$seccomp$([[ -z $user_namespace ]] || id_mappings)"cgroupsPath":"${cgroup:-/e2e/$1}","resources":{},
		"namespaces":[$pid_namespace$network_namespace${user_namespace:+$user_type}{"type":"mount"},{"type":"ipc"},{"type":"uts"},{"type":"cgroup"}]}}
	JSON
}
