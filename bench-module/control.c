// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's files in debugfs (docs/protocol.md). One
 * control write is obeyed at a time; the other files can be read meanwhile.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "command.h"
#include "contract/text-format.h"
#include "control.h"
#include "fault.h"
#include "result.h"
#include "run.h"
#include "tables.h"
#include "trace-program.h"

static struct dentry *directory;

/* Held while a command is obeyed. */
static DEFINE_MUTEX(control_lock);

static DEFINE_MUTEX(error_lock);
static struct pcpb_error last_error;

static int obey(char *text, size_t length, struct pcpb_error *error)
{
	struct pcpb_command command;
	int ret;

	if (length > PCPB_COMMAND_MAX) {
		pcpb_error_set(error, "the command is longer than %d bytes",
			       PCPB_COMMAND_MAX);
		return -EINVAL;
	}
	ret = pcpb_command_parse(&command, text, length, error);
	if (ret)
		return ret;
	switch (command.verb) {
	case PCPB_RUN:
		return pcpb_run_step(&command.step, error);
	case PCPB_BEGIN:
		return pcpb_run_begin(&command.step, error);
	case PCPB_END:
		return pcpb_run_end(error);
	}
	return -EINVAL;
}

static void keep_error(const struct pcpb_error *error)
{
	mutex_lock(&error_lock);
	last_error = *error;
	mutex_unlock(&error_lock);
}

static ssize_t control_write(struct file *file, const char __user *from,
			     size_t length, loff_t *pos)
{
	struct pcpb_error *error;
	char *text;
	int ret;

	error = kzalloc(sizeof(*error), GFP_KERNEL);
	if (!error)
		return -ENOMEM;
	/* one byte more than it may have, and obey() finds it too long */
	text = memdup_user_nul(from, min_t(size_t, length,
					   PCPB_COMMAND_MAX + 1));
	if (IS_ERR(text)) {
		kfree(error);
		return PTR_ERR(text);
	}
	ret = mutex_lock_interruptible(&control_lock);
	if (!ret) {
		ret = obey(text, length, error);
		keep_error(error);
		mutex_unlock(&control_lock);
	}
	kfree(text);
	kfree(error);
	return ret ?: length;
}

static const struct file_operations control_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= control_write,
};

/* One write is one trace, whole. */
static ssize_t trace_write(struct file *file, const char __user *from,
			   size_t length, loff_t *pos)
{
	struct pcpb_error *error;
	void *data;
	int ret;

	if (*pos || length > PCPB_TRACE_BYTES_MAX)
		return -EFBIG;
	error = kzalloc(sizeof(*error), GFP_KERNEL);
	if (!error)
		return -ENOMEM;
	data = vmemdup_user(from, length);
	if (IS_ERR(data)) {
		kfree(error);
		return PTR_ERR(data);
	}
	ret = mutex_lock_interruptible(&control_lock);
	if (ret) {
		kvfree(data);
	} else {
		ret = pcpb_trace_take(data, length, error);
		keep_error(error);
		mutex_unlock(&control_lock);
	}
	kfree(error);
	return ret ?: length;
}

static const struct file_operations trace_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= trace_write,
};

static int error_show(struct seq_file *seq, void *unused)
{
	mutex_lock(&error_lock);
	if (last_error.text[0])
		seq_printf(seq, "%s\n", last_error.text);
	mutex_unlock(&error_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(error);

static int progress_show(struct seq_file *seq, void *unused)
{
	seq_printf(seq, "%llu\n", pcpb_run_progress_read());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(progress);

static int strategies_show(struct seq_file *seq, void *unused)
{
	const struct pcpb_strategy_entry *entry;
	const char *comma;
	int i;

	for (entry = pcpb_strategies; entry->name; entry++) {
		seq_printf(seq, "%s %s ", entry->name,
			   entry->strategy->missing ? "skipped" : "ok");
		comma = "";
		for (i = 0; i < PCPB_CTX_COUNT; i++) {
			if (!(entry->strategy->contexts & BIT(i)))
				continue;
			seq_printf(seq, "%s%s", comma, pcpb_contexts[i].name);
			comma = ",";
		}
		if (entry->strategy->missing)
			seq_printf(seq, " %s", entry->strategy->missing);
		seq_putc(seq, '\n');
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(strategies);

static int scenarios_show(struct seq_file *seq, void *unused)
{
	const struct pcpb_scenario_entry *entry;

	for (entry = pcpb_scenarios; entry->name; entry++)
		seq_printf(seq, "%s\n", entry->name);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(scenarios);

static int result_open(struct inode *inode, struct file *file)
{
	file->private_data = pcpb_result_get();
	return 0;
}

static ssize_t result_read(struct file *file, char __user *to, size_t length,
			   loff_t *pos)
{
	const char *text;
	size_t available;

	if (!file->private_data)
		return 0;
	text = pcpb_result_text(file->private_data, &available);
	return simple_read_from_buffer(to, length, pos, text, available);
}

static int result_release(struct inode *inode, struct file *file)
{
	pcpb_result_put(file->private_data);
	return 0;
}

static const struct file_operations result_fops = {
	.owner		= THIS_MODULE,
	.open		= result_open,
	.read		= result_read,
	.llseek		= default_llseek,
	.release	= result_release,
};

static void add_file(const char *name, umode_t mode,
		     const struct file_operations *fops)
{
	debugfs_create_file(name, mode, directory, NULL, fops);
}

int pcpb_control_init(void)
{
	directory = debugfs_create_dir(PCPB_MODULE_NAME, NULL);
	if (IS_ERR(directory))
		return PTR_ERR(directory);
	add_file(PCPB_FILE_CONTROL, 0200, &control_fops);
	add_file(PCPB_FILE_TRACE, 0200, &trace_fops);
	add_file(PCPB_FILE_ERROR, 0400, &error_fops);
	add_file(PCPB_FILE_RESULT, 0400, &result_fops);
	add_file(PCPB_FILE_PROGRESS, 0400, &progress_fops);
	add_file(PCPB_FILE_STRATEGIES, 0400, &strategies_fops);
	add_file(PCPB_FILE_SCENARIOS, 0400, &scenarios_fops);
	pcpb_fault_init(directory);
	return 0;
}

void pcpb_control_exit(void)
{
	debugfs_remove(directory);
}
