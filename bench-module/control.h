/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's files in debugfs. */
#ifndef PCPB_CONTROL_H
#define PCPB_CONTROL_H

/* May sleep. 0 or -errno. */
int pcpb_control_init(void);

/* Removes the files and waits until nobody uses them. */
void pcpb_control_exit(void);

#endif /* PCPB_CONTROL_H */
