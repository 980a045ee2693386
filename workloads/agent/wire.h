/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way to the host: frames through port 0xe9. Any thread may send; a frame
 * leaves in one piece.
 */
#ifndef AGENT_WIRE_H
#define AGENT_WIRE_H

#include "encode.h"

/*
 * Opens the I/O ports to the calling thread and to the threads that it starts
 * afterwards. False when the kernel refuses (CONFIG_X86_IOPL_IOPERM).
 */
bool wire_open(struct reason *why);
/* A frame with a text of its own. */
void wire_sendf(enum pcpb_frame_type type, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A LOG frame: a diagnostic for people. */
#define wire_log(...) wire_sendf(PCPB_FRAME_LOG, __VA_ARGS__)
/*
 * "step N", then @body; compressed when @compress. A body that does not fit
 * is not sent: false with @why.
 */
bool wire_send_body(enum pcpb_frame_type type, unsigned int step, const struct text *body,
		    bool compress, struct reason *why);
/* Half a frame and then noise, for tests of the host's decoder. */
void wire_send_garbage(void);
/* Ends QEMU through isa-debug-exit; where there is none, the machine restarts. */
void wire_exit(unsigned char value) __attribute__((noreturn));

#endif
