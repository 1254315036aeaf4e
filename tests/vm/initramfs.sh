# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# An initramfs of busybox, the few modules between the firmware and the root
# file system, and guest/init.

# The modules' files in the order they are to be loaded in.
boot_modules() {
	local root=$1 version=$2 module

	for module in virtio_pci virtio_blk ext4 virtio_console; do
		modprobe --dirname "$root" --set-version "$version" --show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

unpack_module() {
	case $1 in
	*.ko.xz) xz --decompress --stdout "$1" ;;
	*.ko.zst) zstd --quiet --decompress --stdout "$1" ;;
	*) cat "$1" ;;
	esac
}

make_initramfs() {
	local root=$1 version=$2 output=$3
	local dir file number=10

	dir=$(mktemp --directory)
	mkdir -p "$dir"/{bin,dev,modules,proc,root}
	install "$(find_busybox "$root")" "$dir/bin/busybox"
	install "$vm_dir/guest/init" "$dir/init"
	while read -r file; do
		unpack_module "$file" >"$dir/modules/$((number++)).ko"
	done < <(boot_modules "$root" "$version")
	(cd "$dir" && find . | cpio --quiet --create --format=newc) >"$output"
	rm -r "$dir"
}

