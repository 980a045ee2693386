// SPDX-License-Identifier: GPL-2.0-only
/* A storm is judged by what its driver did of what the step asks for, and by its books. */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "contract/guest-format.h"
#include "result/driver.h"
#include "result/fio.h"
#include "result/storm-books.h"

/* The work that the step asks for. */
struct wanted {
	uint64_t cgroups, disks, ios_per_disk, neighbour;
};

static int read_wanted(struct wanted *wanted, const struct measurement *m, char **error)
{
	if (!measurement_param(m, "jobs", &wanted->cgroups) ||
	    !measurement_param(m, "disks", &wanted->disks) ||
	    !measurement_param(m, "ios_per_disk", &wanted->ios_per_disk))
		return storm_error(error, "the storm has no jobs, disks or ios_per_disk");
	wanted->neighbour = 0;
	measurement_param(m, "neighbour", &wanted->neighbour);
	return 0;
}

static int check_job(const struct fio_job *job, char **error)
{
	if (!job->error)
		return 0;
	return storm_error(error, "fio's job %.40s failed with error %d (%s) after %llu I/Os",
			   job->name, job->error, strerror(abs(job->error)),
			   (unsigned long long)job->ios);
}

/* -1 unless fio did what the step asked for: its exit status does not tell. */
static int check_fio(const struct fio_result *fio, const struct wanted *wanted, char **error)
{
	uint64_t ios_per_job = wanted->ios_per_disk * wanted->disks;
	size_t i;

	for (i = 0; i < fio->jobs; i++) {
		const struct fio_job *job = &fio->job[i];

		if (check_job(job, error))
			return -1;
		if (job->ios != ios_per_job)
			return storm_error(error, "fio's job %.40s issued %llu I/Os instead of %llu",
					   job->name, (unsigned long long)job->ios,
					   (unsigned long long)ios_per_job);
	}
	if (fio->jobs != wanted->cgroups)
		return storm_error(error, "fio ran %zu jobs instead of %llu", fio->jobs,
				   (unsigned long long)wanted->cgroups);
	return 0;
}

/* fio takes the disks in turn, so that each got the same of what a job issued. */
static void issued_by_fio(struct storm_issued *issued, const struct fio_result *fio,
			  uint64_t ios_per_disk)
{
	for (size_t i = 0; i < fio->jobs; i++) {
		uint64_t *ios = storm_issued_add(issued, fio->job[i].name);

		for (uint64_t d = 0; d < issued->disks; d++)
			ios[d] = ios_per_disk;
	}
}

static void take_latencies(struct measurement *m, const char *unit, struct fio_result *fio)
{
	struct hist *h = measurement_add_hist(m, "fio_clat", unit);

	hist_free(h);
	*h = fio->clat;
	hist_init(&fio->clat, unit);
}

int storm_evaluate(struct measurement *m, const char *unit, const char *fio_text,
		   size_t fio_length, const char *iostat_text, size_t iostat_length, char **error)
{
	struct storm_issued issued = { 0 };
	struct fio_result fio;
	struct wanted wanted;
	uint64_t total = 0;
	int ret;

	*error = NULL;
	if (read_wanted(&wanted, m, error) || fio_parse(&fio, unit, fio_text, fio_length, error))
		return -1;
	for (size_t i = 0; i < fio.jobs; i++)
		total += fio.job[i].ios;	/* each within 40 bits */
	take_latencies(m, unit, &fio);
	measurement_set_counter(m, "fio_jobs", fio.jobs);
	measurement_set_counter(m, "ios_issued", total);
	ret = check_fio(&fio, &wanted, error);
	if (!ret) {
		issued.disks = wanted.disks;
		issued_by_fio(&issued, &fio, wanted.ios_per_disk);
		ret = storm_balance(m, &issued, iostat_text, iostat_length, error);
	}
	storm_issued_free(&issued);
	fio_result_free(&fio);
	return ret;
}

/* The driver counts every I/O: none too few, none too many. */
static int check_driver(const struct storm_issued *issued, const struct wanted *wanted,
			char **error)
{
	if (issued->n != wanted->cgroups)
		return storm_error(error, "the driver made %zu cgroups instead of %llu", issued->n,
				   (unsigned long long)wanted->cgroups);
	for (size_t i = 0; i < issued->n; i++)
		for (uint64_t d = 0; d < issued->disks; d++)
			if (issued->cgroup[i].ios[d] != wanted->ios_per_disk)
				return storm_error(error, "cgroup %.40s issued %llu I/Os on disk %llu instead of %llu",
						   issued->cgroup[i].name,
						   (unsigned long long)issued->cgroup[i].ios[d],
						   (unsigned long long)d,
						   (unsigned long long)wanted->ios_per_disk);
	return 0;
}

/* The neighbour read one disk until it was stopped; what it issued joins @issued. */
static int add_neighbour(struct measurement *m, struct storm_issued *issued, const char *unit,
			 const char *text, size_t length, char **error)
{
	struct fio_result fio;
	int ret;

	if (!text)
		return storm_error(error, "the guest sent no word of the neighbour's fio");
	if (fio_parse(&fio, unit, text, length, error))
		return -1;
	take_latencies(m, unit, &fio);
	if (fio.jobs != 1 || strcmp(fio.job[0].name, PCPB_NEIGHBOUR))
		ret = storm_error(error, "fio ran something else than the job " PCPB_NEIGHBOUR);
	else
		ret = check_job(&fio.job[0], error);
	if (!ret && (!fio.job[0].ios || fio.job[0].ios > STORM_IOS_MAX))
		ret = storm_error(error, "the neighbour issued %llu I/Os",
				  (unsigned long long)fio.job[0].ios);
	if (!ret) {
		measurement_set_counter(m, "neighbour_ios", fio.job[0].ios);
		storm_issued_add(issued, PCPB_NEIGHBOUR)[PCPB_NEIGHBOUR_DISK] = fio.job[0].ios;
	}
	fio_result_free(&fio);
	return ret;
}

int churn_evaluate(struct measurement *m, const char *unit, const char *driver_text,
		   size_t driver_length, const char *fio_text, size_t fio_length,
		   const char *iostat_text, size_t iostat_length, char **error)
{
	struct storm_issued issued = { 0 };
	struct wanted wanted;
	int ret;

	*error = NULL;
	if (read_wanted(&wanted, m, error))
		return -1;
	issued.disks = wanted.disks;
	ret = driver_parse(m, &issued, driver_text, driver_length, error);
	if (!ret)
		ret = check_driver(&issued, &wanted, error);
	if (!ret && wanted.neighbour)
		ret = add_neighbour(m, &issued, unit, fio_text, fio_length, error);
	if (!ret)
		ret = storm_balance(m, &issued, iostat_text, iostat_length, error);
	storm_issued_free(&issued);
	return ret;
}
