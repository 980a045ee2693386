// SPDX-License-Identifier: GPL-2.0-only
/*
 * That /dev/kvm can be opened, a VM made and a vCPU run says little: under
 * some nested hypervisors a kernel then spins without one byte on its console.
 * So the kernel that is to be measured is booted, against a deadline.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fsutil.h"
#include "base/subprocess.h"
#include "guest/guest.h"
#include "guest/watch.h"

#define FIRST_BYTE_LIMIT	4.0	/* host seconds, times the factor */
#define LOOK_EVERY_MS		20
#define LOG_MAX			(1u << 20)

/* NULL when /dev/kvm can be opened, else why not; to be freed. */
static char *kvm_obstacle(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return xasprintf("/dev/kvm cannot be opened (%s)", strerror(errno));
	close(fd);
	return NULL;
}

/* What QEMU said last, to be freed; NULL when it said nothing. */
static char *last_words(const char *dir)
{
	char *path = xasprintf("%s/qemu.log", dir), *text = NULL, *last = NULL;
	struct str_list lines = { 0 };
	size_t length;

	if (file_exists(path) && !file_read(path, LOG_MAX, &text, &length))
		str_list_split(&lines, text, "\n");
	if (lines.n)
		last = xstrdup(lines.item[lines.n - 1]);
	str_list_free(&lines);
	free(text);
	free(path);
	return last;
}

static char *ended_at_once(const char *dir)
{
	char *words = last_words(dir);
	char *obstacle = xasprintf("QEMU with KVM ended at once%s%s", words ? ": " : "",
				   words ? words : ", without a byte on the console");

	free(words);
	return obstacle;
}

/* NULL when the console of QEMU @pid says something in time, else why not; to be freed. */
static char *await_first_byte(pid_t pid, const char *dir, const char *console, double limit)
{
	double start = host_seconds();
	struct stat st;
	int status;

	for (;;) {
		struct pollfd fd = { .fd = interrupt_fd(), .events = POLLIN };
		pid_t done = waitpid(pid, &status, WNOHANG);

		if (!stat(console, &st) && st.st_size > 0)
			return NULL;
		if (done == pid)
			return ended_at_once(dir);
		if (interrupt_requested())
			return xstrdup("the probe was interrupted");
		if (host_seconds() - start > limit)
			return xasprintf("a kernel under KVM printed nothing within %.1f s", limit);
		poll(&fd, 1, LOOK_EVERY_MS);
	}
}

static char *probe_in(const char *dir, const char *vmlinux, double limit)
{
	const struct guest_config config = {
		.accel = ACCEL_KVM, .vmlinux = vmlinux, .cpus = 1, .memory_mib = 256,
		.disks = 1, .dir = dir,
	};
	char *console = xasprintf("%s/console.log", dir), *obstacle;
	pid_t pid = qemu_spawn(&config);

	if (pid < 0) {
		obstacle = xstrdup("QEMU cannot be started");
	} else {
		obstacle = await_first_byte(pid, dir, console, limit);
		command_kill(pid);
	}
	free(console);
	return obstacle;
}

/* NULL when a guest really boots, else why not; to be freed. */
static char *boot_obstacle(const char *vmlinux, double limit)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = xasprintf("%s/pcpbench-probe.XXXXXX", tmp ? tmp : "/tmp"), *obstacle;

	if (!mkdtemp(dir)) {
		obstacle = xasprintf("a probe needs a folder, and %s cannot be made (%s)", dir,
				     strerror(errno));
	} else {
		obstacle = probe_in(dir, vmlinux, limit);
		discard_tree(dir);
	}
	free(dir);
	return obstacle;
}

enum accelerator realtime_probe(const char *vmlinux, double factor, char **why)
{
	char *obstacle = kvm_obstacle();

	if (!obstacle)
		obstacle = boot_obstacle(vmlinux, FIRST_BYTE_LIMIT * factor);
	if (!obstacle) {
		*why = xstrdup("KVM: a probe guest booted under it.");
		return ACCEL_KVM;
	}
	*why = xasprintf("Multi-threaded TCG, not KVM: %s.", obstacle);
	free(obstacle);
	return ACCEL_MTTCG;
}
