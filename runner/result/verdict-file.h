/* SPDX-License-Identifier: GPL-2.0-only */
/* verdict.json of a run folder, after the run. */
#ifndef VERDICT_FILE_H
#define VERDICT_FILE_H

#include "base/must-check.h"
#include "base/util.h"

/*
 * A run that was good may be part of something that was not: a comparison that
 * lacks a part, a digest that is another one. Raises the verdict of @dir to
 * @status (enum exit_status) with @reasons more, unless it is as high already.
 * -1 after a message.
 */
MUST_CHECK int verdict_raise(const char *dir, int status, const struct str_list *reasons);

#endif
