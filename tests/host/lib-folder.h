/* SPDX-License-Identifier: GPL-2.0-only */
/* A temporary folder with files in it, for tests. */
#ifndef LIB_FOLDER_H
#define LIB_FOLDER_H

#include <stdbool.h>

/* A new empty folder; its path is to be freed after folder_remove(). Ends the test when there is none. */
char *folder_make(void);
/* Removes it and all below it, and frees the path. */
void folder_remove(char *folder);
/* Writes @text to @folder/@name; folders on the way are made. */
void folder_put(const char *folder, const char *name, const char *text);
/* The content of @folder/@name, which the caller frees. Ends the test when it cannot be read. */
char *folder_get(const char *folder, const char *name);
bool folder_has(const char *folder, const char *name);
/* Entries of @folder/@name besides "." and ".."; 0 when there is no such folder. */
unsigned int folder_entries(const char *folder, const char *name);

#endif
