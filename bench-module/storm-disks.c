// SPDX-License-Identifier: GPL-2.0-only
/* The null_blk disks of a storm. */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/sprintf.h>

#include "storm.h"

#define MOST_DISKS	64	/* the limit in params.def */

static struct file *disk_file[MOST_DISKS];
static unsigned int disks;

static struct gendisk *file_disk(struct file *file)
{
	return file_bdev(file)->bd_disk;
}

static int open_disk(unsigned int n, unsigned int count,
		     struct pcpb_error *error)
{
	struct file *file;
	char path[32];
	int ret;

	scnprintf(path, sizeof(path), "/dev/nullb%u", n);
	file = bdev_file_open_by_path(path, BLK_OPEN_READ, NULL, NULL);
	if (IS_ERR(file)) {
		pcpb_error_set(error,
			       "cannot open %s (error %ld): boot with null_blk.nr_devices=%u or more, and mount devtmpfs on /dev",
			       path, PTR_ERR(file), count);
		return -ENODEV;
	}
	ret = storm_policy_activate(file_disk(file));
	if (ret) {
		pcpb_error_set(error, "cannot activate the block-cgroup policy on %s (error %d)",
			       path, ret);
		fput(file);
		return ret;
	}
	disk_file[disks++] = file;
	return 0;
}

int storm_disks_open(unsigned int count, struct pcpb_error *error)
{
	unsigned int i;
	int ret;

	if (WARN_ON_ONCE(count > MOST_DISKS))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		ret = open_disk(i, count, error);
		if (ret) {
			storm_disks_close();
			return ret;
		}
	}
	return 0;
}

void storm_disks_close(void)
{
	while (disks) {
		disks--;
		storm_policy_deactivate(file_disk(disk_file[disks]));
		fput(disk_file[disks]);
		disk_file[disks] = NULL;
	}
}
