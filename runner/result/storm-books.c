// SPDX-License-Identifier: GPL-2.0-only
/*
 * The books of a storm: what was issued in each cgroup on each disk against
 * what the block layer charged to it. The payload is described in
 * docs/protocol.md; it comes from a guest that may be broken.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result/storm-books.h"
#include "base/lines.h"
#include "base/util.h"
#include "contract/guest-format.h"
#include "result/pool-books.h"

#define DISKS_MAX	1024
#define ACCOUNTS_MAX	8192
/* 1 TiB */
#define KIB_MAX	(1ull << 30)
#define LINE_LENGTH_MAX	1023
/* I/Os of one cgroup on one disk. */
#define IOS_MAX		STORM_IOS_MAX

enum moment { BEFORE, AFTER };

/* io.stat of one cgroup: reads and writes per disk of the step. */
struct account {
	char *name;
	bool known[2];		/* by enum moment */
	bool settled;
	uint64_t *ios[2];
};

struct books {
	uint64_t disks;
	uint64_t major, minor;	/* of the first; the others follow by one */
	struct account *account;
	size_t n;
	bool seen[DISKS_MAX];	/* disks that the io.stat being read has had */
	uint64_t percpu_kib[2];	/* the guest's percpu memory; by enum moment */
	bool percpu_known[2];
	struct pool_books pools;
};

struct reader {
	struct lines lines;
	char text[LINE_LENGTH_MAX + 1];	/* the current line */
};

int storm_error(char **error, const char *fmt, ...)
{
	char text[2 * LINE_LENGTH_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	*error = xstrdup(text);
	return -1;
}

static void books_free(struct books *books)
{
	size_t i;

	for (i = 0; i < books->n; i++) {
		free(books->account[i].name);
		free(books->account[i].ios[BEFORE]);
		free(books->account[i].ios[AFTER]);
	}
	free(books->account);
}

static struct account *find_account(const struct books *books, const char *name)
{
	size_t i;

	for (i = 0; i < books->n; i++)
		if (!strcmp(books->account[i].name, name))
			return &books->account[i];
	return NULL;
}

static struct account *add_account(struct books *books, const char *name)
{
	struct account *account;

	GROW(books->account, books->n);
	account = &books->account[books->n++];
	*account = (struct account){
		.name = xstrdup(name),
		.ios[BEFORE] = xcalloc(books->disks, sizeof(uint64_t)),
		.ios[AFTER] = xcalloc(books->disks, sizeof(uint64_t)),
	};
	return account;
}

/* 1 and the next line, 0 at the end, -1 with *error when the line is damaged. */
static int next_line(struct reader *r, char **error)
{
	struct lines *line = &r->lines;

	if (!lines_next(line))
		return 0;
	if (!line->whole)
		return storm_error(error, "io.stat, line %u: truncated", line->number);
	if (line->length > LINE_LENGTH_MAX)
		return storm_error(error, "io.stat, line %u: longer than %d bytes", line->number,
				   LINE_LENGTH_MAX);
	if (line_printable(line) < line->length || !line_copy(line, r->text, sizeof(r->text)))
		return storm_error(error, "io.stat, line %u: not printable ASCII", line->number);
	return 1;
}

static int line_error(const struct reader *r, const char *wrong, char **error)
{
	return storm_error(error, "io.stat, line %u, \"%.80s\": %s", r->lines.number, r->text,
			   wrong);
}

/* "MAJ:MIN" */
static bool parse_device(const char *word, uint64_t *major, uint64_t *minor)
{
	const char *colon = strchr(word, ':');
	char digits[16];

	if (!colon || (size_t)(colon - word) >= sizeof(digits))
		return false;
	memcpy(digits, word, (size_t)(colon - word));
	digits[colon - word] = '\0';
	return parse_u64(digits, UINT32_MAX, major) && parse_u64(colon + 1, UINT32_MAX, minor);
}

/* True when @line starts with @word and a blank. */
static bool has_word(const char *line, const char *word)
{
	size_t length = strlen(word);

	return !strncmp(line, word, length) && line[length] == ' ';
}

/* The lines "disks N" and "first MAJ:MIN". */
static int read_head(struct books *books, struct reader *r, char **error)
{
	int got = next_line(r, error);

	if (got <= 0)
		return got ? -1 : storm_error(error, "io.stat: empty");
	if (!has_word(r->text, PCPB_BOOKS_DISKS) ||
	    !parse_u64(r->text + sizeof(PCPB_BOOKS_DISKS), DISKS_MAX, &books->disks) || !books->disks)
		return line_error(r, "\"" PCPB_BOOKS_DISKS " N\" belongs here", error);
	got = next_line(r, error);
	if (got <= 0)
		return got ? -1 : storm_error(error, "io.stat: ends after line 1");
	if (!has_word(r->text, PCPB_BOOKS_FIRST) ||
	    !parse_device(r->text + sizeof(PCPB_BOOKS_FIRST), &books->major, &books->minor))
		return line_error(r, "\"" PCPB_BOOKS_FIRST " MAJ:MIN\" belongs here", error);
	return 0;
}

/* "cgroup NAME before|after" starts the lines of one io.stat. */
static int read_section(struct books *books, struct reader *r, struct account **current,
			enum moment *moment, char **error)
{
	char name[64], when[8];
	int used = 0;

	if (sscanf(r->text, PCPB_BOOKS_CGROUP " %63[!-~] %7[a-z]%n", name, when, &used) != 2 ||
	    r->text[used])
		return line_error(r, "\"cgroup NAME before|after\" belongs here", error);
	if (!strcmp(when, PCPB_BOOKS_BEFORE))
		*moment = BEFORE;
	else if (!strcmp(when, PCPB_BOOKS_AFTER))
		*moment = AFTER;
	else
		return line_error(r, "neither \"before\" nor \"after\"", error);
	*current = find_account(books, name);
	if (!*current && books->n >= ACCOUNTS_MAX)
		return line_error(r, "too many cgroups", error);
	if (!*current)
		*current = add_account(books, name);
	if ((*current)->known[*moment])
		return line_error(r, "it is there twice", error);
	(*current)->known[*moment] = true;
	memset(books->seen, 0, sizeof(books->seen));
	return 0;
}

/* "percpu_kib before|after N": the guest's Percpu in /proc/meminfo. */
static int read_memory(struct books *books, const struct reader *r, char **error)
{
	char when[8], number[24];
	enum moment moment;

	if (sscanf(r->text, PCPB_BOOKS_PERCPU " %7[a-z] %23[0-9]", when, number) != 2)
		return line_error(r, "\"" PCPB_BOOKS_PERCPU " before|after N\" belongs here", error);
	moment = strcmp(when, PCPB_BOOKS_BEFORE) ? AFTER : BEFORE;
	if (!parse_u64(number, KIB_MAX, &books->percpu_kib[moment]))
		return line_error(r, "not a number of KiB", error);
	books->percpu_known[moment] = true;
	return 0;
}

/*
 * One line of io.stat, " MAJ:MIN rbytes=1 … rios=2 wios=3 …". Keys that do
 * not count I/Os are skipped, as are disks that the step did not use.
 */
static int read_stat(struct books *books, struct reader *r, uint64_t *ios, char **error)
{
	char *rest = r->text, *word;
	uint64_t major, minor, value, sum = 0;

	word = strtok_r(NULL, " ", &rest);
	if (!word || !parse_device(word, &major, &minor))
		return line_error(r, "a line of io.stat starts with MAJ:MIN", error);
	while ((word = strtok_r(NULL, " ", &rest))) {
		if (strncmp(word, "rios=", 5) && strncmp(word, "wios=", 5))
			continue;
		if (!parse_u64(word + 5, IOS_MAX, &value))
			return storm_error(error, "io.stat, line %u: \"%.40s\" is not a number up "
					   "to %llu", r->lines.number, word, IOS_MAX);
		sum += value;
		if (sum > IOS_MAX)
			return storm_error(error, "io.stat, line %u: more than %llu I/Os",
					   r->lines.number, IOS_MAX);
	}
	if (major != books->major || minor < books->minor || minor - books->minor >= books->disks)
		return 0;
	minor -= books->minor;
	if (books->seen[minor])
		return storm_error(error, "io.stat, line %u: the disk is there twice",
				   r->lines.number);
	books->seen[minor] = true;
	ios[minor] = sum;
	return 0;
}

static int books_parse(struct books *books, const char *text, size_t length, char **error)
{
	struct reader r = { .lines = lines_of(text, length) };
	struct account *current = NULL;
	enum moment moment = BEFORE;
	int got;

	if (read_head(books, &r, error))
		return -1;
	while ((got = next_line(&r, error)) > 0) {
		if (has_word(r.text, PCPB_BOOKS_PERCPU)) {
			current = NULL;
			if (read_memory(books, &r, error))
				return -1;
		} else if (has_word(r.text, PCPB_BOOKS_POOL)) {
			current = NULL;
			if (pool_books_read(&books->pools, r.text))
				return line_error(&r, "\"pool before|after NAME COLUMN N\" "
						  "belongs here, and not more of them", error);
		} else if (r.text[0] != ' ') {
			if (read_section(books, &r, &current, &moment, error))
				return -1;
		} else if (!current) {
			return line_error(&r, "belongs to no cgroup", error);
		} else if (read_stat(books, &r, current->ios[moment], error)) {
			return -1;
		}
	}
	return got;
}

/* Leaves in ios[AFTER] of @name what it was charged during the storm, per disk. */
static int settle(struct books *books, const char *name, bool may_be_new, uint64_t **ios,
		  char **error)
{
	struct account *account = find_account(books, name);
	uint64_t d;

	if (!account || !account->known[AFTER])
		return storm_error(error, "io.stat of cgroup %s after the storm is missing", name);
	if (!account->known[BEFORE] && !may_be_new)
		return storm_error(error, "io.stat of cgroup %s before the storm is missing", name);
	if (account->settled)
		return storm_error(error, "cgroup %s was used twice", name);
	account->settled = true;
	for (d = 0; d < books->disks; d++) {
		if (account->ios[AFTER][d] < account->ios[BEFORE][d])
			return storm_error(error, "io.stat of cgroup %s went backwards on disk "
					   "%llu:%llu", name, (unsigned long long)books->major,
					   (unsigned long long)(books->minor + d));
		account->ios[AFTER][d] -= account->ios[BEFORE][d];
	}
	*ios = account->ios[AFTER];
	return 0;
}

static uint64_t above(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* Totals of a storm; the words are explained at storm_balance(). */
struct balance {
	uint64_t issued, own, misattributed, cgroups_misattributed, ancestors, unexplained;
};

/* Per disk, over all cgroups. */
struct disk_sum {
	uint64_t own, missing, surplus;
};

static int balance_cgroups(struct books *books, const struct storm_issued *issued,
			   struct disk_sum *sum, struct balance *balance, char **error)
{
	uint64_t d, *own;
	size_t i;

	for (i = 0; i < issued->n; i++) {
		const uint64_t *ios = issued->cgroup[i].ios;
		bool misattributed = false;

		if (settle(books, issued->cgroup[i].name, true, &own, error))
			return -1;
		for (d = 0; d < books->disks; d++) {
			balance->issued += ios[d];
			sum[d].own += own[d];
			sum[d].missing += above(ios[d], own[d]);
			sum[d].surplus += above(own[d], ios[d]);
			misattributed |= own[d] < ios[d];
		}
		balance->cgroups_misattributed += misattributed;
	}
	return 0;
}

/*
 * storm's io.stat holds its children's, the root's everything: what storm has
 * beyond its children was charged to storm itself, what the root has beyond
 * storm to the root.
 */
static int balance_ancestors(struct books *books, const struct disk_sum *sum,
			     struct balance *balance, char **error)
{
	uint64_t d, *storm, *root;

	if (settle(books, PCPB_STORM_CGROUP, false, &storm, error) ||
	    settle(books, PCPB_ROOT_CGROUP, false, &root, error))
		return -1;
	for (d = 0; d < books->disks; d++) {
		uint64_t ancestors = above(storm[d], sum[d].own) + above(root[d], storm[d]);

		balance->own += sum[d].own;
		balance->misattributed += sum[d].missing;
		balance->ancestors += ancestors;
		balance->unexplained += above(sum[d].missing, ancestors) +
					above(ancestors, sum[d].missing) + sum[d].surplus +
					above(sum[d].own, storm[d]) + above(storm[d], root[d]);
	}
	return 0;
}

static void count(struct measurement *m, const struct balance *balance)
{
	measurement_set_counter(m, "ios_issued", balance->issued);
	measurement_set_counter(m, "ios_own", balance->own);
	measurement_set_counter(m, "misattributed_ios", balance->misattributed);
	measurement_set_counter(m, "cgroups_misattributed", balance->cgroups_misattributed);
	measurement_set_counter(m, "ios_ancestors", balance->ancestors);
	measurement_set_counter(m, "ios_unexplained", balance->unexplained);
}

static void count_memory(struct measurement *m, const struct books *books)
{
	if (books->percpu_known[BEFORE])
		measurement_set_counter(m, "percpu_bytes_before", books->percpu_kib[BEFORE] << 10);
	if (books->percpu_known[AFTER])
		measurement_set_counter(m, "percpu_bytes_after", books->percpu_kib[AFTER] << 10);
}

int storm_balance(struct measurement *m, const struct storm_issued *issued, const char *text,
		  size_t length, char **error)
{
	struct books books = { 0 };
	struct balance balance = { 0 };
	struct disk_sum *sum = NULL;
	int ret = books_parse(&books, text, length, error);

	if (!ret && books.disks != issued->disks)
		ret = storm_error(error, "io.stat is of %llu disks, but the step has %llu",
				  (unsigned long long)books.disks,
				  (unsigned long long)issued->disks);
	if (!ret) {
		sum = xcalloc(books.disks, sizeof(*sum));
		ret = balance_cgroups(&books, issued, sum, &balance, error);
	}
	if (!ret)
		ret = balance_ancestors(&books, sum, &balance, error);
	if (!ret) {
		count_memory(m, &books);
		pool_books_count(&books.pools, m);
	}
	free(sum);
	books_free(&books);
	if (ret)
		return ret;
	count(m, &balance);
	if (balance.unexplained)
		return storm_error(error, "the books do not balance: %llu I/Os missing from the "
				   "jobs' cgroups, %llu at their ancestors, %llu unexplained",
				   (unsigned long long)balance.misattributed,
				   (unsigned long long)balance.ancestors,
				   (unsigned long long)balance.unexplained);
	return 0;
}

uint64_t *storm_issued_add(struct storm_issued *issued, const char *name)
{
	struct storm_cgroup *cgroup;

	GROW(issued->cgroup, issued->n);
	cgroup = &issued->cgroup[issued->n++];
	cgroup->name = xstrdup(name);
	cgroup->ios = xcalloc(issued->disks, sizeof(*cgroup->ios));
	return cgroup->ios;
}

void storm_issued_free(struct storm_issued *issued)
{
	for (size_t i = 0; i < issued->n; i++) {
		free(issued->cgroup[i].name);
		free(issued->cgroup[i].ios);
	}
	free(issued->cgroup);
	*issued = (struct storm_issued){ 0 };
}
