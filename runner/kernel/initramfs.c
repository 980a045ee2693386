// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "kernel/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/util.h"

#define FILE_MAX (512u << 20)

struct initramfs {
	struct archive *archive;
	struct str_list folders;	/* those that are in it */
	char *path;
	int fd;
};

static int archive_failed(const struct initramfs *fs)
{
	return diag_error("cannot write %s: %s", fs->path, archive_error_string(fs->archive));
}

struct initramfs *initramfs_open(const char *path)
{
	struct initramfs *fs = xcalloc(1, sizeof(*fs));

	fs->path = xstrdup(path);
	fs->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fs->fd < 0) {
		diag_error("cannot write %s: %s", path, strerror(errno));
		free(fs->path);
		free(fs);
		return NULL;
	}
	fs->archive = archive_write_new();
	archive_write_set_format_cpio_newc(fs->archive);
	archive_write_add_filter_none(fs->archive);
	/* whole blocks, so that an archive that follows starts where the kernel looks for it */
	archive_write_set_bytes_per_block(fs->archive, 512);
	archive_write_set_bytes_in_last_block(fs->archive, 512);
	if (archive_write_open_fd(fs->archive, fs->fd) != ARCHIVE_OK)
		archive_failed(fs);
	return fs;
}

static int add_entry(struct initramfs *fs, const char *name, mode_t mode, dev_t device,
		     const void *data, size_t length)
{
	struct archive_entry *entry = archive_entry_new();
	int ret = 0;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_mode(entry, mode);
	archive_entry_set_rdev(entry, device);
	archive_entry_set_size(entry, (la_int64_t)length);
	archive_entry_set_nlink(entry, 1);
	if (archive_write_header(fs->archive, entry) != ARCHIVE_OK ||
	    (length && archive_write_data(fs->archive, data, length) != (la_ssize_t)length))
		ret = archive_failed(fs);
	archive_entry_free(entry);
	return ret;
}

/* The folders above @name that are not there yet. */
static int add_folders(struct initramfs *fs, const char *name)
{
	int ret = 0;

	for (const char *slash = strchr(name, '/'); slash && !ret; slash = strchr(slash + 1, '/')) {
		char *folder = xstrndup(name, (size_t)(slash - name));

		if (!str_list_has(&fs->folders, folder)) {
			str_list_add(&fs->folders, folder);
			ret = add_entry(fs, folder, S_IFDIR | 0755, 0, NULL, 0);
		}
		free(folder);
	}
	return ret;
}

int initramfs_add_text(struct initramfs *fs, const char *name, const char *text, size_t length,
		       unsigned int mode)
{
	name += strspn(name, "/");
	return add_folders(fs, name) || add_entry(fs, name, S_IFREG | mode, 0, text, length) ? -1 : 0;
}

int initramfs_add_file(struct initramfs *fs, const char *name, const char *source, unsigned int mode)
{
	size_t length;
	char *data;
	int ret;

	if (file_read(source, FILE_MAX, &data, &length) < 0)
		return -1;
	ret = initramfs_add_text(fs, name, data, length, mode);
	free(data);
	return ret;
}

int initramfs_add_roomy(struct initramfs *fs, const char *name, const char *source,
			unsigned int mode, size_t room)
{
	char *data, *roomy = NULL;
	size_t length;
	int ret;

	if (file_read(source, FILE_MAX, &data, &length) < 0)
		return -1;
	if (length > room) {
		ret = diag_error("%s is too large for the guest's image: %zu bytes, and there is room for %zu",
				 source, length, room);
	} else {
		roomy = xcalloc(room, 1);
		memcpy(roomy, data, length);
		ret = initramfs_add_text(fs, name, roomy, room, mode);
	}
	free(roomy);
	free(data);
	return ret;
}

int initramfs_add_console(struct initramfs *fs)
{
	return add_folders(fs, "dev/console") ||
	       add_entry(fs, "dev/console", S_IFCHR | 0600, makedev(5, 1), NULL, 0) ? -1 : 0;
}

int initramfs_close(struct initramfs *fs)
{
	int ret = archive_write_close(fs->archive) == ARCHIVE_OK ? 0 : archive_failed(fs);

	if (fsync(fs->fd) < 0 && !ret)
		ret = diag_error("cannot write %s: %s", fs->path, strerror(errno));
	close(fs->fd);
	archive_write_free(fs->archive);
	str_list_free(&fs->folders);
	free(fs->path);
	free(fs);
	return ret;
}
