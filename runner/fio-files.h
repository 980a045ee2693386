/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FIO_FILES_H
#define FIO_FILES_H

#include "util.h"

/*
 * What fio needs to run in a guest: the program first, then every shared
 * library under the name by which the loader looks for it. 0, or -1 after a
 * message that says what is missing.
 */
int fio_files(struct str_list *files);

#endif
