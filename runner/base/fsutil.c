// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "base/fsutil.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/diag.h"
#include "base/str-list.h"
#include "base/text.h"

#define CHUNK (128u << 10)
#define READ_BYTES 4096

int file_read(const char *path, size_t max, char **data, size_t *length)
{
	struct text text = { 0 };
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return diag_error("cannot open %s: %s", path, strerror(errno));
	for (;;) {
		char *room = text_room(&text, READ_BYTES);
		ssize_t n = read(fd, room, text.size - text.length - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			diag_error("cannot read %s: %s", path, strerror(errno));
			break;
		}
		if (!n) {
			close(fd);
			*length = text.length;
			*data = text_take(&text);
			return 0;
		}
		text.length += (size_t)n;
		if (text.length > max) {
			diag_error("%s is larger than the %zu bytes that are allowed here",
				   path, max);
			break;
		}
	}
	close(fd);
	text_free(&text);
	return -1;
}

/* 0, or -1 with errno. */
static int write_all(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length) {
		ssize_t n = write(fd, at, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

/* Makes the rename of @path itself survive a power cut. */
static void sync_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? xstrndup(path, (size_t)(slash - path) + 1) : xstrdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

int file_write_atomic(const char *path, const void *data, size_t length)
{
	char *temporary = xasprintf("%s.tmp.%d", path, (int)getpid());
	int fd, err = 0;

	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0) {
		diag_error("cannot create %s: %s", temporary, strerror(errno));
		free(temporary);
		return -1;
	}
	if (write_all(fd, data, length) < 0 || fsync(fd) < 0)
		err = errno;
	if (close(fd) < 0 && !err)
		err = errno;
	if (!err && rename(temporary, path) < 0)
		err = errno;
	if (err) {
		diag_error("cannot write %s: %s", path, strerror(err));
		unlink(temporary);
	} else {
		sync_folder_of(path);
	}
	free(temporary);
	return err ? -1 : 0;
}

static int copy_content(int in, int out)
{
	char *buffer = xcalloc(CHUNK, 1);
	ssize_t n;

	while ((n = read(in, buffer, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || write_all(out, buffer, (size_t)n) < 0)
			break;
	}
	free(buffer);
	return n ? -1 : 0;
}

int file_copy(const char *from, const char *to)
{
	struct stat st;
	int in, out, err = 0;

	in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return diag_error("cannot open %s: %s", from, strerror(errno));
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (out < 0) {
		diag_error("cannot create %s: %s", to, strerror(errno));
		close(in);
		return -1;
	}
	if (copy_content(in, out) < 0 || fstat(in, &st) < 0 ||
	    fchmod(out, st.st_mode & 0777) < 0)
		err = errno;
	if (close(out) < 0 && !err)
		err = errno;
	close(in);
	if (err) {
		unlink(to);
		return diag_error("cannot copy %s to %s: %s", from, to, strerror(err));
	}
	return 0;
}

static int make_dir(const char *path)
{
	struct stat st;
	int err;

	if (!mkdir(path, 0777))
		return 0;
	err = errno;
	if (err == EEXIST && !stat(path, &st) && S_ISDIR(st.st_mode))
		return 0;
	return diag_error("cannot make the folder %s: %s", path,
			  strerror(err == EEXIST ? ENOTDIR : err));
}

int make_dirs(const char *path)
{
	char *copy = xstrdup(path);
	int ret = 0;

	for (char *at = copy + 1; !ret && (at = strchr(at, '/')); at++) {
		*at = '\0';
		ret = make_dir(copy);
		*at = '/';
	}
	if (!ret)
		ret = make_dir(copy);
	free(copy);
	return ret;
}

/* 0, or -1 with errno. @parent is a folder's descriptor. */
static int remove_at(int parent, const char *name)
{
	struct dirent *entry;
	int fd, err = 0;
	DIR *dir;

	if (!unlinkat(parent, name, 0) || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -1;
	}
	while (!err && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (remove_at(fd, entry->d_name) < 0)
			err = errno;
	}
	closedir(dir);
	if (!err && unlinkat(parent, name, AT_REMOVEDIR) < 0)
		err = errno;
	errno = err;
	return err ? -1 : 0;
}

int remove_tree(const char *path)
{
	if (remove_at(AT_FDCWD, path) < 0)
		return diag_error("cannot remove %s: %s", path, strerror(errno));
	return 0;
}

void discard_tree(const char *path)
{
	if (remove_tree(path) < 0)
		diag_hint("it is of no use any more: remove it by hand");
}

bool file_exists(const char *path)
{
	return !access(path, F_OK);
}

static EVP_MD_CTX *hash_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL)) {
		diag_error("libcrypto cannot compute SHA-256");
		abort();
	}
	return ctx;
}

static void hash_end(EVP_MD_CTX *ctx, char hex[65])
{
	unsigned char digest[32];

	EVP_DigestFinal_ex(ctx, digest, NULL);
	EVP_MD_CTX_free(ctx);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

void sha256_hex(const void *data, size_t length, char hex[65])
{
	EVP_MD_CTX *ctx = hash_begin();

	EVP_DigestUpdate(ctx, data, length);
	hash_end(ctx, hex);
}

/* A struct sha256 is libcrypto's context under a name of its own. */
struct sha256 *sha256_begin(void)
{
	return (struct sha256 *)hash_begin();
}

void sha256_add(struct sha256 *sha, const void *data, size_t length)
{
	EVP_DigestUpdate((EVP_MD_CTX *)sha, data, length);
}

void sha256_end(struct sha256 *sha, char hex[65])
{
	hash_end((EVP_MD_CTX *)sha, hex);
}

/* 0, or -1 with errno. */
static int hash_content(EVP_MD_CTX *ctx, const char *path)
{
	char *buffer;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	buffer = xcalloc(CHUNK, 1);
	while ((n = read(fd, buffer, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		EVP_DigestUpdate(ctx, buffer, (size_t)n);
	}
	free(buffer);
	close(fd);
	return n ? -1 : 0;
}

int sha256_file(const char *path, char hex[65])
{
	EVP_MD_CTX *ctx = hash_begin();
	int err = hash_content(ctx, path) < 0 ? errno : 0;

	hash_end(ctx, hex);
	if (err)
		return diag_error("cannot read %s: %s", path, strerror(err));
	return 0;
}

/* Relative names of all files and links below @path/@below into @list. */
static int list_files(struct str_list *list, const char *path, const char *below,
		      bool (*skip)(const char *relative))
{
	char *folder = xasprintf("%s/%s", path, below);
	DIR *dir = opendir(folder);
	struct dirent *entry;
	int ret = 0;

	if (!dir) {
		diag_error("cannot read the folder %s: %s", folder, strerror(errno));
		free(folder);
		return -1;
	}
	while (!ret && (entry = readdir(dir))) {
		struct stat st;
		char *name;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		name = xasprintf("%s%s%s", below, *below ? "/" : "", entry->d_name);
		if (skip && skip(name)) {
			free(name);
			continue;
		}
		if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			ret = diag_error("cannot read %s/%s: %s", path, name, strerror(errno));
		else if (S_ISDIR(st.st_mode))
			ret = list_files(list, path, name, skip);
		else if (S_ISREG(st.st_mode) || S_ISLNK(st.st_mode))
			str_list_add(list, name);
		free(name);
	}
	closedir(dir);
	free(folder);
	return ret;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * One entry of a tree: kind, name and size frame the content, so that no two
 * different trees feed the same bytes to the hash.
 */
static int hash_entry(EVP_MD_CTX *ctx, const char *path, const char *name)
{
	char *full = xasprintf("%s/%s", path, name);
	char target[4096];
	struct stat st;
	ssize_t n = 0;
	char *head;
	int ret = 0;

	if (lstat(full, &st) < 0) {
		ret = -1;
	} else if (S_ISLNK(st.st_mode)) {
		n = readlink(full, target, sizeof(target));
		head = xasprintf("link %s %zd", name, n);
		EVP_DigestUpdate(ctx, head, strlen(head) + 1);
		free(head);
		if (n < 0)
			ret = -1;
		else
			EVP_DigestUpdate(ctx, target, (size_t)n);
	} else {
		head = xasprintf("%s %s %lld", st.st_mode & 0100 ? "program" : "file", name,
				 (long long)st.st_size);
		EVP_DigestUpdate(ctx, head, strlen(head) + 1);
		free(head);
		ret = hash_content(ctx, full);
	}
	if (ret)
		diag_error("cannot read %s: %s", full, strerror(errno));
	free(full);
	return ret;
}

int sha256_tree(const char *path, bool (*skip)(const char *relative), char hex[65])
{
	struct str_list names = { 0 };
	EVP_MD_CTX *ctx;
	int ret;

	ret = list_files(&names, path, "", skip);
	if (!ret) {
		if (names.n)
			qsort(names.item, names.n, sizeof(*names.item), by_name);
		ctx = hash_begin();
		for (size_t i = 0; !ret && i < names.n; i++)
			ret = hash_entry(ctx, path, names.item[i]);
		hash_end(ctx, hex);
	}
	str_list_free(&names);
	return ret;
}
