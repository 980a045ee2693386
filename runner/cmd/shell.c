// SPDX-License-Identifier: GPL-2.0-only
/* pcpbench shell: the measured kernel with its console on this terminal. */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checkout.h"
#include "base/diag.h"
#include "base/exit-status.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "cmd/commands.h"
#include "contract/guest-format.h"
#include "guest/guest.h"
#include "run/run.h"

#define SHELL_MIB 768u
#define SHELL_DISKS 4u

static const struct argp_option option_list[] = {
	{ "kernel", 'k', "VERSION|TARBALL|TREE", 0, "kernel source (default: 6.12, Debian's)", 0 },
	{ "cpus", 'c', "N", 0, "CPUs of the guest (default: 4)", 0 },
	{ 0 },
};

struct settings {
	struct run_options options;
	unsigned int cpus;
};

static error_t take_option(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;
	uint64_t number;

	switch (key) {
	case 'k':
		str_list_free(&settings->options.kernels);
		str_list_add(&settings->options.kernels, arg);
		return 0;
	case 'c':
		if (parse_u64(arg, 64, &number) && number) {
			settings->cpus = (unsigned int)number;
			return 0;
		}
		argp_failure(state, EXIT_CANNOT, 0, "--cpus takes 1 to 64, not '%s'", arg);
		return EINVAL;
	case ARGP_KEY_ARG:
		argp_failure(state, EXIT_CANNOT, 0, "unexpected argument: '%s'", arg);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp cmd_shell_argp = {
	option_list, take_option, NULL,
	"Boots the patched kernel with the module loaded and an interactive shell on this terminal. "
	"Leave with `exit`, Ctrl-D, `poweroff`, or Ctrl-A X.", NULL, NULL, NULL,
};

/* The caller frees it; NULL after a message. */
static char *shell_initrd(const struct run *run)
{
	char *path = xasprintf("%s/shell.cpio", cache_root());

	if (!image_with_shell(run->target[0].image.path, path))
		return path;
	free(path);
	return NULL;
}

/* Runs QEMU with this terminal to the end; -1, or its exit status. */
static int run_qemu(char *const *argv)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		/* QEMU gives the terminal back when it is asked to end */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execvp(argv[0], argv);
		diag_error("cannot start %s: %s", argv[0], strerror(errno));
		_exit(EXIT_CANNOT);
	}
	if (pid < 0)
		return diag_error("cannot start %s: %s", argv[0], strerror(errno));
	while (waitpid(pid, &status, 0) != pid)
		if (interrupt_requested())
			kill(pid, SIGTERM);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* `exit` ends through isa-debug-exit, Ctrl-A X and `reboot -f` end QEMU itself. */
static int shell_status(int status)
{
	if (!status || status == PCPB_EXIT_STATUS(PCPB_EXIT_GOOD))
		return EXIT_GOOD;
	if (status >= 0 && !interrupt_requested())
		diag_error("the guest did not come to its shell: QEMU ended with status %d",
			   status);
	return EXIT_CANNOT;
}

static int shell(const struct run *run, unsigned int cpus)
{
	struct guest_config config = {
		.vmlinux = run->target[0].kernel.vmlinux, .cpus = cpus, .memory_mib = SHELL_MIB,
		.disks = SHELL_DISKS, .kernel_args = PCPB_ARG_SHELL "=1", .interactive = true,
	};
	struct str_list list = { 0 };
	char *why, **argv;
	int status;

	config.initrd = shell_initrd(run);
	if (!config.initrd)
		return EXIT_CANNOT;
	config.accel = realtime_probe(run->target[0].kernel.vmlinux, 1, &why);
	diag_info("%s", why);
	qemu_arguments(&list, &config);
	argv = xcalloc(list.n + 1, sizeof(*argv));
	for (size_t i = 0; i < list.n; i++)
		argv[i] = list.item[i];
	diag_info("a guest of %u CPUs with %u null_blk disks; leave with `exit` or Ctrl-A X", cpus,
		  SHELL_DISKS);
	status = run_qemu(argv);
	free(argv);
	free(why);
	free((char *)config.initrd);
	str_list_free(&list);
	return shell_status(status);
}

int cmd_shell(int argc, char **argv)
{
	struct settings settings = { .cpus = 4 };
	struct run run = { .options = &settings.options, .root = checkout_root() };
	int status = EXIT_CANNOT;

	if (argp_parse(&cmd_shell_argp, argc, argv, 0, NULL, &settings))
		return EXIT_CANNOT;
	if (!run_build(&run))
		status = shell(&run, settings.cpus);
	run_free(&run);
	return status;
}
