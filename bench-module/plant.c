// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults on purpose, to prove that the host judges a failing guest rightly:
 * what only the kernel can do to itself. Root writes the name of one to
 * debugfs; nothing else ever comes here.
 */
#include <linux/bug.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "plant.h"

#define LONGEST_NAME 15

static int plant(const char *fault)
{
	int *volatile nowhere = NULL;

	if (!strcmp(fault, "splat")) {
		WARN(1, "percpu_bench: planted warning\n");
		return 0;
	}
	if (!strcmp(fault, "oops")) {
		*nowhere = 1;
		return 0;
	}
	return -EINVAL;
}

static ssize_t plant_write(struct file *file, const char __user *from,
			   size_t length, loff_t *pos)
{
	char fault[LONGEST_NAME + 1] = "";
	int ret;

	if (copy_from_user(fault, from, min_t(size_t, length, LONGEST_NAME)))
		return -EFAULT;
	ret = plant(strim(fault));
	return ret ?: length;
}

static const struct file_operations plant_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= plant_write,
};

/* Makes the file "plant" in @directory. May sleep. */
void pcpb_plant_init(struct dentry *directory)
{
	debugfs_create_file("plant", 0200, directory, NULL, &plant_fops);
}
