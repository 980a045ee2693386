// SPDX-License-Identifier: GPL-2.0-only
/* A recorded trace; what is made of it must be what the module takes. */
#include <stdlib.h>
#include <string.h>

#include "contract/trace-format.h"
#include "lib-fuzz.h"
#include "workload/trace-program.h"

const unsigned int fuzz_runs = 6000;

/* Replays the operations without an allocator: every free is of a live alloc. */
static void replay(const struct trace *trace, const char *at, uint32_t ops)
{
	unsigned char *live = calloc(trace->allocs, 1);
	size_t allocs = 0, frees = 0;

	for (uint32_t i = 0; i < ops; i++) {
		uint32_t op, index;

		memcpy(&op, at + i * sizeof(op), sizeof(op));
		index = op & PCPB_TRACE_INDEX;
		if (!(op & PCPB_TRACE_FREE)) {
			if (index >= trace->classes || allocs == trace->allocs)
				abort();
			live[allocs++] = 1;
			continue;
		}
		if (index >= allocs || !live[index])
			abort();
		live[index] = 0;
		frees++;
	}
	if (allocs != trace->allocs || frees != trace->frees)
		abort();
	free(live);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pcpb_trace_header header;
	struct trace trace;
	char *error = trace_parse(&trace, (const char *)data, size);

	if (error) {
		if (trace.program)
			abort();
		free(error);
		return 0;
	}
	memcpy(&header, trace.program, sizeof(header));
	if (!header.id || header.id != trace.id || header.classes != trace.classes ||
	    trace.length != sizeof(header) + header.classes * sizeof(struct pcpb_trace_class) +
	    header.ops * sizeof(uint32_t))
		abort();
	replay(&trace, (const char *)trace.program + trace.length - header.ops * sizeof(uint32_t),
	       header.ops);
	trace_free(&trace);
	return 0;
}
