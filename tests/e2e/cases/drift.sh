# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# drift: what is not in the image is not executed. fileless: nor what has no file.

profile e2e-drift '{"version":1, "name":"e2e-drift", "exec":{"drift":"deny"}}'

mkdir -p "$work"/{volume,tools}
cp "$acts" "$work/volume/program"
cp "$acts" "$work/tools/program"

session drift e2e-drift \
	--mount "{\"destination\":\"/volume\",\"type\":\"bind\",\"source\":\"$work/volume\",\"options\":[\"rbind\"]}" \
	--mount "{\"destination\":\"/tools\",\"type\":\"bind\",\"source\":\"$work/tools\",\"options\":[\"rbind\",\"ro\"]}" \
	--mount '{"destination":"/scratch","type":"tmpfs","source":"tmpfs","options":["mode=755"]}' || return

# the container without a profile has the same files elsewhere
act free prepare mkdir /volume : copy /opt/other /volume/program
act free prepare mkdir /tools : copy /opt/other /tools/program
act free prepare mkdir /scratch

permits "a program of the image" exec /opt/other
permits "a script of the image" exec /opt/script.sh
permits "a program of a read-only mount" exec /tools/program
refuses "a copy in /tmp" drift exec.drift copy /opt/other /tmp/copy : exec /tmp/copy
refuses "a copy in a folder of the image" drift exec.drift copy /opt/other /opt/app/bin/new : exec /opt/app/bin/new
refuses "a program of a volume" drift exec.drift exec /volume/program
refuses "a copy in a tmpfs" drift exec.drift copy /opt/other /scratch/copy : exec /scratch/copy
refuses "a copy in a tmpfs made inside" drift exec.drift \
	unshare mount : tmpfs /mnt : copy /opt/other /mnt/copy : exec /mnt/copy
refuses "a changed file of the image" drift exec.drift append /opt/drift/changed : exec /opt/drift/changed
refuses "chmod of a file of the image" drift exec.drift chmod /opt/drift/modes : exec /opt/drift/modes
refuses "rename" drift exec.drift rename /opt/drift/moved /opt/drift/new : exec /opt/drift/new
refuses "rename onto a file of the image" drift exec.drift \
	copy /opt/other /tmp/new : rename /tmp/new /opt/drift/renamed : exec /opt/drift/renamed
refuses "a file of the image written over" drift exec.drift copy /opt/other /opt/drift/linked : exec /opt/drift/linked
refuses "a hard link" drift exec.drift link /opt/drift/linked /opt/drift/hard : exec /opt/drift/hard
permits "a link to a file of the image" symlink /opt/other /tmp/link : exec /tmp/link
permits "a bind mount of a file of the image" unshare mount : bind /opt/other /opt/drift/bound : exec /opt/drift/bound
refuses "an overlay made inside" drift exec.drift unshare mount : tmpfs /mnt : mkdir /mnt/upper : mkdir /mnt/work : \
	mount overlay /opt/app/bin lowerdir=/opt,upperdir=/mnt/upper,workdir=/mnt/work : exec /opt/app/bin/other
refuses -a -s -w "exit 10" "the running program's file, written and mapped" drift exec.drift \
	exec /opt/denied map-written /opt/denied
refuses "a bind mount of a copy onto a file of the image" drift exec.drift \
	copy /opt/other /tmp/cover : unshare mount : bind /tmp/cover /opt/drift/bound : exec /opt/drift/bound
refuses "a script of its own" drift exec.drift copy /opt/script.sh /tmp/script.sh : exec /tmp/script.sh
refuses "a memfd" drift exec.drift exec-memfd /opt/other
refuses "O_TMPFILE" drift exec.drift exec-tmpfile /dev/shm /opt/other
refuses "a deleted copy" drift exec.drift copy /opt/other /tmp/gone : exec-deleted /tmp/gone
refuses -a -w "exit 126" "wget and run" drift exec.drift sh 'cat /opt/other >/tmp/x; chmod +x /tmp/x; /tmp/x || exit 126'
end_session

profile e2e-fileless '{"version":1, "name":"e2e-fileless", "exec":{"fileless":"deny"}}'

session fileless e2e-fileless || return
permits "a copy in /tmp" copy /opt/other /tmp/copy2 : exec /tmp/copy2
refuses "a memfd" fileless exec.fileless exec-memfd /opt/other
refuses "O_TMPFILE" fileless exec.fileless exec-tmpfile /dev/shm /opt/other
refuses "a deleted file" fileless exec.fileless copy /opt/other /tmp/gone2 : exec-deleted /tmp/gone2
refuses "a memfd mapped executable" fileless exec.fileless map-memfd
permits "anonymous memory" map-anonymous
end_session

profile e2e-drift-kill '{"version":1, "name":"e2e-drift-kill", "exec":{"drift":"kill", "fileless":"kill"}}'

session drift-kill e2e-drift-kill || return
kills "drift" drift exec.drift copy /opt/other /tmp/copy3 : exec /tmp/copy3
kills "a memfd is fileless before it is drift" fileless exec.fileless exec-memfd /opt/other
end_session

# An overlay that renames folders (metacopy=on brings it): what is below moves, and stays as it was in the image.
rm -rf "$work/redirect"
mkdir -p "$work/redirect"/{root,upper,work}
mount -t overlay overlay -o "redirect_dir=on,lowerdir=$layer:$image,upperdir=$work/redirect/upper,\
workdir=$work/redirect/work" "$work/redirect/root"
profile e2e-drift-names '{"version":1, "name":"e2e-drift-names",
	"exec":{"default":"deny", "allow":["/acts/acts", "/opt/app/bin/**", "/opt/app"], "drift":"deny"}}'
session drift-redirect e2e-drift-names --root "$work/redirect/root" || return
permits -u "a program of the image" exec /opt/app/bin/one
refuses -u "a folder of the image, renamed onto an allowed name" drift exec.drift \
	rename /opt/tree /opt/app/bin/tree : exec /opt/app/bin/tree/four
end_session
umount "$work/redirect/root"

# A root without an overlay: only a read-only one tells what the image brought.
mkdir -p "$work/flat"/{acts,proc,dev,sys,tmp,opt}
cp "$acts" "$work/flat/acts/acts"
cp "$acts" "$work/flat/opt/other"
if start drift-flat --profile e2e-drift --root "$work/flat"; then
	not_ok "a writable root without an overlay is refused" "it runs"
	stop drift-flat
else
	says "a writable root without an overlay is refused" "exec.drift" "$(said drift-flat)"
fi

act free prepare mkdir /dev/scratch
session drift-read-only e2e-drift --root "$work/flat" --read-only || return
permits "a program of a read-only root" exec /opt/other
refuses "a copy in /dev/shm" drift exec.drift copy /opt/other /dev/shm/copy : exec /dev/shm/copy
end_session
