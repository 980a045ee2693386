// SPDX-License-Identifier: GPL-2.0-only
/* The books of a storm: what the block layer charged to which cgroup. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "agent.h"

void books_add(struct books *books, const char *name, const char *moment, char *text)
{
	char *rest = text, *line;

	fprintf(books->out, PCPB_BOOKS_CGROUP " %s %s\n", name, moment);
	while ((line = strsep(&rest, "\n")))
		if (*line)
			fprintf(books->out, " %s\n", line);
}

int books_read(struct books *books, const char *name, const char *cgroup, const char *moment)
{
	char *text = cgroup_io_stat(cgroup, NULL);

	if (!text)
		return -1;
	books_add(books, name, moment, text);
	free(text);
	return 0;
}

/* All percpu memory of the guest: what pools hold, and what groups take. */
static int read_memory(struct books *books, const char *moment)
{
	char *text = read_file("/proc/meminfo", NULL), *at;

	if (!text)
		return -1;
	at = strstr(text, "Percpu:");
	if (at)
		fprintf(books->out, PCPB_BOOKS_PERCPU " %s %lu\n", moment,
			strtoul(at + 7, NULL, 10));
	free(text);
	return 0;
}

/* A line of words, the first of them a name, that belong to the columns of @head. */
static void add_pool(struct books *books, const char *moment, const char *head, char *line)
{
	char *columns = xstrdup(head), *column_at, *word_at;
	char *column = strtok_r(columns, " ", &column_at);
	char *name = strtok_r(line, " ", &word_at), *word;

	while (name && (column = strtok_r(NULL, " ", &column_at)) &&
	       (word = strtok_r(NULL, " ", &word_at)))
		fprintf(books->out, PCPB_BOOKS_POOL " %s %s %s %s\n", moment, name, column, word);
	free(columns);
}

/* All pools of the kernel; one that has none, or does not show them, is no fault. */
static void read_pools(struct books *books, const char *moment)
{
	char *text = read_file("/sys/kernel/debug/percpu_pools", NULL), *rest = text, *head, *line;

	head = strsep(&rest, "\n");
	while ((line = strsep(&rest, "\n")))
		if (*line)
			add_pool(books, moment, head, line);
	free(text);
}

static int read_ancestors(struct books *books, const char *moment)
{
	read_pools(books, moment);
	return read_memory(books, moment) || books_read(books, PCPB_ROOT_CGROUP, "", moment) ||
	       books_read(books, STORM_CGROUP, STORM_CGROUP, moment);
}

int books_open(struct books *books, unsigned int step, unsigned int disks)
{
	struct stat st;

	*books = (struct books){ 0 };
	if (stat("/dev/nullb0", &st))
		return -1;
	books->out = open_memstream(&books->text, &books->length);
	if (!books->out)
		return -1;
	fprintf(books->out, PCPB_LINE_STEP " %u\n" PCPB_BOOKS_DISKS " %u\n" PCPB_BOOKS_FIRST " %u:%u\n",
		step, disks, major(st.st_rdev), minor(st.st_rdev));
	return read_ancestors(books, PCPB_BOOKS_BEFORE);
}

int books_send(struct books *books)
{
	if (read_ancestors(books, PCPB_BOOKS_AFTER) || fflush(books->out))
		return -1;
	if (books->length > PCPB_FRAME_MAX) {
		errno = EFBIG;
		return -1;
	}
	frame_send_deflated(PCPB_FRAME_IOSTAT, books->text, books->length);
	return 0;
}

void books_close(struct books *books)
{
	if (books->out)
		fclose(books->out);
	free(books->text);
}
