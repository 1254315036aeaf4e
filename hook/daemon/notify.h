/* SPDX-License-Identifier: Apache-2.0 */
/* Tells a service manager that started us how far we are (sd_notify(3), its protocol alone). */
#ifndef SHIELD_DAEMON_NOTIFY_H
#define SHIELD_DAEMON_NOTIFY_H

/* Ready: the engine is loaded. Where nobody asked ($NOTIFY_SOCKET), and where it cannot be said, nothing happens. */
void shield_notify_ready(void);

#endif
