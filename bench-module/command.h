/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands that control takes (docs/protocol.md). */
#ifndef PCPB_COMMAND_H
#define PCPB_COMMAND_H

#include "error.h"
#include "percpu-bench.h"

#define PCPB_COMMAND_MAX	4096	/* bytes, newline included */

enum pcpb_verb {
	PCPB_RUN,
	PCPB_BEGIN,
	PCPB_END,
};

struct pcpb_command {
	enum pcpb_verb verb;
	struct pcpb_step step;	/* not for PCPB_END */
};

/*
 * Reads the @length bytes of @text, which are changed on the way; there is
 * room for a NUL behind them. 0; or -EINVAL or -ENOENT (a name that is in no
 * table) with the reason in @error.
 */
int pcpb_command_parse(struct pcpb_command *command, char *text, size_t length,
		       struct pcpb_error *error);

#endif /* PCPB_COMMAND_H */
