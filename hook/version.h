/* SPDX-License-Identifier: Apache-2.0 */
/* The release that this tree is. */
#ifndef SHIELD_VERSION_H
#define SHIELD_VERSION_H

#define SHIELD_VERSION "0.1.0"

#endif
