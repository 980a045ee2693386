/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The evidence that a guest leaves, gathered piece by piece while it runs or
 * all at once from stored files, and the judgement over it.
 */
#ifndef GUEST_JUDGE_H
#define GUEST_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guest/console.h"
#include "guest/frame.h"
#include "guest/guest.h"

struct guest_evidence {
	struct console_scan console;
	struct frame_decoder decoder;
	struct guest_frames frames;
	size_t kept;			/* bytes of their payloads */
	unsigned int steps_begun, steps_ended;
	uint64_t moves;			/* signs of progress so far */
	uint64_t uptime_ns, step, progress;	/* of the last heartbeat */
	bool too_much;			/* frames were dropped to save memory */
};

void guest_evidence_init(struct guest_evidence *e);
void guest_evidence_free(struct guest_evidence *e);
void guest_evidence_console(struct guest_evidence *e, const char *text, size_t length);
void guest_evidence_frames(struct guest_evidence *e, const void *data, size_t length);

/*
 * Judges @e and @end (enum guest_end or QEMU's status) into @outcome, whose
 * frames it takes over; the times in @outcome are the caller's.
 */
void guest_conclude(struct guest_outcome *outcome, struct guest_evidence *e, int end);

#endif
