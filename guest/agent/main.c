// SPDX-License-Identifier: GPL-2.0-only
/* PID 1: mounts, the module, the plan's steps one by one, and out. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"

/* The kernel switches its clocksource one second after boot. */
#define SETTLED_SECONDS 2

static const struct {
	const char *type, *on;
} mounts[] = {
	{ "proc", "/proc" },
	{ "sysfs", "/sys" },
	{ "debugfs", "/sys/kernel/debug" },
	{ "cgroup2", CGROUP_ROOT },
	{ "devtmpfs", "/dev" },
	{ "tmpfs", "/tmp" },
};

static void mount_all(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].on, 0755);
		if (mount(mounts[i].type, mounts[i].on, mounts[i].type, 0, NULL) && errno != EBUSY)
			frame_sendf(PCPB_FRAME_LOG, "cannot mount %s on %s: %s", mounts[i].type,
				    mounts[i].on, strerror(errno));
	}
}

static void say_hello(void)
{
	struct timespec now;
	struct utsname name;

	uname(&name);
	clock_gettime(CLOCK_MONOTONIC, &now);
	frame_sendf(PCPB_FRAME_HELLO, "agent %d\nkernel %s\ncpus_online %ld\ncpus_possible %ld\n" PCPB_LINE_UPTIME " %llu\n",
		    PCPB_FRAME_VERSION, name.release, sysconf(_SC_NPROCESSORS_ONLN),
		    sysconf(_SC_NPROCESSORS_CONF),
		    now.tv_sec * 1000000000ull + (unsigned long long)now.tv_nsec);
}

/* Value of @key on the kernel's command line, to be freed; NULL when it is not there. */
static char *boot_value(const char *key)
{
	char *line = read_file("/proc/cmdline", NULL), *value = NULL;

	if (line) {
		line[strcspn(line, "\n")] = '\0';
		value = step_value(line, key);
		free(line);
	}
	return value;
}

const char *bench_unit(void)
{
	static char unit[8];
	char *value;

	if (!*unit) {
		value = boot_value(PCPB_ARG_UNIT);
		snprintf(unit, sizeof(unit), "%s", value ? value : PCPB_UNIT_REALTIME);
		free(value);
	}
	return unit;
}

static void load_bench_module(void)
{
	char parameters[32];
	int error;

	snprintf(parameters, sizeof(parameters), PCPB_MODULE_UNIT "=%s", bench_unit());
	error = module_load(PCPB_GUEST_MODULE, parameters);
	if (error)
		die("cannot load " PCPB_GUEST_MODULE ": %s", strerror(-error));
}

/* True when a person is at the console, and there is no plan. */
static bool wants_shell(void)
{
	char *value = boot_value(PCPB_ARG_SHELL);
	bool wants = value;

	free(value);
	return wants;
}

/* Recorded storms are slower. */
static void look_for_record(void)
{
	char *value = boot_value(PCPB_ARG_RECORD);

	if (value)
		record_want();
	free(value);
}

static void wait_until_settled(void)
{
	const struct timespec when = { .tv_sec = SETTLED_SECONDS };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
}

void module_step(unsigned int step, const char *line)
{
	int error = module_control(PCPB_VERB_RUN, line);

	if (error) {
		char *text = module_error();

		step_end(step, "failed", "the module refused: %s (%s)", text, strerror(-error));
		free(text);
		return;
	}
	error = module_send_result(step);
	if (error)
		step_end(step, "agent-failed", "cannot read the module's result: %s",
			 strerror(-error));
	else
		step_end(step, "ok", "%s", "");
}

/* True when block groups take their areas from where the command line says; else @why tells. */
static bool blkg_areas_as_asked(char *why, size_t size)
{
	char *wanted = boot_value(PCPB_ARG_BLKG_ALLOC);
	char *used = read_file("/sys/module/blk_cgroup/parameters/pcpu_alloc", NULL);
	bool same = true;

	if (used)
		used[strcspn(used, "\n")] = '\0';
	if (wanted && !used) {
		snprintf(why, size, "no " PCPB_ARG_BLKG_ALLOC "=%s: this kernel lacks the series that brings it",
			 wanted);
		same = false;
	} else if (wanted && strcmp(wanted, used)) {
		snprintf(why, size, PCPB_ARG_BLKG_ALLOC "=%s was asked for, and the kernel uses %s",
			 wanted, used);
		same = false;
	}
	free(wanted);
	free(used);
	return same;
}

static enum perf_kind perf_asked(void)
{
	char *value = boot_value(PCPB_ARG_PERF);
	enum perf_kind kind = !value ? PERF_NONE :
			      strcmp(value, PCPB_PERF_RECORD) ? PERF_STAT : PERF_RECORD;

	free(value);
	return kind;
}

static void make_step(unsigned int step, const char *line)
{
	char *scenario = step_value(line, PCPB_KEY_SCENARIO);

	if (scenario && !strcmp(scenario, "storm"))
		storm_step(step, line, storm_by_fio);
	else if (scenario && !strcmp(scenario, "churn"))
		storm_step(step, line, storm_by_churn);
	else if (scenario && !strcmp(scenario, "trace"))
		trace_step(step, line);
	else if (scenario && !strcmp(scenario, "kunit"))
		kunit_step(step, line);
	else if (scenario && !strcmp(scenario, "vmalloc-test"))
		vmalloc_test_step(step, line);
	else
		module_step(step, line);
	free(scenario);
}

static void run_step(unsigned int step, const char *line)
{
	enum perf_kind perf = perf_asked();
	char why[200];

	frame_sendf(PCPB_FRAME_STEP_BEGIN, PCPB_LINE_STEP " %u\n%s\n", step, line);
	heartbeat_step((int)step);
	if (!blkg_areas_as_asked(why, sizeof(why))) {
		step_end(step, "skipped", "%s", why);
	} else if (perf_begin(step, perf)) {
		make_step(step, line);
		perf_end(step, perf);
	} else {
		make_step(step, line);
	}
	heartbeat_step(-1);
}

static unsigned int run_plan(char *plan, const char *fault)
{
	unsigned int step = 0;
	char *next;

	for (char *line = plan; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		/* the second step, or the only one, so that there is something to keep */
		if (fault && (step == 1 || !next || !*next)) {
			frame_sendf(PCPB_FRAME_STEP_BEGIN, PCPB_LINE_STEP " %u\n%s\n", step, line);
			heartbeat_step((int)step);
			fault_inject(fault);
			fault = NULL;
		}
		run_step(step++, line);
	}
	return step;
}

int main(void)
{
	sigset_t child;
	size_t length;
	char *plan;

	/* fio's end is awaited with sigtimedwait() */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	if (getpid() != 1) {
		fputs("this is the init of a pcpbench guest, not a program to start\n", stderr);
		return 2;
	}
	if (frames_open())
		leave(PCPB_EXIT_FAILED);
	say_hello();
	mount_all();
	load_bench_module();
	if (wants_shell()) {
		shell_run();
		leave(PCPB_EXIT_GOOD);
	}
	plan = fw_cfg_file(PCPB_FW_CFG_PLAN, &length);
	if (!plan)
		die("QEMU was given no file " PCPB_FW_CFG_PLAN);
	look_for_record();
	heartbeat_start();
	wait_until_settled();
	frame_sendf(PCPB_FRAME_BYE, PCPB_LINE_STEPS " %u\n",
		    run_plan(plan, boot_value(PCPB_ARG_FAULT)));
	leave(PCPB_EXIT_GOOD);
}
