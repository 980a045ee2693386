// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's command line. In exact mode a guest is a function of its inputs, so
 * nothing of the host may reach it: instructions are the clock (icount, which
 * takes one host thread and sleep=off), the RTC starts at a fixed date, the
 * random numbers at a fixed seed, the CPU model has no rdrand, and the only
 * devices are port I/O that completes at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/fsutil.h"
#include "base/subprocess.h"
#include "contract/guest-format.h"
#include "contract/text-format.h"
#include "guest/guest.h"
#include "guest/host-tsc.h"

/* Relative to the guest's folder, so that the folder can be moved. */
#define PLAN_FILE "plan"
#define TRACE_FILE "trace-%llu"	/* by its id */

static void add_words(struct str_list *list, const char *words)
{
	str_list_split(list, words, " ");
}

/*
 * Without +arat the kernel believes that the local APIC's timer stops while a CPU sleeps, and keeps
 * to its periodic tick, so that what waits for a timer waits for a tick of 4 ms. With it timers are
 * exact, but QEMU 7.2 then gave another result in one run of six.
 */
static void add_accelerator(struct str_list *argv, enum accelerator accel)
{
	switch (accel) {
	case ACCEL_ICOUNT:
		add_words(argv, "-accel tcg,thread=single -icount shift=0,sleep=off -cpu qemu64");
		break;
	case ACCEL_KVM:
		add_words(argv, "-accel kvm -cpu host");
		break;
	case ACCEL_MTTCG:
		add_words(argv, "-accel tcg,thread=multi -cpu qemu64");
		break;
	}
}

unsigned int qemu_present_cpus(const struct guest_config *config)
{
	return config->possible_cpus > config->cpus ? config->possible_cpus : config->cpus;
}

/*
 * Calibration against timers costs most of a boot, depends on them, and goes
 * wrong on a busy host, so whatever is known beforehand is said. QEMU's APIC
 * timer runs at 1 GHz. In exact mode so does the TSC; in multi-threaded TCG it
 * is the host's.
 */
static void add_timing(struct str_list *words, enum accelerator accel)
{
	add_words(words, "tsc=reliable no_timer_check");
	if (accel == ACCEL_ICOUNT)
		add_words(words, "lpj=1000000 tsc_early_khz=1000000");
	else if (accel == ACCEL_MTTCG && host_tsc_khz())
		str_list_addf(words, "lpj=1000000 tsc_early_khz=%u", host_tsc_khz());
	if (accel != ACCEL_KVM)
		add_words(words, "lapic_timer_khz=1000000");
}

static char *kernel_command_line(const struct guest_config *config)
{
	struct str_list words = { 0 };
	char *line;

	/*
	 * Notices are shown: the first is the kernel's name, by which a quiet
	 * console is told from a dead one. Timestamps mark the kernel's lines.
	 */
	add_words(&words, "console=ttyS0 printk.time=1 loglevel=6");
	/* An oops ends the guest, at once: other ways to reset take seconds. */
	add_words(&words, "oops=panic panic=-1 reboot=t");
	add_words(&words, "nokaslr norandmaps");
	add_timing(&words, config->accel);
	add_words(&words, "rdinit=" PCPB_GUEST_INIT);
	/* irqmode=0: a null_blk request completes where it is submitted. */
	str_list_addf(&words, "null_blk.nr_devices=%u", config->disks);
	add_words(&words, "null_blk.irqmode=0");
	str_list_addf(&words, PCPB_ARG_UNIT "=%s",
		      config->accel == ACCEL_ICOUNT ? PCPB_UNIT_EXACT : PCPB_UNIT_REALTIME);
	if (qemu_present_cpus(config) > config->cpus)
		str_list_addf(&words, "maxcpus=%u", config->cpus);
	if (config->kernel_args)
		add_words(&words, config->kernel_args);
	line = str_list_join(&words, " ");
	str_list_free(&words);
	return line;
}

/* @path made absolute when it can be: QEMU is started in another folder. */
static void add_input(struct str_list *argv, const char *option, const char *path)
{
	char *absolute = realpath(path, NULL);

	str_list_add(argv, option);
	str_list_add(argv, absolute ? absolute : path);
	free(absolute);
}

void qemu_arguments(struct str_list *argv, const struct guest_config *config)
{
	char *command_line = kernel_command_line(config);

	*argv = (struct str_list){ 0 };
	str_list_add(argv, QEMU_PROGRAM);
	/* microvm boots fastest, but has no interrupt for a serial port that is typed at */
	if (config->interactive)
		add_words(argv, "-M pc");
	else
		add_words(argv, "-M microvm,x-option-roms=off,rtc=on,isa-serial=on");
	add_accelerator(argv, config->accel);
	/* names by which host-wait.c knows the threads that are CPUs */
	if (config->accel != ACCEL_ICOUNT)
		add_words(argv, "-name pcpbench,debug-threads=on");
	add_words(argv, "-seed 1 -rtc base=2020-01-01T00:00:00,clock=vm");
	add_words(argv, "-nodefaults -no-user-config -display none");
	if (config->interactive)
		add_words(argv, "-serial mon:stdio -debugcon null");
	else
		add_words(argv, "-monitor none -serial file:console.log -debugcon file:frames.bin");
	str_list_add(argv, "-device");
	str_list_addf(argv, "isa-debug-exit,iobase=%#x,iosize=4", PCPB_EXIT_PORT);
	str_list_add(argv, "-no-reboot");
	str_list_add(argv, "-m");
	str_list_addf(argv, "%u", config->memory_mib);
	str_list_add(argv, "-smp");
	str_list_addf(argv, "%u", qemu_present_cpus(config));
	add_input(argv, "-kernel", config->vmlinux);
	if (config->initrd)
		add_input(argv, "-initrd", config->initrd);
	if (config->plan)
		add_words(argv, "-fw_cfg name=" PCPB_FW_CFG_PLAN ",file=" PLAN_FILE);
	for (size_t i = 0; i < config->traces; i++) {
		str_list_add(argv, "-fw_cfg");
		str_list_addf(argv, "name=" PCPB_FW_CFG_TRACE "%llu,file=" TRACE_FILE,
			      (unsigned long long)config->trace[i]->id,
			      (unsigned long long)config->trace[i]->id);
	}
	str_list_add(argv, "-append");
	str_list_add(argv, command_line);
	free(command_line);
}

pid_t qemu_spawn(const struct guest_config *config)
{
	char *log = xasprintf("%s/qemu.log", config->dir);
	struct command cmd = { .cwd = config->dir, .log = log };
	struct str_list argv;
	pid_t pid;

	unlink(log);
	qemu_arguments(&argv, config);
	cmd.argv = str_list_argv(&argv);
	pid = command_spawn(&cmd);
	str_list_free(&argv);
	free(log);
	return pid;
}

/* @word as the shell reads it back, whatever is in it. To be freed. */
static char *shell_quoted(const char *word)
{
	char *quoted = xcalloc(4 * strlen(word) + 3, 1), *at = quoted;

	*at++ = '\'';
	for (; *word; word++) {
		if (*word == '\'')
			at = stpcpy(at, "'\\''");
		else
			*at++ = *word;
	}
	*at = '\'';
	return quoted;
}

/* @inputs: more words of files beside it that QEMU reads. */
static char *command_script(const struct str_list *argv, const char *inputs)
{
	struct str_list lines = { 0 };
	char *words, *script;

	for (size_t i = 0; i < argv->n; i++) {
		char *quoted = shell_quoted(argv->item[i]);

		/* An option starts a line, its value stays beside it. */
		str_list_addf(&lines, "%s%s", i && *argv->item[i] == '-' ? "\\\n\t" : "", quoted);
		free(quoted);
	}
	words = str_list_join(&lines, " ");
	script = xasprintf("#!/bin/sh\n"
			   "# SPDX-License-Identifier: GPL-2.0-only\n"
			   "# Boots this guest again: qemu-cmd [FOLDER]\n"
			   "# FOLDER (a new temporary one if not given) gets console.log and frames.bin.\n"
			   "# Exit status 0 when the guest says that all went well.\n"
			   "set -eu\n"
			   "out=${1:-$(mktemp -d \"${TMPDIR:-/tmp}/pcpbench-guest.XXXXXX\")}\n"
			   "mkdir -p -- \"$out\"\n"
			   "for f in " PLAN_FILE "%s; do cp -- \"$(dirname -- \"$0\")/$f\" \"$out/\"; done\n"
			   "cd -- \"$out\"\n"
			   "status=0\n"
			   "%s || status=$?\n"
			   "echo \"QEMU's exit status: $status (%u: all went well); see $out\" >&2\n"
			   "[ \"$status\" -eq %u ]\n",
			   inputs, words, PCPB_EXIT_STATUS(PCPB_EXIT_GOOD),
			   PCPB_EXIT_STATUS(PCPB_EXIT_GOOD));
	free(words);
	str_list_free(&lines);
	return script;
}

static int write_traces(const struct guest_config *config)
{
	int ret = 0;

	for (size_t i = 0; i < config->traces && !ret; i++) {
		const struct trace *trace = config->trace[i];
		char *path = xasprintf("%s/" TRACE_FILE, config->dir,
				       (unsigned long long)trace->id);

		ret = file_write_atomic(path, trace->program, trace->length);
		free(path);
	}
	return ret;
}

static int write_plan(const struct guest_config *config)
{
	char *path = xasprintf("%s/" PLAN_FILE, config->dir);
	int ret = file_write_atomic(path, config->plan, strlen(config->plan));

	free(path);
	return ret;
}

int qemu_write_files(const struct guest_config *config)
{
	char *path = xasprintf("%s/qemu-cmd", config->dir);
	struct str_list argv, inputs = { 0 };
	char *script, *more;
	int ret;

	for (size_t i = 0; i < config->traces; i++)
		str_list_addf(&inputs, " " TRACE_FILE, (unsigned long long)config->trace[i]->id);
	more = str_list_join(&inputs, "");
	str_list_free(&inputs);
	qemu_arguments(&argv, config);
	script = command_script(&argv, more);
	free(more);
	ret = config->plan ? write_plan(config) : 0;
	ret = ret ? ret : write_traces(config);
	if (!ret)
		ret = file_write_atomic(path, script, strlen(script));
	if (!ret && chmod(path, 0755) < 0)
		ret = diag_error("cannot make %s executable: %s", path, strerror(errno));
	free(script);
	str_list_free(&argv);
	free(path);
	return ret;
}
