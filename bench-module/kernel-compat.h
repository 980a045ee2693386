/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place for what differs between the kernels that patches/ has a
 * series for.
 */
#ifndef PCPB_KERNEL_COMPAT_H
#define PCPB_KERNEL_COMPAT_H

#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/version.h>

#include "blk-cgroup.h"

/* Before 6.3 block-cgroup policies belong to a queue, after it to a disk. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline int pcpb_activate_policy(struct gendisk *disk,
				       const struct blkcg_policy *policy)
{
	return blkcg_activate_policy(disk->queue, policy);
}

static inline void pcpb_deactivate_policy(struct gendisk *disk,
					  const struct blkcg_policy *policy)
{
	blkcg_deactivate_policy(disk->queue, policy);
}

/* Defines a policy's pd_alloc_fn @name, which calls @alloc(node, gfp). */
#define PCPB_DEFINE_PD_ALLOC(name, alloc)				\
static struct blkg_policy_data *name(gfp_t gfp,				\
				     struct request_queue *queue,	\
				     struct blkcg *blkcg)		\
{									\
	return alloc(queue->node, gfp);					\
}
#else
static inline int pcpb_activate_policy(struct gendisk *disk,
				       const struct blkcg_policy *policy)
{
	return blkcg_activate_policy(disk, policy);
}

static inline void pcpb_deactivate_policy(struct gendisk *disk,
					  const struct blkcg_policy *policy)
{
	blkcg_deactivate_policy(disk, policy);
}

#define PCPB_DEFINE_PD_ALLOC(name, alloc)				\
static struct blkg_policy_data *name(struct gendisk *disk,		\
				     struct blkcg *blkcg, gfp_t gfp)	\
{									\
	return alloc(disk->node_id, gfp);				\
}
#endif

/* Before 6.9 an open block device is no file. May sleep. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
typedef struct block_device *pcpb_disk_handle;

static inline pcpb_disk_handle pcpb_open_disk(const char *path)
{
	return blkdev_get_by_path(path, FMODE_READ, NULL);
}

static inline void pcpb_close_disk(pcpb_disk_handle handle)
{
	blkdev_put(handle, FMODE_READ);
}

static inline struct gendisk *pcpb_disk_of(pcpb_disk_handle handle)
{
	return handle->bd_disk;
}
#else
typedef struct file *pcpb_disk_handle;

static inline pcpb_disk_handle pcpb_open_disk(const char *path)
{
	return bdev_file_open_by_path(path, BLK_OPEN_READ, NULL, NULL);
}

static inline void pcpb_close_disk(pcpb_disk_handle handle)
{
	fput(handle);
}

static inline struct gendisk *pcpb_disk_of(pcpb_disk_handle handle)
{
	return file_bdev(handle)->bd_disk;
}
#endif

#endif /* PCPB_KERNEL_COMPAT_H */
