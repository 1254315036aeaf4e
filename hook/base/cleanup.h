/* SPDX-License-Identifier: Apache-2.0 */
/* Ownership visible at the declaration: what a scope owns is released when it ends, unless taken. */
#ifndef SHIELD_BASE_CLEANUP_H
#define SHIELD_BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((cleanup(function)))

static inline void shield_freep(void *pointer)
{
	free(*(void **)pointer);
}

static inline void shield_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void shield_fclosep(FILE **file)
{
	if (*file)
		fclose(*file);
}

static inline void shield_closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

#define _cleanup_free_ _cleanup_(shield_freep)
#define _cleanup_close_ _cleanup_(shield_closep)
#define _cleanup_fclose_ _cleanup_(shield_fclosep)
#define _cleanup_closedir_ _cleanup_(shield_closedirp)

/* Hands a pointer or descriptor over: the variable no longer owns it. */
#define TAKE_PTR(pointer)                           \
	({                                          \
		typeof(pointer) taken_ = (pointer); \
		(pointer) = NULL;                   \
		taken_;                             \
	})
#define TAKE_FD(fd)                \
	({                         \
		int taken_ = (fd); \
		(fd) = -1;         \
		taken_;            \
	})

#endif
