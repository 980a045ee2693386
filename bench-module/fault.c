// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection, which proves that the host judges a failing guest rightly.
 * Root writes the name of a fault to debugfs; no other code comes here.
 */
#include <linux/bug.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "contract/text-format.h"
#include "fault.h"

#define LONGEST_NAME 15

static void inject_splat(void)
{
	WARN(1, "percpu_bench: injected warning\n");
}

static void inject_oops(void)
{
	int *volatile nowhere = NULL;

	*nowhere = 1;
}

static const struct {
	const char *name;
	void (*inject)(void);
} faults[] = {
#define PCPB_MODULE_FAULT(name, symbol, what) \
	{ name, inject_##symbol },
#include "contract/faults.def"
#undef PCPB_MODULE_FAULT
};

static int inject(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strcmp(faults[i].name, name))
			continue;
		faults[i].inject();
		return 0;
	}
	return -EINVAL;
}

static ssize_t fault_write(struct file *file, const char __user *from,
			   size_t length, loff_t *pos)
{
	char name[LONGEST_NAME + 1] = "";
	int ret;

	if (copy_from_user(name, from, min_t(size_t, length, LONGEST_NAME)))
		return -EFAULT;
	ret = inject(strim(name));
	return ret ?: length;
}

static const struct file_operations fault_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= fault_write,
};

void pcpb_fault_init(struct dentry *directory)
{
	debugfs_create_file(PCPB_FILE_FAULT, 0200, directory, NULL,
			    &fault_fops);
}
