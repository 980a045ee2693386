/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Archives that the kernel unpacks as its first root: newc, byte-reproducible
 * (no times, owners or inode numbers of the host). Several can stand one after
 * the other in one file.
 */
#ifndef INITRAMFS_H
#define INITRAMFS_H

#include <stddef.h>

#include "base/must-check.h"

struct initramfs;

/* Appends to the file @path, which is made if need be. NULL after a message. */
MUST_CHECK struct initramfs *initramfs_open(const char *path);
/* Folders above @name are added when they are not there yet. 0, or -1 after a message. */
MUST_CHECK int initramfs_add_file(struct initramfs *fs, const char *name, const char *source,
				  unsigned int mode);
/* The same with zeros after it, @room bytes in all; a file that is larger is refused. */
MUST_CHECK int initramfs_add_roomy(struct initramfs *fs, const char *name, const char *source,
				   unsigned int mode, size_t room);
MUST_CHECK int initramfs_add_text(struct initramfs *fs, const char *name, const char *text,
				  size_t length, unsigned int mode);
/* The character device /dev/console, which the kernel opens for init. */
MUST_CHECK int initramfs_add_console(struct initramfs *fs);
/* 0 when everything was written, else -1 after a message. Frees @fs. */
MUST_CHECK int initramfs_close(struct initramfs *fs);

#endif
