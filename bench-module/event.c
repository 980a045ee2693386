// SPDX-License-Identifier: GPL-2.0-only
/* Kernel events that are not exported by name. */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "event.h"

struct search {
	const char *name;
	struct tracepoint *found;
};

static void compare(struct tracepoint *event, void *data)
{
	struct search *search = data;

	if (!strcmp(event->name, search->name))
		search->found = event;
}

int pcpb_event_probe(const char *name, void *probe, struct tracepoint **event)
{
	struct search search = { .name = name };

	for_each_kernel_tracepoint(compare, &search);
	*event = search.found;
	if (!search.found)
		return -ENODEV;
	return tracepoint_probe_register(search.found, probe, NULL);
}

void pcpb_event_unprobe(struct tracepoint *event, void *probe)
{
	tracepoint_probe_unregister(event, probe, NULL);
	tracepoint_synchronize_unregister();
}
