# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Executable mappings of files: what reaches execution without execve.
# Once: the verdicts are the kernel's.

profile e2e-library '{"version":1, "name":"e2e-library", "exec":{"default":"deny", "allow":["/acts/acts", "/usr/bin/*",
	"/bin/sh", "/lib64/ld-linux-x86-64.so.2", "/opt/dynamic"], "deny":["/opt/dynamic-denied"]}}'

linker=/lib64/ld-linux-x86-64.so.2
session library e2e-library || return
both copy /opt/library.so /tmp/library.so
both copy /opt/dynamic /tmp/dynamic

permits "a library of the image" map /opt/library.so
permits "anonymous memory" map-anonymous
refuses "a dropped library" library exec.libraries map /tmp/library.so
refuses "a dropped library, shared" library exec.libraries map-shared /tmp/library.so
refuses "mprotect of a mapped file" library exec.libraries protect /tmp/library.so
permits "mprotect of a library of the image" protect /opt/library.so
refuses "mprotect with a key" library exec.libraries protect-key /tmp/library.so
refuses "mmap where reading implies execution" library exec.libraries map-implied /tmp/library.so
refuses -s "uselib" library exec.libraries uselib /tmp/uselib.so
refuses "System V shared memory" library exec.libraries map-system-v
refuses "a memfd" library exec.libraries map-memfd
permits "the dynamic linker runs a program of the image" exec $linker /opt/dynamic
refuses -a -w "exit 127" "the dynamic linker runs a dropped program" library exec.libraries exec $linker /tmp/dynamic
refuses -a -w "exit 127" "the dynamic linker runs a denied program" library 'exec.deny[0]' exec $linker /opt/dynamic-denied
refuses "a denied program, mapped" library 'exec.deny[0]' map /opt/dynamic-denied
refuses -a -w "exit 1" "LD_PRELOAD of a dropped library" library exec.libraries \
	sh 'LD_PRELOAD=/tmp/library.so cat /proc/self/maps | grep -q "r-x.*/tmp/library.so"'
permits "LD_PRELOAD of a library of the image" \
	sh 'LD_PRELOAD=/opt/library.so cat /proc/self/maps | grep -q "r-x.*/opt/library.so"'
refuses -a -w "exit 1" "dlopen of a dropped library" library exec.libraries \
	sh 'python3 -c "import ctypes; ctypes.CDLL(\"/tmp/library.so\")" 2>/dev/null'
permits "dlopen of a library of the image" sh 'python3 -c "import ctypes; ctypes.CDLL(\"/opt/library.so\")"'
end_session

profile e2e-library-drift '{"version":1, "name":"e2e-library-drift", "exec":{"drift":"deny", "libraries":"any"}}'

session library-drift e2e-library-drift || return
permits "a library of the image" map /opt/library.so
refuses "drift judges mappings, too" drift exec.drift copy /opt/library.so /tmp/library2.so : map /tmp/library2.so
refuses -a -w "exit 127" "the dynamic linker runs a dropped program" drift exec.drift \
	copy /opt/dynamic /tmp/dynamic2 : exec $linker /tmp/dynamic2
end_session

profile e2e-library-list '{"version":1, "name":"e2e-library-list", "exec":{"libraries":["/usr/lib/**", "/tmp/listed.so"]}}'

session library-list e2e-library-list || return
permits "a listed folder" exec /usr/bin/true
permits "a listed file" copy /opt/library.so /tmp/listed.so : map /tmp/listed.so
refuses "not on the list" library exec.libraries map /opt/library.so
refuses "another name" library exec.libraries unshare mount : bind /opt/library.so /tmp/listed.so : map /tmp/listed.so
end_session

profile e2e-library-any '{"version":1, "name":"e2e-library-any",
	"exec":{"default":"deny", "allow":["/acts/acts"], "libraries":"any"}}'

session library-any e2e-library-any || return
permits "any" copy /opt/library.so /tmp/library3.so : map /tmp/library3.so
end_session
