/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The cache of build stages: <cache_root()>/<kind>/<key>, a folder each, that
 * exists only when complete. The newest few of a kind stay, others go once
 * they were not used for half a day. What a process has opened or published
 * stays as long as that process lives.
 *
 *	if (cache_open(&entry, "module", key, "the module", 100) < 0)
 *		return -1;
 *	ret = entry.work ? build_in(entry.work) : 0;
 *	if (!ret)
 *		ret = cache_publish(&entry);
 *	… use entry.dir …
 *	cache_close(&entry);
 */
#ifndef CACHE_H
#define CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/must-check.h"
#include "base/util.h"

struct cache_entry {
	char *dir;	/* where the finished folder is, or will be */
	char *work;	/* a folder to build in; NULL: dir is complete */
	bool resumed;	/* work is what an interrupted build kept; else it is empty */
	bool keep;	/* to be set: a build can go on from work as it is; true if resumed */
	char *log;	/* for the output of the stage's commands; survives a failure */
	int lock;
};

/*
 * Makes @entry ready to use or to build. While another process builds the
 * same, waits for it and says so. @what is for messages ("the kernel");
 * @need_mib: room to be found on the disk before a build. 0, or -1 after a
 * message or an interrupt.
 */
MUST_CHECK int cache_open(struct cache_entry *entry, const char *kind, const char *key,
			  const char *what, unsigned int need_mib);
/* The work folder becomes the finished one; nothing to do when there is none. */
MUST_CHECK int cache_publish(struct cache_entry *entry);
/*
 * Drops the lock, and the work folder if it was neither published nor is to be kept. A kept one
 * is given to the next build of the same key, and is removed before one of another.
 */
void cache_close(struct cache_entry *entry);

/* The finished folders of @kind, newest first. */
void cache_list(struct str_list *folders, const char *kind);

/*
 * A key: SHA-256 over the lines, which are everything that the result
 * depends on, shortened to what is unique enough for a folder's name.
 */
MUST_CHECK char *cache_key(const struct str_list *lines);

/* Bytes that the whole cache takes on the disk (hard links once), and bytes free there. */
void cache_usage(uint64_t *used, uint64_t *free_bytes);

#endif
