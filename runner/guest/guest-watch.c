// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "guest-watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "diag.h"
#include "fsutil.h"
#include "subprocess.h"

/* Host seconds, all to be multiplied by the factor. */
#define BOOT_LIMIT	60.0
#define PROGRESS_LIMIT	30.0
#define PROGRESS_GRACE	4.0	/* as many times longer while guest time advances */
#define TOTAL_LIMIT	600.0
#define CRASH_GRACE	2.0	/* for the rest of an oops */

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

int guest_watch_start(struct guest_watch *w, const struct guest_config *config,
		      struct guest_outcome *outcome, double factor)
{
	*w = (struct guest_watch){
		.config = config, .outcome = outcome, .factor = factor, .pid = -1, .pidfd = -1,
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
	w->started = w->moved = w->alive = host_seconds();
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

/* What the host knows of a guest that did not come to a good end. */
static void add_host_hints(struct guest_watch *w)
{
	struct statvfs disk;
	char *words;

	if (w->outcome->verdict == VERDICT_OK || w->outcome->verdict == VERDICT_SPLAT)
		return;
	words = qemu_last_words(w->config);
	if (words)
		append_reason(w->outcome, "QEMU says:", words);
	free(words);
	if (!statvfs(w->config->dir, &disk) && disk.f_bavail * disk.f_frsize < 1u << 20)
		append_reason(w->outcome, "no disk space is left in", w->config->dir);
}

static void finish(struct guest_watch *w, int end)
{
	gather(w);
	w->outcome->total_seconds = host_seconds() - w->started;
	w->outcome->wait = host_wait_sum(&w->wait);
	guest_conclude(w->outcome, &w->evidence, end);
	w->steps_ended = w->evidence.steps_ended;
	add_host_hints(w);
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

static void note_time(struct guest_watch *w, double now)
{
	const struct guest_evidence *e = &w->evidence;

	w->steps_begun = e->steps_begun;
	w->steps_ended = e->steps_ended;
	if (e->moves != w->moves) {
		w->moves = e->moves;
		w->moved = w->alive = now;
	}
	if (e->uptime_ns != w->uptime_ns) {
		w->uptime_ns = e->uptime_ns;
		w->alive = now;
	}
	if (e->frames.hello && w->outcome->boot_seconds < 0) {
		w->outcome->boot_seconds = now - w->started;
		host_wait_begin(&w->wait);
	}
	if (e->console.worst >= CONSOLE_OOPS && !w->crashed)
		w->crashed = now;
}

/* True when the guest has to go; *why is set. */
static bool over_limit(const struct guest_watch *w, double now, enum guest_end *why)
{
	double f = w->factor;

	if (w->crashed) {
		*why = GUEST_CRASHED;
		return now - w->crashed > CRASH_GRACE * f;
	}
	if (w->console.offset > CONSOLE_MAX || w->frames.offset > FRAMES_MAX) {
		*why = GUEST_OUT_OF_SPACE;
		return true;
	}
	if (now - w->started > TOTAL_LIMIT * f) {
		*why = GUEST_OUT_OF_TIME;
		return true;
	}
	if (!w->evidence.frames.hello) {
		*why = GUEST_NO_BOOT;
		return now - w->started > BOOT_LIMIT * f;
	}
	*why = GUEST_NO_PROGRESS;
	return now - w->alive > PROGRESS_LIMIT * f ||
	       now - w->moved > PROGRESS_LIMIT * PROGRESS_GRACE * f;
}

bool guest_watch_poll(struct guest_watch *w)
{
	enum guest_end why;
	double now;
	int status;

	/* Asked first: what is read afterwards is then all there is. */
	if (ended(w, &status)) {
		gather(w);
		note_time(w, host_seconds());
		finish(w, status);
		return true;
	}
	gather(w);
	now = host_seconds();
	note_time(w, now);
	/* after note_time(): when the measurement begins, what was read before counts */
	host_wait_look(&w->wait);
	if (!over_limit(w, now, &why))
		return false;
	guest_watch_stop(w, why);
	return true;
}
