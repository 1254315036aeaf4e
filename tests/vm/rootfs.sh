# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# Makes directory trees of Debian releases: the root file system of the
# machine, and those of the container images.

# bootstrap RELEASE DIR [OPTION...] PACKAGE... : the packages fetched are kept
# and shared with later builds of the release.
bootstrap() {
	local release=$1 dir=$2 mirror
	local debs=$cache_dir/debs/$release log=$cache_dir/$release.log
	local -a options=()

	shift 2
	while [[ $1 == --* ]]; do
		options+=("$1")
		shift
	done
	mkdir -p "$debs"
	mirror=$(find_mirror)
	mapfile -t -O ${#options[@]} options < <(apt_options)

	# shellcheck disable=SC2016 # $1 is for the hooks
	mmdebstrap --quiet --mode=root --variant=minbase --format=directory \
		--include="$(printf '%s\n' "$@" | paste --serial --delimiters=,)" \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--skip=download/empty --skip=essential/unlink \
		--setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
		--setup-hook="find '$debs' -name '*.deb' -exec cp -t \"\$1/var/cache/apt/archives\" {} +" \
		--customize-hook="find \"\$1/var/cache/apt/archives\" -name '*.deb' -exec cp -n -t '$debs' {} +" \
		"${options[@]}" \
		"$release" "$dir" "$mirror" >"$log" 2>&1 || {
		tail --lines 30 "$log" >&2
		die_unavailable "mmdebstrap failed (the whole of it: $log)"
	}
}

# A container image of nothing but busybox, laid out like a merged-/usr system.
make_busybox_image() {
	local busybox=$1 dir=$2 applet

	mkdir -p "$dir"/{dev,etc,proc,root,sys,tmp,run,usr/bin,usr/lib,var}
	chmod 1777 "$dir/tmp"
	ln -s usr/bin "$dir/bin"
	ln -s usr/bin "$dir/sbin"
	ln -s usr/lib "$dir/lib"
	ln -s bin "$dir/usr/sbin"
	install "$busybox" "$dir/usr/bin/busybox"
	for applet in $("$busybox" --list); do
		[[ $applet == busybox ]] || ln -s busybox "$dir/usr/bin/$applet"
	done
	cat >"$dir/etc/passwd" <<-'PASSWD'
		root:x:0:0:root:/root:/bin/sh
		www-data:x:33:33:www-data:/var/www:/bin/sh
		nobody:x:65534:65534:nobody:/:/bin/sh
	PASSWD
	cat >"$dir/etc/group" <<-'GROUP'
		root:x:0:
		www-data:x:33:
		nogroup:x:65534:
	GROUP
}

# Every unit that Debian starts unasked costs seconds of an emulated boot.
# Units stay installed and start when something asks for them.
keep_only_units() {
	local root=$1 list=$2 link

	while read -r link; do
		grep --quiet --line-regexp --fixed-strings "${link##*/}" "$list" || rm "$link"
	done < <(find "$root/etc/systemd/system" "$root/usr/lib/systemd/system" \
		-path '*.wants/*' -type l)
}

# Generators look for configuration that this machine does not have.
drop_generators() {
	local root=$1

	rm -f "$root"/usr/lib/systemd/system-generators/* \
		"$root"/usr/lib/systemd/system-environment-generators/*
}

configure_machine() {
	local root=$1

	echo shield >"$root/etc/hostname"
	echo '127.0.0.1 localhost shield' >"$root/etc/hosts"
	: >"$root/etc/fstab"
	rm -f "$root/etc/resolv.conf"
	echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
	mkdir -p "$root/share" "$root/etc/systemd/journald.conf.d"
	printf '[Journal]\nStorage=volatile\n' >"$root/etc/systemd/journald.conf.d/vm.conf"
	# For what rootless podman does.
	chroot "$root" useradd --create-home --shell /bin/bash dev
	# Where runtimes find it they load a profile for each container, which takes them seconds: for the case that wants it.
	mv "$root/usr/sbin/apparmor_parser" "$root/opt/apparmor_parser" 2>/dev/null ||
		mv "$root/sbin/apparmor_parser" "$root/opt/apparmor_parser"

	keep_only_units "$root" "$vm_dir/guest/units"
	drop_generators "$root"
	install --mode=0644 -t "$root/etc/systemd/system" "$vm_dir/guest/vm.service"
	mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
	ln -s ../vm.service "$root/etc/systemd/system/multi-user.target.wants/vm.service"
	ln -sf /usr/lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
}

# Statically linked, so that it runs here, in an initramfs and in an image.
find_busybox() {
	realpath "$1/bin/busybox"
}
