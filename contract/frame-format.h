/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The frames that the guest agent writes to port 0xe9 and the host program
 * reads. Little endian. One frame is a header, then length bytes of payload;
 * crc32 (zlib's) covers the header up to it, then the payload.
 */
#ifndef PCPB_FRAME_FORMAT_H
#define PCPB_FRAME_FORMAT_H

#include <stdint.h>

#define PCPB_FRAME_MAGIC	0x42504350u	/* "PCPB" */
#define PCPB_FRAME_VERSION	2
#define PCPB_FRAME_MAX		(16u << 20)	/* of a payload, either form */
#define PCPB_FRAME_ZLIB		1u		/* flags: payload is a u32 length, then a zlib stream */

struct pcpb_frame_header {
	uint32_t magic;
	uint8_t version;
	uint8_t type;		/* enum pcpb_frame_type */
	uint16_t flags;
	uint32_t seq;		/* from 0, by one; a gap is a lost frame */
	uint32_t length;	/* of the payload as sent */
	uint32_t crc32;
};

_Static_assert(sizeof(struct pcpb_frame_header) == 20, "no padding");

/*
 * Payloads are text, without a final NUL. Every frame of a step starts with
 * the line "step N", N counting from 0 in the order of the plan.
 */
enum pcpb_frame_type {
	PCPB_FRAME_HELLO = 1,	/* "key value" lines: about the guest; the agent's first word */
	PCPB_FRAME_STEP_BEGIN,	/* "step N", then the step's own line */
	PCPB_FRAME_RESULT,	/* "step N", then the module's result text */
	PCPB_FRAME_FIO,		/* "step N", then fio's json+ output, untouched */
	PCPB_FRAME_IOSTAT,	/* "step N", then the books: see docs/protocol.md */
	PCPB_FRAME_STEP_END,	/* "step N", "verdict V", maybe "reason …" */
	PCPB_FRAME_HEARTBEAT,	/* "uptime_ns U", "step N", "progress P" */
	PCPB_FRAME_LOG,		/* a diagnostic for people */
	PCPB_FRAME_DRIVER,	/* "step N", then what the agent's own driver did: see docs/protocol.md */
	PCPB_FRAME_BYE,		/* "steps N": all were run; nothing follows */
	PCPB_FRAME_PERF_STAT,	/* "step N", then what `perf stat -x,` printed */
	PCPB_FRAME_PERF_REPORT,	/* "step N", then what `perf report --stdio` printed */
	PCPB_FRAME_PERF_DATA,	/* "step N", then perf.data, the one payload that is no text */
	PCPB_FRAME_TRACE,	/* "step N", then tracefs' text of the percpu events */
	PCPB_FRAME_TYPES,
};

#define PCPB_FRAME_PORT		0xe9	/* isa-debugcon */

/*
 * The agent ends the guest by a write of one of these to isa-debug-exit, and
 * QEMU then exits with PCPB_EXIT_STATUS() of it.
 */
#define PCPB_EXIT_PORT		0xf4
#define PCPB_EXIT_GOOD		0x2a	/* all steps were run */
#define PCPB_EXIT_FAILED	0x15	/* the agent could not go on */
#define PCPB_EXIT_STATUS(value)	(((value) << 1) | 1)

#endif /* PCPB_FRAME_FORMAT_H */
