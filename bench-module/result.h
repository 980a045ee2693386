/* SPDX-License-Identifier: GPL-2.0-only */
/* The result of a finished step as text (docs/protocol.md). */
#ifndef PCPB_RESULT_H
#define PCPB_RESULT_H

#include "run.h"

/* A finished text. Readers hold a reference, so a new one disturbs nobody. */
struct pcpb_result;

/* Makes the text of @run, and it the last result. May sleep. 0 or -ENOMEM. */
int pcpb_result_make(struct pcpb_run *run);

/* The last result with a reference, NULL when there was none. May sleep. */
struct pcpb_result *pcpb_result_get(void);
void pcpb_result_put(struct pcpb_result *result);
const char *pcpb_result_text(const struct pcpb_result *result, size_t *length);

/* Forgets the last result. For module unload. */
void pcpb_result_exit(void);

#endif /* PCPB_RESULT_H */
