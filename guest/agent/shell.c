// SPDX-License-Identifier: GPL-2.0-only
/* An interactive guest: busybox on the console, then out. */
#define _GNU_SOURCE	/* pipe2 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"

#define BUSYBOX PCPB_GUEST_BUSYBOX
#define CONSOLE "/dev/ttyS0"

static sigset_t ends;

/* A byte into @failed tells that there will be no shell. */
static void become_shell(int failed)
{
	sigset_t none;
	int tty;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	tty = open(CONSOLE, O_RDWR);
	if (tty < 0 || ioctl(tty, TIOCSCTTY, 1) || dup2(tty, STDIN_FILENO) < 0 ||
	    dup2(tty, STDOUT_FILENO) < 0 || dup2(tty, STDERR_FILENO) < 0)
		goto fail;
	puts("\npercpu_bench is loaded: /sys/kernel/debug/" PCPB_MODULE_NAME "; `exit` ends the guest.\n");
	fflush(stdout);
	execl(BUSYBOX, "sh", "-c", BUSYBOX " --install -s /bin; PATH=/bin:/usr/bin exec sh -i", NULL);
fail:
	_exit(write(failed, "", 1) == 1 ? 127 : 126);
}

/* The machine goes off at once: what was printed must be out by then. */
static void drain(void)
{
	int tty = open(CONSOLE, O_RDWR | O_NOCTTY);

	if (tty >= 0) {
		tcdrain(tty);
		close(tty);
	}
}

/* Until the shell ends, or busybox' halt, poweroff or reboot asks init to. */
static void wait_for_end(pid_t shell)
{
	int sig;

	do
		sig = sigwaitinfo(&ends, NULL);
	while (sig < 0 || (sig == SIGCHLD && waitpid(shell, NULL, WNOHANG) != shell));
}

void shell_run(void)
{
	int started[2];
	pid_t pid;
	char none;

	sigemptyset(&ends);
	sigaddset(&ends, SIGCHLD);
	sigaddset(&ends, SIGUSR1);
	sigaddset(&ends, SIGUSR2);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	if (pipe2(started, O_CLOEXEC))
		die("no pipe to the shell");
	pid = fork();
	if (pid == 0)
		become_shell(started[1]);
	close(started[1]);
	/* a shell's own exit status says nothing: it is that of the last command */
	if (pid < 0 || read(started[0], &none, 1) == 1)
		die("no shell could be started on " CONSOLE);
	wait_for_end(pid);
	drain();
}
