#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs oci-shield, built by make, and tells container runtimes of its hook:
#
#   ./install.sh [OPTION...]
#
#   --prefix P       below P (default /usr)
#   --destdir D      into the tree D, to make a package
#   --runtime R      podman, crio or none; may be repeated (default: those found)
#   --uninstall      the other way round
#   --dry-run        only say what would be done
#
# Order matters: a runtime that finds a hook's JSON without its program runs
# containers unprotected and says nothing. So the programs come first and go
# last, and each file appears whole, by a rename.
set -eu

prefix=/usr destdir='' runtimes='' uninstall=no dry_run=no
source=$(dirname "$(realpath "$0")")

# podman and CRI-O read the same folder, whatever the prefix.
readonly hooks=/usr/share/containers/oci/hooks.d
readonly programs='oci-shield shieldd-webhook shieldd shieldctl'
readonly hook_files='oci-shield-create.json oci-shield-poststop.json'
readonly bpffs=/sys/fs/bpf/oci-shield

usage() {
	sed -n '/^# Installs/,/^# last/s/^# \{0,1\}//p' "$0"
	exit "$1"
}

fail() {
	echo "install.sh: $*" >&2
	exit 1
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
		--dry-run) dry_run=yes ;;
		--help) usage 0 ;;
		*) usage 2 >&2 ;;
		esac
		shift
	done
}

# Runs a command, or says what it would be.
act() {
	if [ "$dry_run" = yes ]; then
		echo "$*"
	else
		"$@"
	fi
}

find_runtimes() {
	[ -z "$runtimes" ] || return 0
	for runtime in podman crio; do
		command -v $runtime >/dev/null && runtimes="$runtimes $runtime"
	done
	[ -n "$runtimes" ] || runtimes=none
}

check_runtimes() {
	for runtime in $runtimes; do
		case $runtime in
		podman | crio | none) ;;
		containerd) fail "containerd is not supported yet: its runtime handler comes with a later version" ;;
		*) fail "no runtime '$runtime': podman, crio or none" ;;
		esac
	done
}

# put MODE FILE TARGET: a running program's file cannot be written, but it can be replaced.
put() {
	act mkdir -p "$destdir$(dirname "$3")"
	if [ "$dry_run" = yes ]; then
		echo "install -m $1 $2 $destdir$3"
		return
	fi
	install -m "$1" "$2" "$destdir$3.new"
	mv -f "$destdir$3.new" "$destdir$3"
}

# put_filled FILE TARGET: with @BINDIR@ filled in.
put_filled() {
	filled=$(mktemp)
	sed "s|@BINDIR@|$prefix/bin|" "$1" >"$filled"
	put 644 "$filled" "$2"
	rm -f "$filled"
}

install_files() {
	for program in $programs; do
		[ -x "$source/build/$program" ] || fail "build/$program is not built: run make"
	done
	for program in $programs; do
		put 755 "$source/build/$program" "$prefix/bin/$program"
	done
	for profile in "$source"/profiles/*.json; do
		put 644 "$profile" "$prefix/share/oci-shield/profiles/$(basename "$profile")"
	done
	for page in "$source"/docs/man/*.8; do
		put 644 "$page" "$prefix/share/man/man8/$(basename "$page")"
	done
	put 644 "$source/runtime-config/bash-completion/shieldctl" "$prefix/share/bash-completion/completions/shieldctl"
	put_filled "$source/runtime-config/systemd/shieldd.service" "$prefix/lib/systemd/system/shieldd.service"
	put 644 "$source/runtime-config/systemd/oci-shield.conf" "$prefix/lib/sysusers.d/oci-shield.conf"
	act mkdir -p "$destdir/etc/oci-shield/profiles.d"
	[ -e "$destdir/etc/oci-shield/shieldd.json" ] ||
		put 644 "$source/runtime-config/shieldd.json" /etc/oci-shield/shieldd.json
}

# The user that shieldd reads events as. A package has its own way; without systemd it is nobody.
create_user() {
	[ -z "$destdir" ] && command -v systemd-sysusers >/dev/null || return 0
	act systemd-sysusers "$prefix/lib/sysusers.d/oci-shield.conf"
}

install_hooks() {
	for runtime in $runtimes; do
		[ "$runtime" != none ] || continue
		for file in $hook_files; do
			put_filled "$source/runtime-config/podman/$file" "$hooks/$file"
		done
		return
	done
}

uninstall_files() {
	for file in $hook_files; do
		act rm -f "$destdir$hooks/$file"
	done
	if [ -z "$destdir" ] && [ -d /run/systemd/system ]; then
		act systemctl disable --now --quiet shieldd.service 2>/dev/null || true
	fi
	if [ -z "$destdir" ] && [ -x "$prefix/bin/shieldctl" ] && [ -d $bpffs ]; then
		act "$prefix/bin/shieldctl" engine unload ||
			echo "install.sh: the engine stays loaded until the containers above end" >&2
	fi
	act rm -f "$destdir$prefix/lib/systemd/system/shieldd.service" "$destdir$prefix/lib/sysusers.d/oci-shield.conf"
	for page in "$source"/docs/man/*.8; do
		act rm -f "$destdir$prefix/share/man/man8/$(basename "$page")"
	done
	act rm -f "$destdir$prefix/share/bash-completion/completions/shieldctl"
	act rm -rf "$destdir$prefix/share/oci-shield"
	for program in $programs; do
		act rm -f "$destdir$prefix/bin/$program"
	done
	! cmp -s "$source/runtime-config/shieldd.json" "$destdir/etc/oci-shield/shieldd.json" ||
		act rm -f "$destdir/etc/oci-shield/shieldd.json"
	act rmdir "$destdir/etc/oci-shield/profiles.d" "$destdir/etc/oci-shield" 2>/dev/null || true
	[ -n "$destdir" ] || act rm -rf /run/oci-shield /var/lib/oci-shield/config.json
}

parse_arguments "$@"
if [ "$uninstall" = yes ]; then
	uninstall_files
else
	find_runtimes
	check_runtimes
	install_files
	create_user
	install_hooks
fi
