// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include "base/subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/diag.h"
#include "base/str-list.h"
#include "base/text.h"

#define END_SECONDS 10
#define OUTPUT_MAX (16u << 20)
#define READ_BYTES 65536

extern char **environ;

static int interrupt_event = -1;
static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	const uint64_t one = 1;
	int saved = errno;

	(void)sig;
	interrupted = 1;
	/* The event is never read: once interrupted, always interrupted. */
	if (write(interrupt_event, &one, sizeof(one)) < 0)
		interrupted = 1;
	errno = saved;
}

void interrupt_install(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };

	interrupt_event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
}

bool interrupt_requested(void)
{
	return interrupted;
}

int interrupt_fd(void)
{
	return interrupt_event;
}

static bool same_variable(const char *a, const char *b)
{
	size_t name = strcspn(a, "=");

	return name == strcspn(b, "=") && !strncmp(a, b, name);
}

/*
 * Our environment with @added laid over it; a NAME alone is taken away. The
 * strings are borrowed.
 */
static char **merged_environment(const char *const *added)
{
	size_t n = 0, extra = 0, out = 0;
	char **env;

	while (environ[n])
		n++;
	while (added && added[extra])
		extra++;
	env = xcalloc(n + extra + 1, sizeof(*env));
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (j < extra && !same_variable(environ[i], added[j]))
			j++;
		if (j == extra)
			env[out++] = environ[i];
	}
	for (size_t j = 0; j < extra; j++)
		if (strchr(added[j], '='))
			env[out++] = (char *)added[j];
	return env;
}

struct child_files {
	int input, output, error;
};

static void close_files(const struct child_files *files)
{
	close(files->input);
	if (files->output != files->error)
		close(files->output);
	close(files->error);
}

/* @capture: write end of a pipe that becomes stdout, or -1. */
static int open_files(struct child_files *files, const struct command *cmd, int capture)
{
	const char *in = cmd->input ? cmd->input : "/dev/null";
	const char *log = cmd->log ? cmd->log : "/dev/null";

	files->input = open(in, O_RDONLY | O_CLOEXEC);
	if (files->input < 0)
		return diag_error("cannot run %s: cannot open %s: %s", cmd->argv[0], in,
				  strerror(errno));
	files->error = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (files->error < 0) {
		diag_error("cannot run %s: cannot open its log %s: %s", cmd->argv[0], log,
			   strerror(errno));
		close(files->input);
		return -1;
	}
	files->output = capture < 0 ? files->error : capture;
	return 0;
}

/* Runs in the child and makes async-signal-safe calls only. Tells errno through @report. */
static void __attribute__((noreturn))
become(const struct command *cmd, char **env, const struct child_files *files, pid_t parent,
       int report)
{
	int err;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	if (dup2(files->input, STDIN_FILENO) >= 0 &&
	    dup2(files->output, STDOUT_FILENO) >= 0 &&
	    dup2(files->error, STDERR_FILENO) >= 0 && (!cmd->cwd || !chdir(cmd->cwd)))
		execvpe(cmd->argv[0], cmd->argv, env);
	err = errno;
	if (write(report, &err, sizeof(err)) < 0)
		_exit(126);
	_exit(127);
}

/* Waits until the child runs its program; its errno when it cannot. */
static int start_error(int report)
{
	int err = 0;
	ssize_t n;

	do
		n = read(report, &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	return n == sizeof(err) ? err : 0;
}

static pid_t spawn(const struct command *cmd, int capture)
{
	struct child_files files = { -1, -1, -1 };
	pid_t pid, parent = getpid();
	int report[2], err;
	char **env;

	/* Orphans of a killed group come to us, so that they can be waited for. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (open_files(&files, cmd, capture) < 0) {
		if (capture >= 0)
			close(capture);
		return -1;
	}
	if (pipe2(report, O_CLOEXEC) < 0) {
		diag_error("cannot run %s: %s", cmd->argv[0], strerror(errno));
		close_files(&files);
		return -1;
	}
	env = merged_environment(cmd->env);
	pid = fork();
	err = pid < 0 ? errno : 0;
	if (!pid)
		become(cmd, env, &files, parent, report[1]);
	free(env);
	close_files(&files);
	close(report[1]);
	if (pid > 0) {
		/* Both sides set the group, so that it exists whoever runs first. */
		setpgid(pid, pid);
		err = start_error(report[0]);
		if (err)
			waitpid(pid, NULL, 0);
	}
	close(report[0]);
	if (err) {
		diag_error("cannot run %s%s%s: %s", cmd->argv[0], cmd->cwd ? " in " : "",
			   cmd->cwd ? cmd->cwd : "", strerror(err));
		return -1;
	}
	return pid;
}

pid_t command_spawn(const struct command *cmd)
{
	return spawn(cmd, -1);
}

void command_kill(pid_t pid)
{
	if (pid <= 0)
		return;
	kill(-pid, SIGKILL);
	/* The whole group: what is left of it after @pid has been reparented to us. */
	while (waitpid(-pid, NULL, 0) > 0 || errno == EINTR)
		kill(-pid, SIGKILL);
}

struct capture {
	int fd;			/* -1 when closed or not wanted */
	struct text text;
};

static void capture_read(struct capture *c)
{
	char *room = text_room(&c->text, READ_BYTES);
	ssize_t n = read(c->fd, room, READ_BYTES);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close(c->fd);
		c->fd = -1;
		return;
	}
	/* What exceeds the bound is drained and dropped. */
	if ((size_t)n > OUTPUT_MAX - c->text.length)
		n = (ssize_t)(OUTPUT_MAX - c->text.length);
	c->text.length += (size_t)n;
}

/* Waits for the end of @pid, which @pidfd names, and of its output. -1 when interrupted. */
static int wait_or_interrupt(const struct command *cmd, pid_t pid, int pidfd, struct capture *c,
			     int *status)
{
	int timeout = cmd->tick ? 1000 : -1, ready;

	struct pollfd fds[3] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = interrupt_event, .events = POLLIN },
		{ .events = POLLIN },
	};

	for (;;) {
		fds[2].fd = c->fd;
		ready = poll(fds, 3, timeout);
		if (interrupted || (ready < 0 && errno != EINTR))
			return -1;
		if (!ready)
			cmd->tick(cmd->tick_arg);
		if (ready <= 0)
			continue;
		if (c->fd >= 0 && fds[2].revents)
			capture_read(c);
		else if (fds[0].revents)
			break;
	}
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

/* Sends SIGINT to the group of @pid; true when it ended by that in time. */
static bool ask_to_end(pid_t pid, int pidfd)
{
	struct pollfd end = { .fd = pidfd, .events = POLLIN };
	struct timespec left = { .tv_sec = END_SECONDS };
	sigset_t all;

	sigfillset(&all);
	return !kill(-pid, SIGINT) && ppoll(&end, 1, &left, &all) == 1;
}

int command_run(const struct command *cmd)
{
	struct capture c = { .fd = -1 };
	int pipe_fd[2] = { -1, -1 };
	int pidfd, status = 0, ret;
	pid_t pid;

	if (cmd->output)
		*cmd->output = NULL;
	if (interrupted)
		return -1;
	if (cmd->output) {
		if (pipe2(pipe_fd, O_CLOEXEC) < 0)
			return diag_error("cannot run %s: %s", cmd->argv[0], strerror(errno));
		c.fd = pipe_fd[0];
	}
	pid = spawn(cmd, pipe_fd[1]);
	ret = -1;
	if (pid > 0) {
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		ret = wait_or_interrupt(cmd, pid, pidfd, &c, &status);
		if (ret < 0 && cmd->ended_well)
			*cmd->ended_well = ask_to_end(pid, pidfd);
		close(pidfd);
		if (ret < 0)
			command_kill(pid);
	}
	if (c.fd >= 0)
		close(c.fd);
	if (ret < 0) {
		text_free(&c.text);
		return -1;
	}
	if (cmd->output)
		*cmd->output = text_take(&c.text);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool program_exists(const char *program)
{
	const char *path = getenv("PATH");
	struct str_list folders = { 0 };
	bool found = false;

	str_list_split(&folders, path ? path : "/usr/bin:/bin", ":");
	for (size_t i = 0; !found && i < folders.n; i++) {
		char *file = xasprintf("%s/%s", folders.item[i], program);
		struct stat st;

		found = !stat(file, &st) && S_ISREG(st.st_mode) && !access(file, X_OK);
		free(file);
	}
	str_list_free(&folders);
	return found;
}
