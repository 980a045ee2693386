// SPDX-License-Identifier: GPL-2.0-only
/* Probes on tracepoints of the kernel that are not exported by name. */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "tracepoint.h"

struct search {
	const char *name;
	struct tracepoint *found;
};

static void compare(struct tracepoint *tracepoint, void *data)
{
	struct search *search = data;

	if (!strcmp(tracepoint->name, search->name))
		search->found = tracepoint;
}

int pcpb_tracepoint_probe(const char *name, void *probe,
			  struct tracepoint **found)
{
	struct search search = { .name = name };

	for_each_kernel_tracepoint(compare, &search);
	*found = search.found;
	if (!search.found)
		return -ENODEV;
	return tracepoint_probe_register(search.found, probe, NULL);
}

void pcpb_tracepoint_unprobe(struct tracepoint *tracepoint, void *probe)
{
	tracepoint_probe_unregister(tracepoint, probe, NULL);
	tracepoint_synchronize_unregister();
}
