/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One guest: QEMU's command line, its supervision, and what came out of it.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/must-check.h"
#include "base/util.h"
#include "guest/frame.h"
#include "guest/host-wait.h"
#include "result/measurement.h"
#include "workload/trace-program.h"

enum run_mode { MODE_EXACT, MODE_REALTIME };
enum accelerator { ACCEL_ICOUNT, ACCEL_KVM, ACCEL_MTTCG };

struct guest_config {
	enum accelerator accel;
	const char *vmlinux;		/* stripped ELF, booted through PVH */
	const char *initrd;
	const char *plan;		/* text of what the agent does; NULL: no plan */
	const struct trace **trace;	/* of its steps, each once */
	size_t traces;
	const char *kernel_args;	/* extra words, may be "" */
	unsigned int cpus;
	unsigned int possible_cpus;	/* 0: as many as cpus */
	unsigned int memory_mib;
	unsigned int disks;
	const char *dir;		/* gets plan, traces, console.log, frames.bin, qemu-cmd, qemu.log */
	bool interactive;		/* the console is this terminal, frames go nowhere */
};

/* Multiplies all the limits of deadlines.c. */
struct guest_limits {
	double factor;		/* 1.0 or --timeout-factor */
};

/*
 * How a guest ended: QEMU's exit status (0..255), 128 + signal, or one of
 * these when it was the supervisor's doing.
 */
enum guest_end {
	GUEST_NOT_STARTED = -1,
	GUEST_INTERRUPTED = -2,
	GUEST_NO_BOOT = -3,	/* no HELLO in time */
	GUEST_NO_PROGRESS = -4,
	GUEST_OUT_OF_TIME = -5,
	GUEST_OUT_OF_SPACE = -6,	/* wrote more than any sane guest does */
	GUEST_CRASHED = -7,	/* panicked or oopsed, and did not leave by itself */
	GUEST_STARVED = -8,	/* the host did not let QEMU run: no fault of the guest's */
};

#define QEMU_PROGRAM	"qemu-system-x86_64"

/*
 * The argument vector for @config; free with str_list_free(). Inputs are
 * absolute; outputs are relative to the folder that QEMU is started in.
 */
void qemu_arguments(struct str_list *argv, const struct guest_config *config);
/*
 * All CPUs that are possible are there, and the kernel leaves those alone that
 * are not to come online: without ACPI it would not hear of absent ones.
 */
unsigned int qemu_present_cpus(const struct guest_config *config);
/*
 * Starts QEMU in dir; what it says goes to dir/qemu.log. Its pid, or -1 after
 * a message. It is ended with command_kill() or waited for.
 */
MUST_CHECK pid_t qemu_spawn(const struct guest_config *config);
/* Writes dir/plan, dir/trace-* and dir/qemu-cmd, a shell script that boots the same guest again in a fresh folder. */
MUST_CHECK int qemu_write_files(const struct guest_config *config);

struct guest_frames {
	struct frame *frame;
	size_t n;
	size_t lost, damaged;
	bool hello, bye;
};

struct guest_outcome {
	enum verdict verdict;	/* VERDICT_OK only when BYE came and the exit status fits */
	char *reason;		/* for people; NULL when ok */
	struct str_list notes;	/* what else the console said that a reader of the figures must know */
	double boot_seconds;	/* power-on to HELLO, host time; negative when it never came */
	double total_seconds;
	struct host_wait wait;	/* of the measurement; known in real time only */
	struct guest_frames frames;
};

/* Called in the supervising loop when a step begins or ends. */
typedef void (*guest_progress_fn)(void *arg, unsigned int guest_index, unsigned int steps_done);

/*
 * Boots @n guests, at most @parallel at once, and supervises each to its end.
 * Fills outcome[0..n-1]. Returns 0 when all were run (whatever their fate),
 * -1 when interrupted or QEMU could not be started; outcomes so far are valid
 * even then, and those of guests not started have VERDICT_INCOMPLETE.
 */
MUST_CHECK int guests_run(const struct guest_config *config, struct guest_outcome *outcome,
			  size_t n, unsigned int parallel, const struct guest_limits *limits,
			  guest_progress_fn progress_fn, void *arg);
void guest_outcome_free(struct guest_outcome *outcome);
/*
 * The same judgement from stored files (console.log, frames.bin) and the end
 * (enum guest_end or status), no boot. Times are negative: unknown.
 */
void guest_judge(struct guest_outcome *outcome, const char *console, size_t console_length,
		 const void *frames, size_t frames_length, int end);

/*
 * Which accelerator realtime mode uses: KVM when a probe guest prints its
 * first console byte within the deadline, else MTTCG. *why is a sentence.
 */
enum accelerator realtime_probe(const char *vmlinux, double factor, char **why);

#endif
