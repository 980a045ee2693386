// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "report/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "base/util.h"

/* gnuplot runs on one core; a picture takes it some 0.1 s. */
#define PROCESSES 2
/* More than any picture takes. */
#define ROOM (256u << 10)

void gnuplot_put_string(struct text *out, const char *text, size_t max)
{
	size_t n = 0;

	text_add_char(out, '\'');
	for (const char *c = text; *c; c++, n++) {
		if (n == max) {
			text_add(out, "...");
			break;
		}
		if (!strncmp(c, "·", strlen("·"))) {
			text_add(out, "·");
			c += strlen("·") - 1;
		} else {
			text_add_char(out,
				      *c < ' ' || *c > '~' || strchr("'\"`\\$@", *c) ? '?' : *c);
		}
	}
	text_add_char(out, '\'');
}

struct drawing {
	struct str_list argv;
	char *log;
	pid_t pid;
};

static int start(struct drawing *drawing, const char *dir)
{
	struct command cmd = { .cwd = dir, .log = drawing->log };
	char **argv = xcalloc(drawing->argv.n + 1, sizeof(*argv));

	memcpy(argv, drawing->argv.item, drawing->argv.n * sizeof(*argv));
	cmd.argv = argv;
	drawing->pid = command_spawn(&cmd);
	free(argv);
	return drawing->pid < 0 ? -1 : 0;
}

/* Explains gnuplot's failure with the last line of its log. */
static int gnuplot_failed(const struct drawing *drawing, const char *how, int number, char **why)
{
	char *text = NULL, *line = NULL;
	size_t length = 0;

	if (!file_exists(drawing->log) || file_read(drawing->log, 1 << 20, &text, &length))
		text = xstrdup("");
	while (length && (text[length - 1] == '\n' || text[length - 1] == ' '))
		text[--length] = '\0';
	line = strrchr(text, '\n');
	if (length)
		*why = xasprintf("gnuplot failed (%s %d): %s", how, number, line ? line + 1 : text);
	else
		*why = xasprintf("gnuplot failed (%s %d) and gave no reason", how, number);
	free(text);
	return -1;
}

static int finish(struct drawing *drawing, char **why)
{
	int pidfd = pidfd_open(drawing->pid, 0), status = 0;
	struct pollfd fds[2] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = interrupt_fd(), .events = POLLIN },
	};
	pid_t pid = drawing->pid;

	while (pidfd >= 0 && !interrupt_requested() && !fds[0].revents)
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			break;
	if (pidfd >= 0)
		close(pidfd);
	if (interrupt_requested()) {
		*why = xstrdup("interrupted");
		return -1;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR) {
			*why = xasprintf("cannot wait for gnuplot: %s", strerror(errno));
			return -1;
		}
	drawing->pid = 0;
	if (WIFSIGNALED(status))
		return gnuplot_failed(drawing, "killed by signal", WTERMSIG(status), why);
	if (WEXITSTATUS(status))
		return gnuplot_failed(drawing, "exit status", WEXITSTATUS(status), why);
	unlink(drawing->log);
	return 0;
}

/* True when the file ends as a whole picture does. */
static bool is_whole(const char *path)
{
	const char *end = strstr(path, ".png") ? "IEND" : "</svg>";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char tail[17] = "";
	struct stat st;
	bool whole;

	if (fd < 0)
		return false;
	whole = !fstat(fd, &st) && st.st_size > 16 &&
		pread(fd, tail, 16, st.st_size - 16) == 16 && memmem(tail, 16, end, strlen(end));
	close(fd);
	return whole;
}

static int check_drawn(const struct gnuplot_picture *picture, size_t n, const char *dir, char **why)
{
	static const char *const ending[] = { "svg", "png" };
	char *first = NULL;
	size_t missing = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t e = 0; e < ARRAY_SIZE(ending); e++) {
			char *path = xasprintf("%s/%s.%s", dir, picture[i].name, ending[e]);

			if (!is_whole(path) && !missing++)
				first = xasprintf("%s.%s", picture[i].name, ending[e]);
			free(path);
		}
	}
	if (!missing)
		return 0;
	*why = xasprintf("gnuplot ended well, but wrote %zu of %zu pictures: %s is missing or cut",
			 2 * n - missing, 2 * n, first);
	free(first);
	return -1;
}

/*
 * Writes a file of a folder that is renamed as a whole later, so it is neither
 * atomic nor synced. Returns 0 or an errno.
 */
static int write_plain(const char *path, const char *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), error = 0;

	if (fd < 0)
		return errno;
	while (length && !error) {
		ssize_t n = write(fd, data, length);

		if (n >= 0) {
			data += n;
			length -= (size_t)n;
		} else if (errno != EINTR) {
			error = errno;
		}
	}
	if (close(fd) && !error)
		error = errno;
	return error;
}

/*
 * gnuplot does not look whether its writing succeeded, so whether there is room
 * for a picture is tried.
 */
static int try_room(const char *dir)
{
	char *path = xasprintf("%s/room", dir), *block = xcalloc(1, ROOM);
	int error = write_plain(path, block, ROOM);

	unlink(path);
	free(block);
	free(path);
	return error == ENOSPC || error == EDQUOT ? error : 0;
}

/* Writes the data of @picture below @dir; adds gnuplot's arguments for it. */
static int prepare(const struct gnuplot_picture *picture, const char *dir, const char *root,
		   struct str_list *argv, char **why)
{
	char *path = xasprintf("%s/data/%s.dat", dir, picture->name);
	int error = write_plain(path, picture->data, strlen(picture->data));

	str_list_add(argv, "-e");
	str_list_addf(argv, "name = '%s'; data = 'data/%s.dat'; %s", picture->name, picture->name,
		      picture->settings);
	str_list_addf(argv, "%s/plot/%s.gp", root, picture->script);
	if (error)
		*why = xasprintf("cannot write %s: %s", path, strerror(error));
	free(path);
	return error ? -1 : 0;
}

static int draw_in(const struct gnuplot_picture *picture, size_t n, const char *dir,
		   const char *root, char **why)
{
	struct drawing drawing[PROCESSES] = { 0 };
	int ret = 0;

	for (size_t p = 0; p < PROCESSES; p++) {
		drawing[p].log = xasprintf("%s/gnuplot-%zu.log", dir, p);
		str_list_add(&drawing[p].argv, "gnuplot");
		str_list_addf(&drawing[p].argv, "%s/plot/style.gp", root);
	}
	for (size_t i = 0; !ret && i < n; i++)
		ret = prepare(&picture[i], dir, root, &drawing[i % PROCESSES].argv, why);
	for (size_t p = 0; !ret && p < PROCESSES && p < n; p++)
		ret = start(&drawing[p], dir);
	for (size_t p = 0; p < PROCESSES; p++)
		if (!ret && drawing[p].pid > 0)
			ret = finish(&drawing[p], why);
	for (size_t p = 0; p < PROCESSES; p++) {
		command_kill(drawing[p].pid);
		free(drawing[p].log);
		str_list_free(&drawing[p].argv);
	}
	return ret ? ret : check_drawn(picture, n, dir, why);
}

static int replace_folder(const char *from, const char *to, char **why)
{
	if (remove_tree(to)) {
		*why = xasprintf("cannot remove the old ones in %s", to);
		return -1;
	}
	if (!rename(from, to))
		return 0;
	*why = xasprintf("cannot rename %s to %s: %s", from, to, strerror(errno));
	return -1;
}

/* The one reason that counts, whatever gnuplot made of it. */
static void name_the_disk(const char *work, const char *folder, char **why)
{
	int error = file_exists(work) ? try_room(work) : 0;

	if (!error)
		return;
	free(*why);
	*why = xasprintf("the disk is full: %s for %s", strerror(error), folder);
}

int gnuplot_try(const struct gnuplot_picture *picture, size_t n, const char *folder,
		const char *root, char **why)
{
	char *work, *data, *absolute_root;
	int ret;

	*why = NULL;
	if (n && !program_exists("gnuplot")) {
		*why = xstrdup("gnuplot is not installed (Debian, Ubuntu: apt-get install gnuplot-nox)");
		return -1;
	}
	/* gnuplot runs in the folder that it fills */
	absolute_root = realpath(root, NULL);
	work = xasprintf("%s.part-%d", folder, (int)getpid());
	data = xasprintf("%s/data", work);
	ret = make_dirs(data);
	if (!ret)
		ret = draw_in(picture, n, work, absolute_root ? absolute_root : root, why);
	if (ret)
		name_the_disk(work, folder, why);
	else
		ret = replace_folder(work, folder, why);
	if (ret)
		discard_tree(work);
	if (ret && !*why)
		*why = xstrdup("gnuplot could not be started");
	free(absolute_root);
	free(data);
	free(work);
	return ret;
}

int gnuplot_draw(const struct gnuplot_picture *picture, size_t n, const char *folder,
		 const char *root)
{
	char *why;
	int ret = gnuplot_try(picture, n, folder, root, &why);

	if (ret)
		diag_error("cannot draw the pictures: %s", why);
	free(why);
	return ret;
}

/* True when gnuplot with @settings prints something that starts with @start. */
static bool prints(const char *settings, const char *start)
{
	const char *argv[] = { "gnuplot", "-e", settings, NULL };
	char *output = NULL;
	struct command cmd = { .argv = (char *const *)argv, .output = &output };
	bool good = !command_run(&cmd) && output && !strncmp(output, start, strlen(start));

	free(output);
	return good;
}

const char *gnuplot_fault(void)
{
	if (!program_exists("gnuplot"))
		return "not in PATH";
	if (!prints("set terminal svg; plot x", "<?xml"))
		return "cannot draw an SVG";
	return prints("set terminal pngcairo; plot x", "\211PNG") ? NULL :
								  "cannot draw a PNG (no pngcairo)";
}

void gnuplot_pictures_free(struct gnuplot_picture *picture, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(picture[i].name);
		free(picture[i].settings);
		free(picture[i].data);
	}
	free(picture);
}
