# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# shellcheck disable=SC2154 # $here and what tests/vm sets
#
# The two trees of Debian packages that tests/arm64/run works with: a toolchain for this machine, and the root file
# system of an arm64 machine. See tests/vm for the functions that it takes.

# tree NAME RELEASE VARIANT ARCHITECTURES: makes it from NAME-packages, unless the cache has it; its folder is in $tree
tree() {
	local name=$1 list=$here/$1-packages mirror
	local -a options

	tree=$cache_dir/arm64-$name-$(cat "$list" "$here/trees.sh" "$here/init" | sha256sum | cut --characters=1-12)
	[[ ! -d $tree ]] || return 0
	say "arm64: making the $name"
	rm -rf --one-file-system "$cache_dir/arm64-$name-"*
	mkdir -p "$cache_dir"
	mirror=$(find_mirror)
	mapfile -t options < <(apt_options)
	mmdebstrap --quiet --mode=root --variant="$3" --architectures="$4" --format=directory "${options[@]}" \
		--include="$(package_list "$list" | paste --serial --delimiters=,)" \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' "$2" "$tree.new" "$mirror" >"$tree.log" 2>&1 || {
		tail --lines 30 "$tree.log" >&2
		die_unavailable "mmdebstrap failed (the whole of it: $tree.log)"
	}
	[[ $name != machine ]] || complete_machine "$tree.new"
	mv "$tree.new" "$tree"
}

# What the packages' own scripts would have made, the image of the suite's containers, and the way into all that.
complete_machine() {
	local root=$1 version part

	version=$(ls "$root/usr/lib/modules")
	depmod --basedir "$root" "$version"
	make_initramfs "$root" "$version" "$root/boot/initramfs"
	mv "$root/boot/vmlinuz-$version" "$root/boot/vmlinuz"
	ln -s /run "$root/var/run"
	make_users "$root"
	ln -s gawk "$root/usr/bin/awk"
	ln -s nc.openbsd "$root/usr/bin/nc"
	mkdir -p "$root"/opt/images/debian/{dev,mnt,opt,proc,run,srv,sys}
	for part in bin etc lib root sbin tmp usr var; do
		cp --archive --link "$root/$part" "$root/opt/images/debian/"
	done
	rm -r "$root/opt/images/debian/usr/lib/modules"
	install "$here/init" "$root/usr/sbin/init"
}

make_users() {
	cat >"$1/etc/passwd" <<-'PASSWD'
		root:x:0:0:root:/root:/bin/bash
		www-data:x:33:33:www-data:/var/www:/bin/sh
		nobody:x:65534:65534:nobody:/:/bin/sh
	PASSWD
	cat >"$1/etc/group" <<-'GROUP'
		root:x:0:
		www-data:x:33:
		nogroup:x:65534:
	GROUP
}
