/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PCPB_PLANT_H
#define PCPB_PLANT_H

struct dentry;

void pcpb_plant_init(struct dentry *directory);

#endif /* PCPB_PLANT_H */
