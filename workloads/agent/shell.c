// SPDX-License-Identifier: GPL-2.0-only
/* An interactive guest: busybox on the console, then out. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "agent.h"

#define BUSYBOX "/bin/busybox"
#define CONSOLE "/dev/ttyS0"

static void become_shell(void)
{
	sigset_t none;
	int tty;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	tty = open(CONSOLE, O_RDWR);
	if (tty < 0 || ioctl(tty, TIOCSCTTY, 1) || dup2(tty, STDIN_FILENO) < 0 ||
	    dup2(tty, STDOUT_FILENO) < 0 || dup2(tty, STDERR_FILENO) < 0)
		_exit(127);
	puts("\npercpu_bench is loaded: /sys/kernel/debug/percpu_bench; `exit` ends the guest.\n");
	fflush(stdout);
	execl(BUSYBOX, "sh", "-c", BUSYBOX " --install -s /bin; PATH=/bin:/usr/bin exec sh -i", NULL);
	_exit(127);
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

void shell_run(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		become_shell();
	while (pid > 0 && waitpid(pid, &status, 0) != pid)
		;
	if (pid < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
		die("no shell could be started on " CONSOLE);
	drain();
}
