/* SPDX-License-Identifier: GPL-2.0-only */
/* What a command line says of a run, for `run` and for what runs and compares. */
#ifndef RUN_ARGS_H
#define RUN_ARGS_H

#include <argp.h>

#include "base/must-check.h"
#include "run/run.h"

/* The options of `run` that say what is measured; its input is a run_options. */
extern const struct argp run_argp;

void run_options_init(struct run_options *options);
void run_options_free(struct run_options *options);

#endif
