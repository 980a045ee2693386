// SPDX-License-Identifier: GPL-2.0-only
/*
 * What gives a new group of a storm more to carry than the block layer's own
 * areas: BFQ as the disks' scheduler, and limits of blk-throttle.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "agent.h"

/* BFQ makes a bfq_group for each new group of a disk. 0 or -errno. */
static int schedule_by_bfq(unsigned int disk)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/block/nullb%u/queue/scheduler", disk);
	return write_file(path, "bfq");
}

/*
 * The limit is the parent's, of whom the jobs are part; blk-throttle makes a
 * throtl_grp for each new group of a disk that has one. 0 or -errno.
 */
static int limit_reads(unsigned int disk, unsigned long limit)
{
	char path[64], text[64];
	struct stat st;

	snprintf(path, sizeof(path), "/dev/nullb%u", disk);
	if (stat(path, &st))
		return -errno;
	snprintf(text, sizeof(text), "%u:%u riops=%lu", major(st.st_rdev), minor(st.st_rdev), limit);
	return write_file(CGROUP_ROOT "/" STORM_CGROUP "/io.max", text);
}

int disks_prepare(const char *line, char *why, size_t size)
{
	unsigned long disks = step_param(line, disks), limit = step_param(line, io_max);
	bool bfq = step_param(line, bfq);
	int error;

	for (unsigned int disk = 0; disk < disks; disk++) {
		error = bfq ? schedule_by_bfq(disk) : 0;
		if (error) {
			snprintf(why, size, "cannot make BFQ the scheduler of nullb%u (CONFIG_IOSCHED_BFQ): %s",
				 disk, strerror(-error));
			return -1;
		}
		error = limit ? limit_reads(disk, limit) : 0;
		if (error) {
			snprintf(why, size, "cannot limit nullb%u in io.max (CONFIG_BLK_DEV_THROTTLING): %s",
				 disk, strerror(-error));
			return -1;
		}
	}
	return 0;
}
