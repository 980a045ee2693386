/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Folders of the cache that a process uses, held by a shared flock(2) on the
 * folder itself, which ends with the process, however that ends.
 */
#ifndef FOLDER_HOLD_H
#define FOLDER_HOLD_H

#include <stdbool.h>

#include "base/must-check.h"

/* Holds @path until the process ends; once is enough. False when it is gone, or about to go. */
bool folder_hold(const char *path);
/* Removes @path unless some process, this one included, holds it. */
void folder_remove_unheld(const char *path);
/*
 * Makes <cache_root()>/@what.PID and holds it; what dead processes left of
 * @what goes. To be freed; NULL after a message. The caller removes it.
 */
MUST_CHECK char *scratch_folder_make(const char *what);

#endif
