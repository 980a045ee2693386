// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the percpu allocator's memory is filled. The chunks are not exported, so
 * what everybody can read is read.
 */
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/magic.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uio.h>

#include "percpu-memory.h"
#include "percpu-stats.h"

#define STATS_FILE	"/sys/kernel/debug/percpu_stats"
/* A million areas make some hundred thousand bytes of it. */
#define TEXT_MAX	SZ_16M
#define LINE_LENGTH_MAX	80
/* A chunk has half a kilobyte of text and at least so much memory per CPU. */
#define TEXT_SHARE	32

struct reader {
	struct pcpb_percpu_stats *stats;
	u64 unit_size;		/* of a chunk, for one CPU */
	u64 first_size;		/* of the first, which has no more than it needs */
	u64 chunk_size;		/* of the one whose lines are read */
	bool in_chunks, in_reserved;
	char line[LINE_LENGTH_MAX + 1];
	size_t length;		/* of the line so far */
};

static int take_number(struct reader *r, const char *name, u64 value)
{
	struct pcpb_percpu_stats *stats = r->stats;

	if (!r->in_chunks) {
		if (!strcmp(name, "unit_size"))
			r->unit_size = value;
		else if (!strcmp(name, "static_size") ||
			 !strcmp(name, "reserved_size") ||
			 !strcmp(name, "dyn_size"))
			r->first_size += value;
		return 0;
	}
	/* the reserved chunk lies within the first one's unit */
	if (r->in_reserved)
		return 0;
	if (!strcmp(name, "nr_alloc")) {
		stats->areas += value;
	} else if (!strcmp(name, "free_bytes")) {
		if (value > r->chunk_size)
			return -EINVAL;
		stats->used += r->chunk_size - value;
	} else if (!strcmp(name, "sum_frag")) {
		stats->frag_sum += value;
	} else if (!strcmp(name, "max_frag")) {
		stats->frag_max = max(stats->frag_max, value);
	}
	return 0;
}

/* "Chunk: …", "  name   :   number", or a title. */
static int take_line(struct reader *r)
{
	unsigned long long value;
	char name[24];

	if (str_has_prefix(r->line, "Chunk")) {
		r->in_chunks = true;
		r->in_reserved = strstr(r->line, "Reserved");
		r->chunk_size = strstr(r->line, "First") ? r->first_size :
							   r->unit_size;
		if (!r->in_reserved)
			r->stats->chunks++;
	} else if (sscanf(r->line, " %23s : %llu", name, &value) == 2) {
		return take_number(r, name, value);
	}
	return 0;
}

static int take_text(struct reader *r, const char *text, size_t length)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < length && !ret; i++) {
		if (text[i] != '\n') {
			if (r->length == LINE_LENGTH_MAX)
				return -EINVAL;
			r->line[r->length++] = text[i];
			continue;
		}
		r->line[r->length] = '\0';
		r->length = 0;
		ret = take_line(r);
	}
	return ret;
}

/*
 * The whole text is made again whenever it did not fit, with interrupts off:
 * room for all of it to begin with.
 */
static void make_room(struct seq_file *seq)
{
	u64 size = pcpb_percpu_bytes() / num_possible_cpus() / TEXT_SHARE;

	size = clamp_t(u64, size, SZ_16K, TEXT_MAX);
	seq->buf = kvmalloc(size, GFP_KERNEL);
	if (seq->buf)
		seq->size = size;
}

/* kernel_read() is not for debugfs, whose files know only read(2). */
static int read_seq_file(struct reader *r, struct file *file, char *page)
{
	size_t total = 0;
	ssize_t length;
	struct kiocb kiocb;
	int ret = 0;

	make_room(file->private_data);
	init_sync_kiocb(&kiocb, file);
	while (!ret) {
		struct kvec vec = { .iov_base = page, .iov_len = PAGE_SIZE };
		struct iov_iter iter;

		iov_iter_kvec(&iter, ITER_DEST, &vec, 1, PAGE_SIZE);
		length = seq_read_iter(&kiocb, &iter);
		if (length <= 0)
			return length;
		total += length;
		ret = total > TEXT_MAX ? -EINVAL : take_text(r, page, length);
	}
	return ret;
}

static bool is_seq_file(struct file *file)
{
	const struct file_operations *fops;

	if (file_inode(file)->i_sb->s_magic != DEBUGFS_MAGIC)
		return false;
	fops = debugfs_real_fops(file);
	return fops && fops->read == seq_read;
}

int pcpb_percpu_stats(struct pcpb_percpu_stats *stats)
{
	struct file *file = filp_open(STATS_FILE, O_RDONLY, 0);
	struct reader r = { .stats = stats };
	char *page;
	int ret = -ENODEV;

	memset(stats, 0, sizeof(*stats));
	if (IS_ERR(file))
		return -ENODEV;
	page = (char *)__get_free_page(GFP_KERNEL);
	if (!page)
		ret = -ENOMEM;
	else if (is_seq_file(file))
		ret = read_seq_file(&r, file, page);
	if (!ret && (!stats->chunks || !r.unit_size || r.length))
		ret = -EINVAL;
	free_page((unsigned long)page);
	fput(file);
	return ret;
}
