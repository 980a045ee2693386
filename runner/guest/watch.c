// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"

/* More than this of either is a guest gone mad that would fill the disk. */
#define CONSOLE_MAX	(64u << 20)
#define FRAMES_MAX	(512u << 20)

double host_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* An earlier run's file would be taken for this guest's until QEMU empties it. */
static int follow(struct followed_file *file, const char *dir, const char *name)
{
	file->path = xasprintf("%s/%s", dir, name);
	file->fd = -1;
	file->offset = 0;
	if (unlink(file->path) < 0 && errno != ENOENT)
		return diag_error("cannot remove the old %s: %s", file->path, strerror(errno));
	return 0;
}

static void unfollow(struct followed_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
}

/* Up to @size bytes that were added; 0 when there are none (yet). */
static size_t read_more(struct followed_file *file, char *chunk, size_t size)
{
	ssize_t n;

	if (file->fd < 0)
		file->fd = open(file->path, O_RDONLY | O_CLOEXEC);
	if (file->fd < 0)
		return 0;
	n = pread(file->fd, chunk, size, (off_t)file->offset);
	if (n <= 0)
		return 0;
	file->offset += (size_t)n;
	return (size_t)n;
}

/* Bounded, so that a flood cannot keep the supervisor from its limits. */
static void gather(struct guest_watch *w)
{
	char chunk[65536];
	size_t n;

	while (w->console.offset <= CONSOLE_MAX &&
	       (n = read_more(&w->console, chunk, sizeof(chunk))))
		guest_evidence_console(&w->evidence, chunk, n);
	while (w->frames.offset <= FRAMES_MAX &&
	       (n = read_more(&w->frames, chunk, sizeof(chunk))))
		guest_evidence_frames(&w->evidence, chunk, n);
}

static struct guest_moment moment(struct guest_watch *w)
{
	const struct guest_evidence *e = &w->evidence;
	struct guest_moment now = {
		.host = host_seconds(), .guest_ns = e->uptime_ns, .moves = e->moves,
		.hello = e->frames.hello, .crashed = e->console.worst >= CONSOLE_OOPS,
	};

	own_time_look(&w->own, now.host);
	now.own = own_time_seconds(&w->own);
	now.starved = w->own.starved;
	return now;
}

int guest_watch_start(struct guest_watch *w, const struct guest_config *config,
		      struct guest_outcome *outcome, double factor)
{
	struct guest_moment now;

	*w = (struct guest_watch){
		.config = config, .outcome = outcome, .pid = -1, .pidfd = -1,
	};
	if (make_dirs(config->dir) < 0 || qemu_write_files(config) < 0)
		return -1;
	if (follow(&w->console, config->dir, "console.log") < 0 ||
	    follow(&w->frames, config->dir, "frames.bin") < 0)
		goto fail;
	w->pid = qemu_spawn(config);
	if (w->pid < 0)
		goto fail;
	w->pidfd = pidfd_open(w->pid, 0);
	if (w->pidfd < 0) {
		diag_error("cannot watch QEMU (pidfd_open): %s", strerror(errno));
		command_kill(w->pid);
		goto fail;
	}
	guest_evidence_init(&w->evidence);
	/* where instructions are counted, no wait can be seen from inside */
	host_wait_start(&w->wait, w->pid,
			config->accel == ACCEL_ICOUNT ? 0 : qemu_present_cpus(config));
	w->started = host_seconds();
	own_time_start(&w->own, w->pid, w->started);
	now = moment(w);
	guest_deadlines_start(&w->deadlines, config->accel == ACCEL_ICOUNT, factor, &now);
	return 0;
fail:
	unfollow(&w->console);
	unfollow(&w->frames);
	return -1;
}

/* What QEMU said last, to be freed; NULL when it said nothing. */
static char *qemu_last_words(const struct guest_config *config)
{
	struct followed_file log = { .path = xasprintf("%s/qemu.log", config->dir), .fd = -1 };
	struct console_scan scan;
	char chunk[4096], *words;
	size_t n;

	console_scan_init(&scan);
	while (log.offset < CONSOLE_MAX && (n = read_more(&log, chunk, sizeof(chunk))))
		console_scan_feed(&scan, chunk, n);
	console_scan_finish(&scan);
	words = scan.last;
	scan.last = NULL;
	console_scan_free(&scan);
	unfollow(&log);
	return words;
}

static void append_reason(struct guest_outcome *outcome, const char *what, const char *detail)
{
	char *old = outcome->reason;

	outcome->reason = xasprintf("%s; %s %s", old, what, detail);
	free(old);
}

/* What the host knows of a guest that did not come to a good end; @limit that it met, or NULL. */
static void add_host_hints(struct guest_watch *w, const char *limit)
{
	struct statvfs disk;
	char *words;

	if (w->outcome->verdict == VERDICT_OK || w->outcome->verdict == VERDICT_SPLAT)
		return;
	if (limit)
		append_reason(w->outcome, "the limit (see --timeout-factor):", limit);
	words = qemu_last_words(w->config);
	if (words)
		append_reason(w->outcome, "QEMU says:", words);
	free(words);
	if (!statvfs(w->config->dir, &disk) && disk.f_bavail * disk.f_frsize < 1u << 20)
		append_reason(w->outcome, "no disk space is left in", w->config->dir);
}

static void finish(struct guest_watch *w, int end)
{
	char *limit = end < 0 ? guest_deadlines_words(&w->deadlines, (enum guest_end)end) : NULL;

	gather(w);
	w->outcome->total_seconds = host_seconds() - w->started;
	w->outcome->wait = host_wait_sum(&w->wait);
	guest_conclude(w->outcome, &w->evidence, end);
	w->steps_ended = w->evidence.steps_ended;
	add_host_hints(w, limit);
	free(limit);
	guest_evidence_free(&w->evidence);
	unfollow(&w->console);
	unfollow(&w->frames);
	close(w->pidfd);
	w->pid = -1;
}

void guest_watch_stop(struct guest_watch *w, enum guest_end end)
{
	command_kill(w->pid);
	finish(w, end);
}

/* True when QEMU has ended; *status as in guest_judge(). */
static bool ended(const struct guest_watch *w, int *status)
{
	int raw;

	if (waitpid(w->pid, &raw, WNOHANG) != w->pid)
		return false;
	*status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
	return true;
}

static void note(struct guest_watch *w, const struct guest_moment *now)
{
	w->steps_begun = w->evidence.steps_begun;
	w->steps_ended = w->evidence.steps_ended;
	guest_deadlines_note(&w->deadlines, now);
	if (now->hello && w->outcome->boot_seconds < 0) {
		w->outcome->boot_seconds = now->host - w->started;
		host_wait_begin(&w->wait);
	}
}

/* True when the guest has to go; *why is set. */
static bool over_limit(const struct guest_watch *w, const struct guest_moment *now,
		       enum guest_end *why)
{
	if (!now->crashed &&
	    (w->console.offset > CONSOLE_MAX || w->frames.offset > FRAMES_MAX)) {
		*why = GUEST_OUT_OF_SPACE;
		return true;
	}
	return guest_deadlines_over(&w->deadlines, now, why);
}

bool guest_watch_poll(struct guest_watch *w)
{
	struct guest_moment now;
	enum guest_end why;
	int status;

	/* Asked first: what is read afterwards is then all there is. */
	if (ended(w, &status)) {
		gather(w);
		now = moment(w);
		note(w, &now);
		finish(w, status);
		return true;
	}
	gather(w);
	now = moment(w);
	note(w, &now);
	/* after note(): when the measurement begins, what was read before counts */
	host_wait_look(&w->wait);
	if (!over_limit(w, &now, &why))
		return false;
	guest_watch_stop(w, why);
	return true;
}
