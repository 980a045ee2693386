// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "gnuplot.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diag.h"
#include "fsutil.h"
#include "subprocess.h"
#include "util.h"

/* gnuplot runs on one core; a picture takes it some 0.1 s. */
#define PROCESSES 2

void gnuplot_put_string(FILE *out, const char *text, size_t max)
{
	size_t n = 0;

	putc('\'', out);
	for (const char *c = text; *c; c++, n++) {
		if (n == max) {
			fputs("...", out);
			break;
		}
		if (!strncmp(c, "·", strlen("·"))) {
			fputs("·", out);
			c += strlen("·") - 1;
		} else {
			putc(*c < ' ' || *c > '~' || strchr("'\"`\\$@", *c) ? '?' : *c, out);
		}
	}
	putc('\'', out);
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

/* What gnuplot said before it gave up: the last lines of its log. */
static int gnuplot_failed(const struct drawing *drawing, const char *how, int number)
{
	char *text, *line = NULL;
	size_t length;

	diag_error("gnuplot could not draw the pictures (%s %d)", how, number);
	if (file_read(drawing->log, 1 << 20, &text, &length))
		return -1;
	while (length && (text[length - 1] == '\n' || text[length - 1] == ' '))
		text[--length] = '\0';
	line = strrchr(text, '\n');
	if (length)
		diag_hint("it said: %s", line ? line + 1 : text);
	else
		diag_hint("it gave no reason; the terminals svg and pngcairo are needed "
			  "(Debian: apt-get install gnuplot-nox)");
	free(text);
	return -1;
}

static int finish(struct drawing *drawing)
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
	if (interrupt_requested())
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	drawing->pid = 0;
	if (WIFSIGNALED(status))
		return gnuplot_failed(drawing, "killed by signal", WTERMSIG(status));
	if (WEXITSTATUS(status))
		return gnuplot_failed(drawing, "exit status", WEXITSTATUS(status));
	unlink(drawing->log);
	return 0;
}

static int check_drawn(const struct gnuplot_picture *picture, size_t n, const char *dir)
{
	static const char *const ending[] = { "svg", "png" };
	int missing = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t e = 0; e < ARRAY_SIZE(ending); e++) {
			char *path = xasprintf("%s/%s.%s", dir, picture[i].name, ending[e]);
			struct stat st;

			if (stat(path, &st) || !st.st_size)
				missing = diag_error("gnuplot ended well, but did not write %s",
						     path);
			free(path);
		}
	}
	return missing;
}

/* Writes the data of @picture below @dir; adds gnuplot's arguments for it. */
static int prepare(const struct gnuplot_picture *picture, const char *dir, const char *root,
		   struct str_list *argv)
{
	char *path = xasprintf("%s/data/%s.dat", dir, picture->name);
	int ret = file_write_atomic(path, picture->data, strlen(picture->data));

	str_list_add(argv, "-e");
	str_list_addf(argv, "name = '%s'; data = 'data/%s.dat'; %s", picture->name, picture->name,
		      picture->settings);
	str_list_addf(argv, "%s/plot/%s.gp", root, picture->script);
	free(path);
	return ret;
}

static int draw_in(const struct gnuplot_picture *picture, size_t n, const char *dir,
		   const char *root)
{
	struct drawing drawing[PROCESSES] = { 0 };
	int ret = 0;

	for (size_t p = 0; p < PROCESSES; p++) {
		drawing[p].log = xasprintf("%s/gnuplot-%zu.log", dir, p);
		str_list_add(&drawing[p].argv, "gnuplot");
		str_list_addf(&drawing[p].argv, "%s/plot/style.gp", root);
	}
	for (size_t i = 0; !ret && i < n; i++)
		ret = prepare(&picture[i], dir, root, &drawing[i % PROCESSES].argv);
	for (size_t p = 0; !ret && p < PROCESSES && p < n; p++)
		ret = start(&drawing[p], dir);
	for (size_t p = 0; p < PROCESSES; p++)
		if (!ret && drawing[p].pid > 0)
			ret = finish(&drawing[p]);
	for (size_t p = 0; p < PROCESSES; p++) {
		command_kill(drawing[p].pid);
		free(drawing[p].log);
		str_list_free(&drawing[p].argv);
	}
	return ret ? ret : check_drawn(picture, n, dir);
}

static int replace_folder(const char *from, const char *to)
{
	if (remove_tree(to))
		return -1;
	if (rename(from, to))
		return diag_error("cannot rename %s to %s: %s", from, to, strerror(errno));
	return 0;
}

int gnuplot_draw(const struct gnuplot_picture *picture, size_t n, const char *folder,
		 const char *root)
{
	char *work, *data, *absolute_root;
	int ret;

	if (!program_exists("gnuplot")) {
		diag_error("cannot draw the pictures: gnuplot is not installed");
		diag_hint("Debian and Ubuntu: apt-get install gnuplot-nox");
		return -1;
	}
	/* gnuplot runs in the folder that it fills */
	absolute_root = realpath(root, NULL);
	work = xasprintf("%s.part-%d", folder, (int)getpid());
	data = xasprintf("%s/data", work);
	ret = make_dirs(data);
	if (!ret)
		ret = draw_in(picture, n, work, absolute_root ? absolute_root : root);
	if (!ret)
		ret = replace_folder(work, folder);
	if (ret)
		remove_tree(work);
	free(absolute_root);
	free(data);
	free(work);
	return ret;
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
