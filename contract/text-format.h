/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words of the texts that module, agent and host program exchange. What
 * each text looks like as a whole is in docs/protocol.md.
 */
#ifndef PCPB_TEXT_FORMAT_H
#define PCPB_TEXT_FORMAT_H

/* A step: "key=value" words, these three and the names of params.def. */
#define PCPB_KEY_SCENARIO	"scenario"
#define PCPB_KEY_STRATEGY	"strategy"
#define PCPB_KEY_CONTEXT	"context"

/* The module's debugfs files, in a directory of this name below debugfs. */
#define PCPB_MODULE_NAME	"percpu_bench"
#define PCPB_FILE_CONTROL	"control"
#define PCPB_FILE_TRACE		"trace"
#define PCPB_FILE_ERROR		"error"
#define PCPB_FILE_RESULT	"result"
#define PCPB_FILE_PROGRESS	"progress"
#define PCPB_FILE_STRATEGIES	"strategies"
#define PCPB_FILE_SCENARIOS	"scenarios"
#define PCPB_FILE_FAULT		"fault"

/* What is written to the file control: a verb, the first two with a step behind it. */
#define PCPB_VERB_RUN		"run"
#define PCPB_VERB_BEGIN		"begin"
#define PCPB_VERB_END		"end"

/* The module's one parameter, and the units of latencies that it can name. */
#define PCPB_MODULE_UNIT	"unit"
#define PCPB_UNIT_EXACT		"insn"
#define PCPB_UNIT_REALTIME	"ns"

/*
 * A result: the head, three lines of the keys above, then lines that start
 * with one of these words. The verdicts are in verdicts.def.
 */
#define PCPB_RESULT_HEAD	"pcpbench-result 1"
#define PCPB_RESULT_VERDICT	"verdict"
#define PCPB_RESULT_REASON	"reason"
#define PCPB_RESULT_PARAM	"param"
#define PCPB_RESULT_COUNTER	"counter"
#define PCPB_RESULT_HIST	"hist"
#define PCPB_RESULT_BUCKET	"b"
#define PCPB_RESULT_HIST_END	"end hist"
#define PCPB_RESULT_END		"end"

#endif /* PCPB_TEXT_FORMAT_H */
