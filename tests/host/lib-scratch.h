/* SPDX-License-Identifier: GPL-2.0-only */
/* A scratch folder per test program, as cmocka group fixtures. */
#ifndef LIB_SCRATCH_H
#define LIB_SCRATCH_H

int scratch_make(void **state);
int scratch_remove(void **state);
/* Path of @name in it, valid for some calls. */
const char *scratch(const char *name);
/* Writes @text to @name in it, folders made if need be. */
void scratch_write(const char *name, const char *text);

#endif
