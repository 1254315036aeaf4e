#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs oci-shield, built by make, and tells container runtimes of its hook:
#
#   ./install.sh [OPTION...]
#
#   --prefix P            below P (default /usr), for which it is built: make PREFIX=P
#   --destdir D           into the tree D, to make a package: no runtime is told of it
#   --runtime R           podman, crio, containerd or none; may be repeated (default: those found)
#   --default-handler     containerd: its handler is the one of pods that name none
#   --no-default-handler  containerd: no longer
#   --restart             restart a runtime that reads its configuration only when it starts
#   --uninstall           the other way round; with --runtime, only that one no longer calls the hook
#   --dry-run             only say what would be done
#
# Order matters: a runtime that finds a hook's JSON without its program runs
# containers unprotected and says nothing. So the programs come first and go
# last, and each file appears whole, by a rename. What was interrupted is
# mended by the same command again.
set -eu

prefix=/usr destdir='' runtimes='' uninstall=no dry_run=no options=''
source=$(dirname "$(realpath "$0")")

readonly programs='oci-shield shieldd-webhook shieldd shieldctl'
readonly all_runtimes='podman crio containerd'
readonly bpffs=/sys/fs/bpf/oci-shield

# shellcheck source=runtime-config/lib.sh
. "$source/runtime-config/lib.sh"

usage() {
	sed -n '/^# Installs/,/^# mended/s/^# \{0,1\}//p' "$0"
	exit "$1"
}

parse_arguments() {
	while [ $# -gt 0 ]; do
		case $1 in
		--prefix | --destdir | --runtime)
			[ $# -gt 1 ] || usage 2 >&2
			case $1 in
			--prefix) prefix=$2 ;;
			--destdir) destdir=$2 ;;
			--runtime) runtimes="$runtimes $2" ;;
			esac
			shift
			;;
		--uninstall) uninstall=yes ;;
		--dry-run) dry_run=yes options="$options $1" ;;
		--default-handler | --no-default-handler | --restart) options="$options $1" ;;
		--help) usage 0 ;;
		*) usage 2 >&2 ;;
		esac
		shift
	done
	[ -z "$destdir" ] || destdir=$(realpath -m "$destdir")
	case $prefix in
	/*) prefix=${prefix%/} ;;
	*) fail "--prefix $prefix: not an absolute path" ;;
	esac
}

# The runtimes that this tree knows to configure.
configurable() {
	for runtime in $all_runtimes; do
		[ ! -x "$source/runtime-config/$runtime/configure" ] || echo "$runtime"
	done
}

# found RUNTIME: is there one that pods or people use? Docker brings a containerd without CRI, which has no handlers.
found() {
	command -v "$1" >/dev/null || return 1
	[ "$1" = containerd ] && containerd config dump 2>/dev/null | grep -q "^ *disabled_plugins = .*[\"'.]cri[\"']" || return 0
	echo "install.sh: containerd is left alone: its CRI plugin is among disabled_plugins, as Docker has it" >&2
	return 1
}

# Those that are to be told of the hook, without "none".
choose_runtimes() {
	if [ -n "$destdir" ]; then
		case ${runtimes# } in
		'' | none) runtimes='' ;;
		*) fail "--destdir: runtimes are told where the package is installed, by" \
			"$prefix/share/oci-shield/runtime-config/configure" ;;
		esac
	elif [ -z "$runtimes" ]; then
		for runtime in $(configurable); do
			! found "$runtime" || runtimes="$runtimes $runtime"
		done
	fi
	chosen=''
	for runtime in $runtimes; do
		case " $all_runtimes none " in
		*" $runtime "*) [ "$runtime" = none ] || chosen="$chosen $runtime" ;;
		*) fail "no runtime '$runtime': one of $all_runtimes or none" ;;
		esac
	done
	runtimes=$chosen
}

# put_tree TREE TARGET: a file, or all that are below a folder
put_tree() {
	find "$source/$1" -type f | sort >"$scratch/tree"
	while read -r file; do
		mode=644
		[ ! -x "$file" ] || mode=755
		put $mode "$file" "$2${file#"$source/$1"}"
	done <"$scratch/tree"
}

install_programs() {
	for program in $programs; do
		[ -x "$source/build/$program" ] || fail "build/$program is not built: run make"
	done
	before=$changes
	for program in $programs; do
		put 755 "$source/build/$program" "$prefix/bin/$program"
	done
	[ $changes = $before ] || new_programs=yes
}

install_files() {
	for profile in "$source"/profiles/*.json; do
		put 644 "$profile" "$prefix/share/oci-shield/profiles/$(basename "$profile")"
	done
	for page in "$source"/docs/man/*.8; do
		put 644 "$page" "$prefix/share/man/man8/$(basename "$page")"
	done
	for part in configure lib.sh hooks.sh hooks selinux $all_runtimes; do
		[ ! -e "$source/runtime-config/$part" ] ||
			put_tree "runtime-config/$part" "$prefix/share/oci-shield/runtime-config/$part"
	done
	put 644 "$source/runtime-config/bash-completion/shieldctl" "$prefix/share/bash-completion/completions/shieldctl"
	put 644 "$source/runtime-config/systemd/oci-shield.conf" "$prefix/lib/sysusers.d/oci-shield.conf"
	make_folder "$destdir/etc/oci-shield/profiles.d"
	[ -e "$destdir/etc/oci-shield/shieldd.json" ] ||
		put_text 644 "$source/runtime-config/shieldd.json" /etc/oci-shield/shieldd.json
}

install_unit() {
	before=$changes
	sed "s|@BINDIR@|$prefix/bin|" "$source/runtime-config/systemd/shieldd.service" >"$scratch/unit"
	put_text 644 "$scratch/unit" "$prefix/lib/systemd/system/shieldd.service"
	[ $changes = $before ] || new_unit=yes
}

# The user that shieldd reads events as. A package has its own way; without systemd it is nobody.
create_user() {
	[ -z "$destdir" ] && command -v systemd-sysusers >/dev/null || return 0
	getent passwd oci-shield >/dev/null ||
		! change "create the user oci-shield" ||
		systemd-sysusers "$prefix/lib/sysusers.d/oci-shield.conf"
}

# A shieldd that runs reads the engine of its own build.
restart_shieldd() {
	[ -z "$destdir" ] && [ -d /run/systemd/system ] || return 0
	[ $new_unit = no ] || [ "$dry_run" = yes ] || systemctl daemon-reload
	[ $new_programs = yes ] && systemctl --quiet is-active shieldd.service || return 0
	! change "restart shieldd" || systemctl restart shieldd.service
}

# configure WORD...: by the installed scripts, which stay when this tree goes
configure() {
	configure=$prefix/share/oci-shield/runtime-config/configure
	[ "$dry_run" = no ] && [ -x "$configure" ] || configure=$source/runtime-config/configure
	# shellcheck disable=SC2086 # words
	OCI_SHIELD_HOOK=$prefix/bin/oci-shield "$configure" $options "$@"
}

# The hook is called when containers end: as long as one is under enforcement, it is needed.
unload() {
	[ -z "$destdir" ] && [ -x "$prefix/bin/shieldctl" ] && [ -d $bpffs ] || return 0
	change "unload the engine" || return 0
	"$prefix/bin/shieldctl" engine unload
}

stop_shieldd() {
	[ -z "$destdir" ] && [ -d /run/systemd/system ] || return 0
	systemctl --quiet is-enabled shieldd.service 2>/dev/null || systemctl --quiet is-active shieldd.service || return 0
	change "stop shieldd" || return 0
	systemctl disable --now --quiet shieldd.service
}

uninstall_files() {
	drop "$prefix/lib/systemd/system/shieldd.service"
	drop "$prefix/lib/sysusers.d/oci-shield.conf"
	for page in "$source"/docs/man/*.8; do
		drop "$prefix/share/man/man8/$(basename "$page")"
	done
	drop "$prefix/share/bash-completion/completions/shieldctl"
	! cmp -s "$source/runtime-config/shieldd.json" "$destdir/etc/oci-shield/shieldd.json" ||
		drop /etc/oci-shield/shieldd.json
	[ -n "$destdir" ] || drop_folders /etc/oci-shield/profiles.d
	[ -n "$destdir" ] || drop /var/lib/oci-shield/config.json
}

uninstall_programs() {
	for program in $programs; do
		case $needed$program in
		yesoci-shield | yesshieldctl) ;;
		*) drop "$prefix/bin/$program" ;;
		esac
	done
}

# take_back RUNTIME...: none calls the hook any more. Returns 3 when one does until it is restarted.
take_back() {
	status=0
	configure --uninstall "$@" || status=$?
	case $status in
	0 | 3) return $status ;;
	*) exit $status ;;
	esac
}

uninstall_all() {
	needed=no
	# shellcheck disable=SC2046 # words
	[ -n "$destdir" ] || take_back $(configurable) ||
		fail "nothing else goes before that: restart it, or say --restart, and uninstall again"
	stop_shieldd
	unload || needed=yes
	uninstall_files
	[ $needed = yes ] || [ -n "$destdir" ] || [ ! -e /run/oci-shield ] || drop /run/oci-shield
	drop "$prefix/share/oci-shield"
	uninstall_programs
	[ $needed = no ] ||
		echo "install.sh: oci-shield and shieldctl stay as long as that is so: uninstall again then" >&2
	if [ -z "$destdir" ] && [ "$dry_run" = no ]; then
		[ -s "$state/folders" ] || rm -f "$state/folders"
		rmdir "$state" 2>/dev/null || true
	fi
}

new_programs=no new_unit=no
parse_arguments "$@"
if [ "$uninstall" = yes ] && [ -n "$runtimes" ]; then
	choose_runtimes
	# shellcheck disable=SC2086 # words
	[ -z "$runtimes" ] || take_back $runtimes || true
elif [ "$uninstall" = yes ]; then
	uninstall_all
else
	choose_runtimes
	install_programs
	install_files
	install_unit
	create_user
	restart_shieldd
	# shellcheck disable=SC2086 # words
	[ -z "$runtimes" ] || configure $runtimes
fi
say_changes install.sh
