// SPDX-License-Identifier: GPL-2.0-only
/* run --record: the events that guests recorded, one file per storm. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "guest/frame.h"
#include "run/run.h"

/* What the trace was made of, as comments, and then the guest's text. */
static int write_recording(const struct run *run, size_t b, unsigned int step, const char *text,
			   size_t length)
{
	size_t g = run->boot[b].guest;
	const struct run_target *target = run_guest_target(run, g);
	char *dir = guest_dir(run->temp_dir, b);
	char *path = xasprintf("%s/recording-%u.txt", dir, step);
	char *all = xasprintf("# recorded by: pcpbench run --record, workload %s, mode %s\n"
			      "# kernel: %s, series %s, %llu CPUs\n"
			      "# step: %s\n%.*s", run->workload.name, run->result.mode,
			      target->kernel.release, target->kernel.series,
			      (unsigned long long)run_guest_plan(run, g)->param[GUEST_cpus],
			      run_guest_plan(run, g)->step[step].line, (int)length, text);
	int ret = file_write_atomic(path, all, strlen(all));

	if (!ret)
		diag_info("recorded: guests/%02zu/recording-%u.txt", b, step);
	free(all);
	free(path);
	free(dir);
	return ret;
}

int run_write_recordings(const struct run *run)
{
	size_t recordings = 0;

	if (!run->options->record)
		return 0;
	for (size_t b = 0; b < run->boots; b++) {
		const struct guest_frames *frames = &run->boot[b].outcome.frames;
		size_t g = run->boot[b].guest;

		for (size_t i = 0; i < frames->n; i++) {
			const struct frame *frame = &frames->frame[i];
			unsigned int step;
			const char *text;

			if (frame->type != PCPB_FRAME_TRACE)
				continue;
			text = frame_step(frame, &step);
			if (!text || step >= run_guest_plan(run, g)->steps)
				continue;
			if (write_recording(run, b, step, text, frame->length -
					    (size_t)(text - frame->payload)))
				return -1;
			recordings++;
		}
	}
	if (!recordings)
		diag_warn("nothing was recorded: --record is of storms and churns, and none of the workload's came to its end");
	return 0;
}
