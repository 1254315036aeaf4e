/* SPDX-License-Identifier: Apache-2.0 */
/* What a container's annotations say: who it is, as its runtime wrote it, and what its owner asks of us. */
#ifndef SHIELD_OCI_ANNOTATIONS_H
#define SHIELD_OCI_ANNOTATIONS_H

#include <stdbool.h>

#include "base/error.h"
#include "oci/state.h"
#include "profile/select.h"

struct shield_annotations {
	/* borrowed from the state; namespace, pod and container are Kubernetes' words: podman says none of them */
	struct shield_subject subject;
	bool sandbox; /* the pod's own container (pause), which runs nothing of its owner's */
};

/*
 * Reads the annotations of a state:
 *   oci-shield/profile, oci-shield/profile.CONTAINER (which wins, in a pod),
 *   oci-shield/mode, oci-shield/record, oci-shield/record-files     from its owner;
 *   io.kubernetes.pod.name, .pod.namespace, .container.name,
 *   io.kubernetes.cri-o.ContainerType, .ImageName                  from CRI-O (and podman's pods);
 *   io.kubernetes.cri.sandbox-name, .sandbox-namespace, .container-name,
 *   .container-type, .image-name                                   from containerd.
 * @ret: borrows from the state
 * Returns 0, or -EINVAL: an `oci-shield/` key that is not one of ours (the nearest is named: a typo must not leave a
 * container without its profile), a malformed value, or keys of both runtimes that do not say the same (a pod's author
 * can write those of the runtime that is not there).
 */
int shield_annotations_read(const struct shield_state *state, struct shield_annotations *ret,
			    struct shield_error *error);

#endif
