// SPDX-License-Identifier: GPL-2.0-only
/* The null_blk disks of a storm. */
#include <linux/blkdev.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "kernel-compat.h"
#include "storm.h"

#define MOST_DISKS	64	/* the limit in params.def */

static pcpb_disk_handle open_disks[MOST_DISKS];
static unsigned int disks;

static int take_disk(unsigned int n, unsigned int count,
		     struct pcpb_error *error)
{
	pcpb_disk_handle handle;
	char path[32];
	int ret;

	scnprintf(path, sizeof(path), "/dev/nullb%u", n);
	handle = pcpb_open_disk(path);
	if (IS_ERR(handle)) {
		pcpb_error_set(error,
			       "cannot open %s (error %ld): boot with null_blk.nr_devices=%u or more, and mount devtmpfs on /dev",
			       path, PTR_ERR(handle), count);
		return -ENODEV;
	}
	ret = storm_policy_activate(pcpb_disk_of(handle));
	if (ret) {
		pcpb_error_set(error, "cannot activate the block-cgroup policy on %s (error %d)",
			       path, ret);
		pcpb_close_disk(handle);
		return ret;
	}
	open_disks[disks++] = handle;
	return 0;
}

int storm_disks_open(unsigned int count, struct pcpb_error *error)
{
	unsigned int i;
	int ret;

	if (WARN_ON_ONCE(count > MOST_DISKS))
		return -EINVAL;
	for (i = 0; i < count; i++) {
		ret = take_disk(i, count, error);
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
		storm_policy_deactivate(pcpb_disk_of(open_disks[disks]));
		pcpb_close_disk(open_disks[disks]);
		open_disks[disks] = NULL;
	}
}
