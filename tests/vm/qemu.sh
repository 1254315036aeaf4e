# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# One boot under QEMU's software emulation. The work goes in on a second disk
# that is a tar archive; the output comes back as it is written, the rest as
# files in the boot's folder: status, log (the kernel's), share (tar), console.

# A busy host stalls an emulated machine in ways that its kernel takes for
# faults of its own.
readonly kernel_arguments="console=ttyS0 loglevel=5 panic=-1 net.ifnames=0 \
nosoftlockup nowatchdog no_timer_check rcupdate.rcu_cpu_stall_suppress=1 tsc=reliable \
systemd.show_status=0 systemd.log_level=warning systemd.log_target=kmsg \
systemd.default_timeout_start_sec=900"

# One guest nanosecond is one instruction, and two boots agree: nothing random,
# no string instructions whose every byte counts.
readonly icount_arguments="nokaslr norandmaps mitigations=off"
readonly -a icount_options=(-icount "shift=0,sleep=off" -smp 1 -seed 1)

# One thread emulates all CPUs in turn. With a thread for each, QEMU 7.2 can
# miss that one CPU has rewritten the other's code, and the kernel dies of an
# int3 that it has long removed: it patches itself whenever BPF is attached.
readonly accelerator=tcg,thread=single

# With cmpxchg16b, QEMU 7.2 double-faults newer kernels.
readonly usual_off="cx16"
readonly icount_off="cx16 erms fsrm fzrm fsrs rdrand rdseed"

# Without cmpxchg16b, kernels from 6.18 on have no memory for who may not wait
# for a lock (kmalloc_nolock: BPF's task storage), but from slabs under debug.
readonly nolock_arguments="slab_debug=F,kmalloc-*"

# All that QEMU emulates but these features; it refuses names that it is too
# old to know.
_cpu_without() {
	local feature cpu=max known

	known=$(qemu-system-x86_64 -cpu help)
	for feature; do
		grep --quiet --word-regexp "$feature" <<<"$known" || continue
		cpu+=,-$feature
	done
	echo "$cpu"
}

# _file_port NAME: what the machine writes to it is added to DIR/NAME.
_file_port() {
	printf '%s\n' -chardev "file,id=$1,path=$2/$1,append=on" -device "virtserialport,chardev=$1,name=shield.$1"
}

# boot MACHINE DIR SNAPSHOT(on|off) ICOUNT(yes|no) APPEND [CPUS]: writes the output of
# the command to stdout as it comes, returns once the machine is off.
# With a snapshot what the machine writes to its disk goes to DIR/disk, where
# the next boot with the same DIR finds it.
# Meanwhile DIR/pid has QEMU's process id, and DIR/control is a fifo for a word
# to the machine. As QEMU's input it is open for writing too: at an end of
# file QEMU would close the port.
boot() {
	local machine=$1 dir=$2 snapshot=$3 icount=$4 append=$5
	local disk=$machine/root.img format=raw
	local off=$usual_off
	local -a options=(-smp "${6:-2}") ports

	if [[ $icount == yes ]]; then
		options=("${icount_options[@]}")
		off=$icount_off
		# systemd moves a clock that is behind its own files.
		options+=(-rtc "base=$(date --utc --reference="$machine/root.img" +%FT%T),clock=vm")
		append="$icount_arguments $append"
	fi
	case ${machine##*/} in
	forky-* | sid-*) append="$nolock_arguments $append" ;;
	esac
	# shellcheck disable=SC2086 # a list of features
	options+=(-cpu "$(_cpu_without $off)")
	mapfile -t ports < <(for name in status log share; do _file_port "$name" "$dir"; done)

	if [[ $snapshot == on ]]; then
		disk=$dir/disk format=qcow2
		[[ -e $disk ]] || qemu-img create -q -f qcow2 -F raw -b "$machine/root.img" "$disk"
	fi
	[[ -p $dir/control ]] || mkfifo "$dir/control"
	qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot -pidfile "$dir/pid" \
		-accel "$accelerator" -m 2048 "${options[@]}" \
		-kernel "$machine/vmlinuz" -initrd "$machine/initramfs" \
		-append "$kernel_arguments $append" \
		-chardev "file,id=console,path=$dir/console,append=on" -serial chardev:console \
		-drive "file=$disk,format=$format,if=virtio,cache=unsafe" \
		-drive "file=$dir/input.tar,format=raw,if=virtio,readonly=on" \
		-device virtio-serial-pci \
		-chardev stdio,id=output,signal=off -device virtserialport,chardev=output,name=shield.output \
		"${ports[@]}" 0<>"$dir/control" 2>"$dir/qemu" | cat
}
