// SPDX-License-Identifier: GPL-2.0-only
/* What a churn wrote down, reckoned up: counters, histograms, I/Os issued. */
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "churn.h"

#define NS_PER_S	1000000000u

struct histogram {
	uint64_t count, min, max, sum;
	uint64_t bucket[PCPB_HIST_BUCKETS];
};

static void record(struct histogram *h, uint64_t value)
{
	if (!h->count || value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
	h->count++;
	h->sum += value;
	h->bucket[pcpb_hist_index(value)]++;
}

static void write_histogram(const struct histogram *h, const char *name, const char *unit,
			    FILE *out)
{
	fprintf(out, PCPB_RESULT_HIST " %s %s %lu %lu %lu %lu\n", name, unit, h->count, h->min,
		h->max, h->sum);
	for (unsigned int i = 0; i < PCPB_HIST_BUCKETS; i++)
		if (h->bucket[i])
			fprintf(out, PCPB_RESULT_BUCKET " %lu %lu %lu\n", pcpb_hist_low(i),
				pcpb_hist_high(i), h->bucket[i]);
	fprintf(out, PCPB_RESULT_HIST_END "\n");
}

/* In the unit of the results; 0 when another CPU's clock is a little behind. */
static uint64_t between(const struct churn *churn, const char *unit, uint64_t start, uint64_t end)
{
	uint64_t ticks = end > start ? end - start : 0;

	return strcmp(unit, PCPB_UNIT_EXACT) ? churn_ticks_to_ns(churn, ticks) : ticks;
}

/* When @cgroup was due, in ticks; flat out there is no other arrival than its begin. */
static uint64_t arrival(const struct churn *churn, unsigned int cgroup)
{
	if (!churn->due)
		return churn->begun[cgroup];
	return churn->start.ticks +
	       churn_ns_to_ticks(churn, churn->lead_ns + churn->due[cgroup]);
}

static void write_latencies(const struct churn *churn, const char *unit, FILE *out)
{
	const struct churn_step *step = &churn->step;
	struct histogram *latency = xmalloc(sizeof(*latency)), *service = xmalloc(sizeof(*service));

	memset(latency, 0, sizeof(*latency));
	memset(service, 0, sizeof(*service));
	for (unsigned int cgroup = 0; cgroup < step->cgroups; cgroup++) {
		uint64_t due = arrival(churn, cgroup);

		for (unsigned int disk = 0; disk < step->disks; disk++) {
			const struct churn_first *first =
				&churn->first[(size_t)cgroup * step->disks + disk];

			record(latency, between(churn, unit, due, first->end));
			record(service, between(churn, unit, first->start, first->end));
		}
	}
	write_histogram(latency, "first_io_latency", unit, out);
	write_histogram(service, "first_io_service", unit, out);
	free(latency);
	free(service);
}

/* Begun more than a mean interval after they were due: the intended rate was not kept there. */
static unsigned int late_arrivals(const struct churn *churn)
{
	uint64_t interval = churn_ns_to_ticks(churn, NS_PER_S / churn->step.rate);
	unsigned int late = 0;

	for (unsigned int cgroup = 0; cgroup < churn->step.cgroups; cgroup++)
		late += churn->begun[cgroup] > arrival(churn, cgroup) + interval;
	return late;
}

static void write_rate(const struct churn *churn, FILE *out)
{
	uint64_t first = UINT64_MAX, last = 0, ns;

	for (unsigned int cgroup = 0; cgroup < churn->step.cgroups; cgroup++) {
		if (churn->begun[cgroup] < first)
			first = churn->begun[cgroup];
		if (churn->begun[cgroup] > last)
			last = churn->begun[cgroup];
	}
	ns = churn_ticks_to_ns(churn, last - first);
	if (ns)
		fprintf(out, COUNTER "achieved_rate %lu\n",
			(uint64_t)(((unsigned __int128)churn->step.cgroups - 1) * NS_PER_S / ns));
	if (churn->step.rate)
		fprintf(out, COUNTER "late_arrivals %u\n", late_arrivals(churn));
}

static void write_issued(const struct churn *churn, FILE *out)
{
	const struct churn_step *step = &churn->step;
	char name[16];

	for (unsigned int cgroup = 0; cgroup < step->cgroups; cgroup++) {
		cgroup_job_name(cgroup, name);
		fprintf(out, PCPB_DRIVER_ISSUED " %s", name);
		for (unsigned int disk = 0; disk < step->disks; disk++)
			fprintf(out, " %u", churn->issued[(size_t)cgroup * step->disks + disk]);
		fputc('\n', out);
	}
}

void churn_report(const struct churn *churn, const char *unit, FILE *out)
{
	fprintf(out, COUNTER "cgroups %u\n", churn->step.cgroups);
	fprintf(out, COUNTER "cgroups_live_peak %u\n", atomic_load(&churn->live_peak));
	write_rate(churn, out);
	write_latencies(churn, unit, out);
	fprintf(out, PCPB_RESULT_END "\n");
	write_issued(churn, out);
}
