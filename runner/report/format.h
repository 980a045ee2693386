/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures as a reader wants them. Pure functions; the text lives in the value returned. */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include <stdint.h>
#include <stdio.h>

struct short_text {
	char text[40];
};

/* @text itself. */
struct short_text format_word(const char *text);
/* Exact, with separators: "1,234,567". */
struct short_text format_count(uint64_t n);
/*
 * @unit "ns": "70 ns", "2.73 µs", "1.31 ms"; any other unit is left to the
 * column's head: "70", "12,345", "1.31 M".
 */
struct short_text format_latency(uint64_t value, const char *unit);
/* "0", "512 B", "1.5 KiB". */
struct short_text format_bytes(uint64_t bytes);
/* "50.2 %", "0.031 %"; never "0 %" or "100 %" unless that is exact. */
struct short_text format_share(uint64_t part, uint64_t whole);
/* The same of a share, from 0 to 1. */
struct short_text format_fraction(double share);
/* "instructions" for "insn", else the unit itself. */
const char *unit_in_words(const char *unit);

#endif
