/* SPDX-License-Identifier: GPL-2.0-only */
/* Fault injection: faults that only the kernel can commit (contract/faults.def). */
#ifndef PCPB_FAULT_H
#define PCPB_FAULT_H

struct dentry;

/*
 * Makes the file PCPB_FILE_FAULT in @directory. May sleep. As with all of
 * debugfs, a file that cannot be made is just not there.
 */
void pcpb_fault_init(struct dentry *directory);

#endif /* PCPB_FAULT_H */
