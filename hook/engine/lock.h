/* SPDX-License-Identifier: Apache-2.0 */
/* One at a time: whoever changes the engine's maps holds the lock. */
#ifndef SHIELD_ENGINE_LOCK_H
#define SHIELD_ENGINE_LOCK_H

#include "base/error.h"

#define SHIELD_RUN_DIR "/run/oci-shield"

/* Takes the lock, waiting for it. @ret_fd: owned by the caller; closing it releases the lock. */
int shield_lock(int *ret_fd, struct shield_error *error);

#endif
