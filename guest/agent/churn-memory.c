// SPDX-License-Identifier: GPL-2.0-only
/* What a churn needs, made before it starts: nothing faults or opens while it runs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/fs.h>

#include "agent.h"
#include "churn.h"

/* A line of io.stat with every number at its longest is shorter. */
#define STAT_LINE	192

/* Zeroed, and every page there: a fault in the middle of a storm would be measured. */
static void *present(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (memory == MAP_FAILED)
		die("the guest has no memory left for %zu bytes", size);
	return memory;
}

static size_t rows(const struct churn *churn)
{
	return (size_t)churn->step.cgroups * churn->step.disks;
}

static void allocate(struct churn *churn)
{
	const struct churn_step *step = &churn->step;

	churn->stat_room = (size_t)step->disks * STAT_LINE + 1;
	churn->stat = present(step->cgroups * churn->stat_room);
	churn->first = present(rows(churn) * sizeof(*churn->first));
	churn->issued = present(rows(churn) * sizeof(*churn->issued));
	churn->begun = present(step->cgroups * sizeof(*churn->begun));
	if (!step->rate)
		return;
	churn->due = present(step->cgroups * sizeof(*churn->due));
	churn_schedule(step, churn->due, step->cgroups);
}

static int open_disk(struct churn *churn, unsigned int disk)
{
	uint64_t bytes, blocks;
	char path[32];

	snprintf(path, sizeof(path), "/dev/nullb%u", disk);
	churn->disk[disk] = open(path, O_RDONLY | O_DIRECT | O_CLOEXEC);
	if (churn->disk[disk] < 0 || ioctl(churn->disk[disk], BLKGETSIZE64, &bytes)) {
		snprintf(churn->why, sizeof(churn->why), "cannot open %s: %s", path,
			 strerror(errno));
		return -1;
	}
	blocks = bytes / CHURN_BLOCK;
	if (!disk || blocks < churn->disk_blocks)
		churn->disk_blocks = blocks;
	if (blocks)
		return 0;
	snprintf(churn->why, sizeof(churn->why), "%s has no room for a block", path);
	return -1;
}

int churn_open(struct churn *churn)
{
	const char *parent = CGROUP_ROOT "/" STORM_CGROUP;

	churn->disk = xmalloc(churn->step.disks * sizeof(*churn->disk));
	memset(churn->disk, -1, churn->step.disks * sizeof(*churn->disk));
	allocate(churn);
	churn->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (churn->parent < 0) {
		snprintf(churn->why, sizeof(churn->why), "cannot open %s: %s", parent,
			 strerror(errno));
		return -1;
	}
	for (unsigned int disk = 0; disk < churn->step.disks; disk++)
		if (open_disk(churn, disk))
			return -1;
	return 0;
}

void churn_close(struct churn *churn)
{
	const struct churn_step *step = &churn->step;

	for (unsigned int disk = 0; disk < step->disks; disk++)
		if (churn->disk[disk] >= 0)
			close(churn->disk[disk]);
	if (churn->parent >= 0)
		close(churn->parent);
	free(churn->disk);
	munmap(churn->stat, step->cgroups * churn->stat_room);
	munmap(churn->first, rows(churn) * sizeof(*churn->first));
	munmap(churn->issued, rows(churn) * sizeof(*churn->issued));
	munmap(churn->begun, step->cgroups * sizeof(*churn->begun));
	if (churn->due)
		munmap(churn->due, step->cgroups * sizeof(*churn->due));
}
