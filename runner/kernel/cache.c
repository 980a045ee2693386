// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "kernel/build.h"
#include "kernel/folder-hold.h"

#define KEY_DIGITS 20
#define LOCK_POLL_MS 200
#define TEMPORARY ".tmp."
#define KEPT "kept"	/* a file in a work folder that can be gone on from */
/* So many of each kind stay: a kernel takes some 700 MB, an image 6 or 12 MB. */
#define KEPT_FOLDERS 8
#define UNUSED_SECONDS (12 * 3600)

const char *cache_root(void)
{
	static char *root;
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *path;

	if (root)
		return root;
	if (base && *base == '/') {
		path = xasprintf("%s/pcpbench", base);
	} else if (home && *home == '/') {
		path = xasprintf("%s/.cache/pcpbench", home);
	} else {
		diag_error("there is nowhere to cache builds: neither XDG_CACHE_HOME nor HOME is set");
		return NULL;
	}
	if (path[strcspn(path, " \t\n:#%$\\'\"")]) {
		diag_error("the cache cannot be in '%s': the kernel's makefiles cannot cope with that name",
			   path);
		diag_hint("set XDG_CACHE_HOME to a folder without blanks and special characters");
		free(path);
		return NULL;
	}
	if (make_dirs(path) < 0) {
		diag_hint("set XDG_CACHE_HOME to a folder that can be written");
		free(path);
		return NULL;
	}
	root = path;
	return root;
}

char *cache_key(const struct str_list *lines)
{
	char *text = str_list_join(lines, "\n"), hex[65];

	sha256_hex(text, strlen(text), hex);
	free(text);
	return xstrndup(hex, KEY_DIGITS);
}

static int lock_open(const char *root, const char *kind, const char *key, int extra_flags)
{
	char *path = xasprintf("%s/locks/%s-%s", root, kind, key);
	int fd = open(path, O_RDWR | O_CLOEXEC | extra_flags, 0666);

	if (fd < 0 && extra_flags)
		diag_error("cannot open the lock %s: %s", path, strerror(errno));
	free(path);
	return fd;
}

static void tell_who_is_waited_for(int lock, const char *what)
{
	char owner[32] = "";

	if (pread(lock, owner, sizeof(owner) - 1, 0) < 0)
		*owner = '\0';
	owner[strspn(owner, "0123456789")] = '\0';
	diag_info("waiting for another pcpbench (process %s), which builds %s",
		  *owner ? owner : "unknown", what);
}

/* Takes the lock, or -1 when interrupted. */
static int lock_take(int lock, const char *what)
{
	struct pollfd interrupt = { .fd = interrupt_fd(), .events = POLLIN };
	bool told = false;
	char owner[32];
	int n;

	while (flock(lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return diag_error("cannot lock the cache: %s", strerror(errno));
		if (!told)
			tell_who_is_waited_for(lock, what);
		told = true;
		poll(&interrupt, 1, LOCK_POLL_MS);
		if (interrupt_requested())
			return -1;
	}
	n = snprintf(owner, sizeof(owner), "%d\n", (int)getpid());
	if (ftruncate(lock, 0) < 0 || pwrite(lock, owner, (size_t)n, 0) < 0)
		diag_warn("cannot note the owner of a lock: %s", strerror(errno));
	return 0;
}

/* True when an interrupted build left @folder so that it can be gone on with. */
static bool is_kept(const char *folder)
{
	char *mark = xasprintf("%s/" KEPT, folder);
	bool kept = file_exists(mark);

	free(mark);
	return kept;
}

/*
 * Who builds holds the key's lock, so a temporary folder whose lock is free,
 * or ours, belongs to a process that died.
 */
static void remove_if_stale(const char *root, const char *kind, const char *own_key,
			    const char *name)
{
	const char *suffix = strstr(name, TEMPORARY);
	char *key, *path;
	int lock;

	if (!suffix)
		return;
	key = xstrndup(name, (size_t)(suffix - name));
	lock = strcmp(key, own_key) ? lock_open(root, kind, key, 0) : -1;
	free(key);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) < 0) {
		close(lock);
		return;
	}
	path = xasprintf("%s/%s/%s", root, kind, name);
	if (lock >= 0 || strncmp(name, own_key, strlen(own_key)) || !is_kept(path))
		discard_tree(path);
	free(path);
	if (lock >= 0)
		close(lock);
}

static void remove_stale(const char *root, const char *kind, const char *own_key)
{
	char *path = xasprintf("%s/%s", root, kind);
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		remove_if_stale(root, kind, own_key, entry->d_name);
	if (dir)
		closedir(dir);
	free(path);
}

static int check_room(const char *root, const char *what, unsigned int need_mib)
{
	struct statvfs fs;
	uint64_t found;

	if (statvfs(root, &fs) < 0)
		return diag_error("cannot ask for the free space of %s: %s", root,
				  strerror(errno));
	found = (uint64_t)fs.f_bavail * fs.f_frsize >> 20;
	if (found >= need_mib)
		return 0;
	diag_error("no room for %s in %s: it needs %u MiB, %llu MiB are free", what, root,
		   need_mib, (unsigned long long)found);
	diag_hint("free some, or set XDG_CACHE_HOME to a folder on another disk");
	return -1;
}

/* Finished folders of @kind that nobody uses or has used for long, beyond the newest few. */
static void remove_unused(const char *kind)
{
	struct str_list folders = { 0 };
	time_t now = time(NULL);
	struct stat st;

	cache_list(&folders, kind);
	for (size_t i = KEPT_FOLDERS; i < folders.n; i++)
		if (!stat(folders.item[i], &st) && now - st.st_mtime > UNUSED_SECONDS)
			folder_remove_unheld(folders.item[i]);
	str_list_free(&folders);
}

/* What an interrupted build of @dir kept, under its own name, since make notes paths; or NULL. */
static char *kept_work(const char *dir)
{
	char *pattern = xasprintf("%s" TEMPORARY "*/" KEPT, dir), *work = NULL;
	glob_t found;

	if (!glob(pattern, 0, NULL, &found) && !unlink(found.gl_pathv[0])) {
		work = xstrdup(found.gl_pathv[0]);
		*strrchr(work, '/') = '\0';
	}
	globfree(&found);
	free(pattern);
	return work;
}

/* With the lock held: someone else may have built it meanwhile. */
static int begin_work(struct cache_entry *entry, const char *root, const char *kind,
		      const char *what, unsigned int need_mib)
{
	if (folder_hold(entry->dir))
		return 0;
	remove_unused(kind);
	remove_stale(root, kind, strrchr(entry->dir, '/') + 1);
	entry->work = kept_work(entry->dir);
	entry->resumed = entry->keep = entry->work;
	/* Room was found for the whole before it was begun, and a part of that is taken. */
	if (entry->resumed)
		return 0;
	if (check_room(root, what, need_mib) < 0)
		return -1;
	entry->work = xasprintf("%s" TEMPORARY "%d", entry->dir, (int)getpid());
	unlink(entry->log);
	if (remove_tree(entry->work) < 0 || make_dirs(entry->work) < 0)
		return -1;
	return 0;
}

int cache_open(struct cache_entry *entry, const char *kind, const char *key, const char *what,
	       unsigned int need_mib)
{
	const char *root = cache_root();
	char *locks, *logs;
	int ret = -1;

	*entry = (struct cache_entry){ .lock = -1 };
	if (!root)
		return -1;
	locks = xasprintf("%s/locks", root);
	logs = xasprintf("%s/logs", root);
	entry->dir = xasprintf("%s/%s/%s", root, kind, key);
	entry->log = xasprintf("%s/%s-%s.log", logs, kind, key);
	if (folder_hold(entry->dir)) {
		/* So that the newest are the last used. */
		utimensat(AT_FDCWD, entry->dir, NULL, 0);
		ret = 0;
	} else if (!make_dirs(locks) && !make_dirs(logs)) {
		entry->lock = lock_open(root, kind, key, O_CREAT);
		if (entry->lock >= 0 && !lock_take(entry->lock, what))
			ret = begin_work(entry, root, kind, what, need_mib);
	}
	free(locks);
	free(logs);
	if (ret)
		cache_close(entry);
	return ret;
}

int cache_publish(struct cache_entry *entry)
{
	if (!entry->work)
		return 0;
	if (interrupt_requested())
		return -1;
	if (rename(entry->work, entry->dir) < 0)
		return diag_error("cannot rename %s to %s: %s", entry->work, entry->dir,
				  strerror(errno));
	folder_hold(entry->dir);
	free(entry->work);
	entry->work = NULL;
	return 0;
}

/*
 * The mark promises that every file below @work is whole, even after a power
 * failure: make would take an empty object for a finished one. So all of it is
 * on the disk before the mark is.
 */
static int mark_kept(const char *work)
{
	char *mark = xasprintf("%s/" KEPT, work);
	int fd = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret;

	if (fd < 0 || syncfs(fd))
		ret = diag_error("cannot write %s to the disk: %s", work, strerror(errno));
	else
		ret = file_write_atomic(mark, "", 0);
	if (fd >= 0)
		close(fd);
	free(mark);
	return ret;
}

void cache_close(struct cache_entry *entry)
{
	if (entry->work && (!entry->keep || mark_kept(entry->work)))
		discard_tree(entry->work);
	if (entry->lock >= 0)
		close(entry->lock);
	free(entry->dir);
	free(entry->work);
	free(entry->log);
	*entry = (struct cache_entry){ .lock = -1 };
}

struct dated_folder {
	char *path;
	struct timespec time;
};

static int newest_first(const void *a, const void *b)
{
	const struct timespec *s = &((const struct dated_folder *)a)->time;
	const struct timespec *t = &((const struct dated_folder *)b)->time;

	if (s->tv_sec != t->tv_sec)
		return s->tv_sec < t->tv_sec ? 1 : -1;
	return (s->tv_nsec < t->tv_nsec) - (s->tv_nsec > t->tv_nsec);
}

void cache_list(struct str_list *folders, const char *kind)
{
	struct dated_folder *found = NULL;
	const char *root = cache_root();
	struct dirent *entry;
	size_t n = 0;
	char *path;
	DIR *dir;

	if (!root)
		return;
	path = xasprintf("%s/%s", root, kind);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		struct stat st;

		if (*entry->d_name == '.' || strstr(entry->d_name, TEMPORARY) ||
		    fstatat(dirfd(dir), entry->d_name, &st, 0) < 0 || !S_ISDIR(st.st_mode))
			continue;
		GROW(found, n);
		found[n].path = xasprintf("%s/%s", path, entry->d_name);
		found[n++].time = st.st_mtim;
	}
	if (dir)
		closedir(dir);
	free(path);
	if (n)
		qsort(found, n, sizeof(*found), newest_first);
	for (size_t i = 0; i < n; i++) {
		str_list_add(folders, found[i].path);
		free(found[i].path);
	}
	free(found);
}

/* nftw() has no argument to hand on. */
static double usage_blocks;

static int add_usage(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)path;
	(void)ftw;
	/* Each of a file's links bears its share. */
	if (kind == FTW_F || kind == FTW_SL)
		usage_blocks += (double)st->st_blocks / (double)st->st_nlink;
	else if (kind == FTW_D)
		usage_blocks += (double)st->st_blocks;
	return 0;
}

void cache_usage(uint64_t *used, uint64_t *free_bytes)
{
	const char *root = cache_root();
	struct statvfs fs;

	*used = *free_bytes = 0;
	if (!root)
		return;
	usage_blocks = 0;
	nftw(root, add_usage, 32, FTW_PHYS);
	*used = (uint64_t)(usage_blocks * 512);
	if (!statvfs(root, &fs))
		*free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
}
