/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What host program and guest agent share besides the frames: files in the
 * guest, files that QEMU hands over, words of the kernel's command line, and
 * the words of the payloads that the agent makes itself (docs/protocol.md).
 */
#ifndef PCPB_GUEST_FORMAT_H
#define PCPB_GUEST_FORMAT_H

/* Files of the image. */
#define PCPB_GUEST_INIT		"/init"
#define PCPB_GUEST_MODULE	"/percpu_bench.ko"
#define PCPB_GUEST_FIO		"/usr/bin/fio"
#define PCPB_GUEST_PERF		"/usr/bin/perf"
#define PCPB_GUEST_BUSYBOX	"/bin/busybox"	/* of `make shell` alone */

/* QEMU's fw_cfg files: the plan, a step a line; a trace, by its decimal id. */
#define PCPB_FW_CFG_PLAN	"opt/pcpbench/plan"
#define PCPB_FW_CFG_TRACE	"opt/pcpbench/trace-"

/* Words KEY=VALUE of the kernel's command line. */
#define PCPB_ARG_UNIT		"pcpbench.unit"		/* PCPB_UNIT_* */
#define PCPB_ARG_SHELL		"pcpbench.shell"	/* 1: a shell instead of a plan */
#define PCPB_ARG_RECORD		"pcpbench.record"	/* 1: percpu events of storms are recorded */
#define PCPB_ARG_PERF		"pcpbench.perf"		/* PCPB_PERF_* */
#define PCPB_ARG_FAULT		"pcpbench.fault"	/* a name of faults.def */
#define PCPB_PERF_STAT		"stat"
#define PCPB_PERF_RECORD	"record"
/* The kernel's own, from the series: where block groups take their areas from. */
#define PCPB_ARG_BLKG_ALLOC	"blk_cgroup.pcpu_alloc"
#define PCPB_BLKG_ALLOC_POOL	"pool"
#define PCPB_ARG_BLKG_POOL_HIGH	"blk_cgroup.pcpu_pool_high"

/* Keys of "KEY VALUE" lines of frames. */
#define PCPB_LINE_STEP		"step"
#define PCPB_LINE_STEPS		"steps"		/* BYE */
#define PCPB_LINE_UPTIME	"uptime_ns"	/* HELLO, HEARTBEAT */
#define PCPB_LINE_PROGRESS	"progress"	/* HEARTBEAT */

/* A storm's cgroups: their parent, the jobs' below it, and that of the job beside a churn. */
#define PCPB_STORM_CGROUP	"storm"
#define PCPB_ROOT_CGROUP	"root"		/* the root's name in the books; it has none itself */
#define PCPB_NEIGHBOUR		"neighbour"	/* fio's job, and its cgroup below the parent */
#define PCPB_NEIGHBOUR_DISK	0		/* the one that it reads */

/* An IOSTAT payload: io.stat of cgroups before and after, and what was held meanwhile. */
#define PCPB_BOOKS_DISKS	"disks"
#define PCPB_BOOKS_FIRST	"first"
#define PCPB_BOOKS_PERCPU	"percpu_kib"
#define PCPB_BOOKS_POOL		"pool"
#define PCPB_BOOKS_CGROUP	"cgroup"
#define PCPB_BOOKS_BEFORE	"before"
#define PCPB_BOOKS_AFTER	"after"

/* A DRIVER payload: a result, then a line of this word for each cgroup. */
#define PCPB_DRIVER_ISSUED	"issued"

#endif /* PCPB_GUEST_FORMAT_H */
