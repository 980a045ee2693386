// SPDX-License-Identifier: GPL-2.0-only
#include "result/fio.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "base/util.h"

/*
 * fio's histogram (FIO_IO_U_PLAT_* in its stat.h): values below 2^7 have a
 * bucket each, every power of two above is cut into 2^6, and what is beyond
 * the last power of two lands in the last bucket.
 */
#define FIO_SUB_BITS	6
#define FIO_GROUPS	29
#define FIO_VALUE_MAX	((1ull << (FIO_SUB_BITS + FIO_GROUPS - 1)) - 1)

/* Together they keep every total within 63 bits. */
#define FIO_IOS_MAX	(1ull << 40)	/* of one job */
#define FIO_JOBS_MAX	65536

/* A bin as json+ has it: its key is the middle of the bucket. */
struct bin {
	uint64_t middle, count;
};

struct bins {
	struct bin *bin;
	size_t n;
};

static int compare_bins(const void *a, const void *b)
{
	const struct bin *x = a, *y = b;

	return (x->middle > y->middle) - (x->middle < y->middle);
}

/* The bounds of the bucket whose middle is @middle; false when there is no such bucket. */
static bool bucket_of(uint64_t middle, uint64_t *low, uint64_t *high)
{
	uint64_t width = 1;

	if (middle > FIO_VALUE_MAX)
		return false;
	if (middle >= 2u << FIO_SUB_BITS)
		width <<= 63 - FIO_SUB_BITS - __builtin_clzll(middle);
	*low = middle & ~(width - 1);
	*high = *low + (width - 1);
	return middle - *low == width / 2;
}

static bool get_count(json_t *object, const char *key, uint64_t *value)
{
	json_t *json = json_object_get(object, key);

	if (!json_is_integer(json) || json_integer_value(json) < 0)
		return false;
	*value = (uint64_t)json_integer_value(json);
	return true;
}

/* Appends the bins of one job and adds up their counts. */
static bool read_bins(struct bins *all, json_t *object, uint64_t *total)
{
	const char *key;
	json_t *value;

	*total = 0;
	json_object_foreach(object, key, value) {
		struct bin bin;

		if (!parse_u64(key, FIO_VALUE_MAX, &bin.middle) || !json_is_integer(value) ||
		    json_integer_value(value) <= 0)
			return false;
		bin.count = (uint64_t)json_integer_value(value);
		if (__builtin_add_overflow(*total, bin.count, total))
			return false;
		GROW(all->bin, all->n);
		all->bin[all->n++] = bin;
	}
	return true;
}

/* The completion latencies of one job into the totals of @clat and into @all. */
static const char *add_latencies(struct hist *clat, struct bins *all, json_t *job)
{
	json_t *ns = json_object_get(json_object_get(job, "read"), "clat_ns");
	uint64_t n, min, max, in_bins;
	long double sum;
	json_t *mean;

	if (!get_count(ns, "N", &n) || n > FIO_IOS_MAX)
		return "read.clat_ns has no count N, or it is out of range";
	if (!n)
		return NULL;
	mean = json_object_get(ns, "mean");
	if (!get_count(ns, "min", &min) || !get_count(ns, "max", &max) || !json_is_number(mean))
		return "read.clat_ns lacks min, max or mean";
	if (!read_bins(all, json_object_get(ns, "bins"), &in_bins))
		return "read.clat_ns.bins is not a list of latencies and counts";
	if (in_bins != n)
		return "read.clat_ns.bins do not add up to N (was fio run with json+?)";
	sum = roundl((long double)json_number_value(mean) * (long double)n);
	if (!(sum >= 0) || sum > (long double)(INT64_MAX - (uint64_t)clat->sum))
		return "read.clat_ns.mean is out of range";
	clat->sum += (uint64_t)sum;
	if (!clat->count || min < clat->min)
		clat->min = min;
	if (max > clat->max)
		clat->max = max;
	clat->count += n;
	return NULL;
}

/* All jobs' bins, equal ones joined, become the buckets of @clat. */
static const char *fill_buckets(struct hist *clat, struct bins *all)
{
	size_t i, j;

	if (all->n)
		qsort(all->bin, all->n, sizeof(*all->bin), compare_bins);
	for (i = 0; i < all->n; i = j) {
		uint64_t low, high, count = 0;

		for (j = i; j < all->n && all->bin[j].middle == all->bin[i].middle; j++)
			count += all->bin[j].count;
		if (!bucket_of(all->bin[i].middle, &low, &high))
			return "a bin is not the middle of a bucket of fio 3 (another version?)";
		if (high == FIO_VALUE_MAX && clat->max > high)
			high = clat->max;
		if (!hist_append_bucket(clat, low, high, count))
			return "two bins overlap";
	}
	return hist_check(clat);
}

static const char *read_job(struct fio_job *job, json_t *json)
{
	static const char *const directions[] = { "read", "write" };
	const char *name = json_string_value(json_object_get(json, "jobname"));
	json_t *error = json_object_get(json, "error");
	uint64_t ios;
	size_t i;

	if (!name)
		return "jobname is missing";
	job->name = xstrdup(name);
	if (!json_is_integer(error) || llabs(json_integer_value(error)) > INT_MAX)
		return "error is missing";
	job->error = (int)json_integer_value(error);
	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		if (!get_count(json_object_get(json, directions[i]), "total_ios", &ios))
			return "total_ios is missing";
		if (ios > FIO_IOS_MAX / 2)
			return "total_ios is out of range";
		job->ios += ios;
	}
	return NULL;
}

static int read_jobs(struct fio_result *fio, json_t *jobs, char **error)
{
	struct bins all = { 0 };
	const char *wrong;
	json_t *json;
	size_t i;

	fio->job = xcalloc(json_array_size(jobs), sizeof(*fio->job));
	json_array_foreach(jobs, i, json) {
		fio->jobs++;
		wrong = read_job(&fio->job[i], json);
		if (!wrong)
			wrong = add_latencies(&fio->clat, &all, json);
		if (wrong) {
			*error = xasprintf("fio's output, jobs[%zu]: %s", i, wrong);
			free(all.bin);
			return -1;
		}
	}
	wrong = fill_buckets(&fio->clat, &all);
	if (wrong)
		*error = xasprintf("fio's output, completion latencies: %s", wrong);
	free(all.bin);
	return wrong ? -1 : 0;
}

/* Messages may stand before the JSON: it starts with the first line that opens a brace. */
static const char *find_json(const char *text, size_t length)
{
	struct lines lines = lines_of(text, length);

	while (lines_next(&lines))
		if (line_starts(&lines, "{"))
			return lines.text;
	return NULL;
}

/* fio printed no JSON: its first words say why. */
static char *no_json(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && n < 200 && text[n] >= ' ' && text[n] <= '~')
		n++;
	if (!n)
		return xstrdup("fio printed no JSON and no message");
	return xasprintf("fio printed no JSON, but \"%.*s\"", (int)n, text);
}

int fio_parse(struct fio_result *fio, const char *unit, const char *text, size_t length,
	      char **error)
{
	const char *start = find_json(text, length);
	json_error_t where;
	json_t *root, *jobs;
	int ret = -1;

	memset(fio, 0, sizeof(*fio));
	hist_init(&fio->clat, unit);
	*error = NULL;
	if (!start) {
		*error = no_json(text, length);
		return -1;
	}
	/* fio may say more after its JSON */
	root = json_loadb(start, length - (size_t)(start - text),
			  JSON_DISABLE_EOF_CHECK, &where);
	jobs = json_object_get(root, "jobs");
	if (!root)
		*error = xasprintf("fio's JSON is damaged in line %d: %s", where.line, where.text);
	else if (!json_array_size(jobs))
		*error = xstrdup("fio ran no job");
	else if (json_array_size(jobs) > FIO_JOBS_MAX)
		*error = xasprintf("fio's output has more than %d jobs", FIO_JOBS_MAX);
	else
		ret = read_jobs(fio, jobs, error);
	json_decref(root);
	if (ret)
		fio_result_free(fio);
	return ret;
}

void fio_result_free(struct fio_result *fio)
{
	size_t i;

	for (i = 0; i < fio->jobs; i++)
		free(fio->job[i].name);
	free(fio->job);
	hist_free(&fio->clat);
	memset(fio, 0, sizeof(*fio));
}
