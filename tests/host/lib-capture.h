/* SPDX-License-Identifier: GPL-2.0-only */
/* What a function prints to stderr, for tests of messages. */
#ifndef LIB_CAPTURE_H
#define LIB_CAPTURE_H

void capture_stderr_start(void);
/* What was printed since, to be freed; stderr is itself again. */
char *capture_stderr_end(void);

#endif
