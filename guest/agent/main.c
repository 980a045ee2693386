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

#define PLAN "opt/pcpbench/plan"
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
	frame_sendf(PCPB_FRAME_HELLO, "agent %d\nkernel %s\ncpus_online %ld\ncpus_possible %ld\nuptime_ns %llu\n",
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
		value = boot_value("pcpbench.unit");
		snprintf(unit, sizeof(unit), "%s", value ? value : "ns");
		free(value);
	}
	return unit;
}

static void load_bench_module(void)
{
	char parameters[32];
	int error;

	snprintf(parameters, sizeof(parameters), "unit=%s", bench_unit());
	error = module_load("/percpu_bench.ko", parameters);
	if (error)
		die("cannot load percpu_bench.ko: %s", strerror(-error));
}

/* pcpbench.shell=1 on the command line: a person at the console, no plan. */
static bool wants_shell(void)
{
	char *value = boot_value("pcpbench.shell");
	bool wants = value;

	free(value);
	return wants;
}

/* pcpbench.record=1: storms are recorded, and slower for it. */
static void look_for_record(void)
{
	char *value = boot_value("pcpbench.record");

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
	int error = module_control("run", line);

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

/* Do the block groups' areas come from where the command line says? *why tells when not. */
static bool blkg_areas_as_asked(char *why, size_t size)
{
	char *wanted = boot_value("blk_cgroup.pcpu_alloc");
	char *used = read_file("/sys/module/blk_cgroup/parameters/pcpu_alloc", NULL);
	bool same = true;

	if (used)
		used[strcspn(used, "\n")] = '\0';
	if (wanted && !used) {
		snprintf(why, size, "no blk_cgroup.pcpu_alloc=%s: this kernel lacks the series that brings it",
			 wanted);
		same = false;
	} else if (wanted && strcmp(wanted, used)) {
		snprintf(why, size, "blk_cgroup.pcpu_alloc=%s was asked for, and the kernel uses %s",
			 wanted, used);
		same = false;
	}
	free(wanted);
	free(used);
	return same;
}

/* pcpbench.perf=stat or =record on the command line */
static enum perf_kind perf_asked(void)
{
	char *value = boot_value("pcpbench.perf");
	enum perf_kind kind = !value ? PERF_NONE : strcmp(value, "record") ? PERF_STAT : PERF_RECORD;

	free(value);
	return kind;
}

static void make_step(unsigned int step, const char *line)
{
	char *scenario = step_value(line, "scenario");

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

	frame_sendf(PCPB_FRAME_STEP_BEGIN, "step %u\n%s\n", step, line);
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
			frame_sendf(PCPB_FRAME_STEP_BEGIN, "step %u\n%s\n", step, line);
			heartbeat_step((int)step);
			plant(fault);
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
		leave(LEAVE_FAILED);
	say_hello();
	mount_all();
	load_bench_module();
	if (wants_shell()) {
		shell_run();
		leave(LEAVE_GOOD);
	}
	plan = fw_cfg_file(PLAN, &length);
	if (!plan)
		die("QEMU was given no file " PLAN);
	look_for_record();
	heartbeat_start();
	wait_until_settled();
	frame_sendf(PCPB_FRAME_BYE, "steps %u\n", run_plan(plan, boot_value("pcpbench.plant")));
	leave(LEAVE_GOOD);
}
