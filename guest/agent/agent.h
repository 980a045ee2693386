/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest agent: PID 1 of every guest, static, nothing else runs beside it
 * but fio. Its word goes to the host in frames; it never writes to disks.
 */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "contract/frame-format.h"
#include "contract/guest-format.h"
#include "contract/text-format.h"

/* frames.c: any thread; a frame is written whole under a lock. */

/* Opens the two ports; -1 with errno. Before any thread is started: each thread inherits its ports. */
int frames_open(void);
void frame_sendf(enum pcpb_frame_type type, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The same, deflated: for what is long. */
void frame_send_deflated(enum pcpb_frame_type type, const char *payload, size_t length);
/* A frame that stops in its middle, then noise: tests of the host's decoder. */
void frame_send_broken(void);
/* Says why in a LOG frame, then ends the guest as "agent failed". */
void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* Ends the guest with PCPB_EXIT_GOOD or PCPB_EXIT_FAILED. */
void leave(uint8_t value) __attribute__((noreturn));

/* files.c */

/* All of @path with a NUL added, to be freed; NULL with errno. */
char *read_file(const char *path, size_t *length);
/* One write() of @text, or of @length bytes; 0 or -errno. */
int write_file(const char *path, const char *text);
int write_bytes(const char *path, const void *data, size_t length);
/* malloc and friends that die() when memory is gone. */
void *xmalloc(size_t size);
char *xstrdup(const char *s);

/* fw-cfg.c */

/* All of the file that QEMU was given as @name with a NUL added, to be freed; NULL when there is none. */
char *fw_cfg_file(const char *name, size_t *length);

/* step.c: a step's own line, "key=value key=value …". */

/* Value of @key, to be freed; NULL when there is none. */
char *step_value(const char *line, const char *key);
/* The defaults of params.def, as constants alone: a line names no parameter that has its own. */
enum {
#define PCPB_PARAM(name, field, unit, lowest, highest, preset, owners, what) PRESET_##field = preset,
#include "contract/params.def"
#undef PCPB_PARAM
};

/* Parameter @field of a step's line. */
#define step_param(line, field) step_number(line, #field, PRESET_##field)
/*
 * The same as a number, @preset when there is none; die()s when it is no number, since the
 * runner made the plan.
 */
unsigned long step_number(const char *line, const char *key, unsigned long preset);
/* The end of every step: verdict "ok", "failed", …, and a reason unless ok. */
void step_end(unsigned int step, const char *verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The line "step N", then the head of a text in the form of a module's result:
 * a format for step, strategy, context. And the start of a counter's line.
 */
#define RESULT_HEAD(scenario)	PCPB_LINE_STEP " %u\n" PCPB_RESULT_HEAD "\n" \
				PCPB_KEY_SCENARIO " " scenario "\n" \
				PCPB_KEY_STRATEGY " %s\n" PCPB_KEY_CONTEXT " %s\n"
#define COUNTER		PCPB_RESULT_COUNTER " "

/* main.c: the unit of all latencies, PCPB_UNIT_EXACT or PCPB_UNIT_REALTIME. */
const char *bench_unit(void);

/* module.c: percpu_bench.ko and its debugfs files. */

/* Loads the module at @path; 0 or -errno. */
int module_load(const char *path, const char *parameters);
/* One control command (without its newline); 0 or -errno. */
int module_control(const char *verb, const char *line);
/* Why the last command failed, one line, to be freed. */
char *module_error(void);
/* Hands a trace to it; 0 or -errno. */
int module_load_trace(const void *program, size_t length);
/* Sends the module's result as the RESULT frame of @step; 0 or -errno. */
int module_send_result(unsigned int step);
unsigned long long module_progress(void);
/* A fault that only the kernel can commit, by its name in faults.def. 0 or -errno. */
int module_fault(const char *name);

/* cgroup.c: cgroup v2 at /sys/fs/cgroup. Functions return 0 or -1 with a reason in @why. */
#define CGROUP_ROOT	"/sys/fs/cgroup"
#define STORM_CGROUP	PCPB_STORM_CGROUP	/* parent of all job cgroups */
#define NEIGHBOUR	PCPB_NEIGHBOUR

int cgroup_prepare_storm(char *why, size_t size);
/* Removes the jobs' cgroups, the neighbour's and their parent, waiting for the last task to leave. */
int cgroup_remove_storm(unsigned int jobs, char *why, size_t size);
/* "j0007" */
void cgroup_job_name(unsigned int job, char name[16]);
/* io.stat of @name ("" for the root), to be freed; NULL with errno. */
char *cgroup_io_stat(const char *name, size_t *length);

/*
 * disks.c: BFQ and limits as the step's line asks for them, once the storm's cgroup is there.
 * 0, or -1 with @why.
 */
int disks_prepare(const char *line, char *why, size_t size);

/* books.c: io.stat of cgroups in the form of docs/protocol.md. 0, or -1 with errno. */
struct books {
	FILE *out;
	char *text;
	size_t length;
};

/* The head, and the ancestors before the storm. To be closed even when it fails. */
int books_open(struct books *books, unsigned int step, unsigned int disks);
/* io.stat of @cgroup as that of @name; @moment is "before" or "after". */
int books_read(struct books *books, const char *name, const char *cgroup, const char *moment);
/* The same, read before: @text is cut up. */
void books_add(struct books *books, const char *name, const char *moment, char *text);
/* The ancestors after the storm, then all of it as a frame. */
int books_send(struct books *books);
void books_close(struct books *books);

/* fio.c: functions return 0 (or a pid) or -1 with a reason in @why. */
struct fio_storm {
	unsigned int jobs, disks;
	unsigned long ios_per_disk, seed;
};

#define NEIGHBOUR_THINK_US 500	/* between two reads of the neighbour */

/* A job file's text, to be freed: a storm, and the one job beside a churn. */
char *fio_job_file(const struct fio_storm *storm);
char *fio_neighbour_file(unsigned long seed);
/* One fio at a time. */
pid_t fio_start(const char *jobs, char *why, size_t size);
/* Waits for fio's end and sends its output (messages and json+) as the FIO frame of @step. */
int fio_finish(pid_t pid, unsigned int step, char *why, size_t size);
/* Both. */
int fio_run(unsigned int step, const char *jobs, char *why, size_t size);
void fio_kill(pid_t pid);

/*
 * storm.c, churn.c, kunit.c, vmalloc-test.c: steps that are more than one command. A driver
 * makes a storm's cgroups and their I/O, and books them. 0, or -1 with @why.
 */
typedef int (*storm_driver)(unsigned int step, const char *line, struct books *books, char *why,
			    size_t size);
int storm_by_fio(unsigned int step, const char *line, struct books *books, char *why, size_t size);
int storm_by_churn(unsigned int step, const char *line, struct books *books, char *why,
		   size_t size);
void storm_step(unsigned int step, const char *line, storm_driver drive);
void kunit_step(unsigned int step, const char *line);
void vmalloc_test_step(unsigned int step, const char *line);
/* main.c: a step that the module runs by itself. */
void module_step(unsigned int step, const char *line);

/*
 * record.c: the allocator's events during a storm. Both 0, or -1 with @why;
 * nothing happens unless record_want() was called before.
 */
void record_want(void);
int record_begin(char *why, size_t size);
/* Sends them as the TRACE frame of @step. */
int record_end(unsigned int step, char *why, size_t size);

/* trace.c: a step that replays the trace which QEMU was given for it. */
void trace_step(unsigned int step, const char *line);

/* perf.c: perf(1) around a step. One at a time. */
enum perf_kind { PERF_NONE, PERF_STAT, PERF_RECORD };
/* Starts perf and turns it on; false when it is not to run, or cannot, which a LOG frame says. */
bool perf_begin(unsigned int step, enum perf_kind kind);
/* Turns it off, and sends what it saw. */
void perf_end(unsigned int step, enum perf_kind kind);

/* heartbeat.c */
void heartbeat_start(void);
/* @step from now on; -1 for none. */
void heartbeat_step(int step);
/* For injected hangs: not one frame more. */
void heartbeat_stop(void);

/* shell.c: an interactive shell on the console; returns when it has ended. */
void shell_run(void);

/* fault.c: fault injection, by a name of faults.def; die()s when there is none of that name. */
void fault_inject(const char *name);

#endif
