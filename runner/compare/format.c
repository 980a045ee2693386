// SPDX-License-Identifier: GPL-2.0-only
/* Figures of a comparison as text. */
#include "compare/format.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "stats/quantile.h"

/* @percent with as many digits as a reader can use. */
static struct short_text percent_figure(const char *sign, double percent)
{
	struct short_text f;

	if (percent && percent < 0.0995)
		snprintf(f.text, sizeof(f.text), "%s%.2g %%", sign, percent);
	else
		snprintf(f.text, sizeof(f.text), "%s%.*f %%", sign,
			 percent < 9.995 ? 2 : percent < 99.95 ? 1 : 0, percent);
	return f;
}

struct short_text format_change(double ratio)
{
	struct short_text f;

	if (isnan(ratio))
		return format_word("n/a");
	if (isinf(ratio))
		return format_word("from 0");
	if (ratio == 1)
		return format_word("0 %");
	if (ratio < 2)
		return percent_figure(ratio < 1 ? "-" : "+", 100 * fabs(ratio - 1));
	snprintf(f.text, sizeof(f.text), "x %.3g", ratio);
	return f;
}

struct short_text format_change_of(double ratio, double old, double new)
{
	bool to = isinf(new) && !isinf(old), from = isinf(old) && !isinf(new);

	if (to && isinf(ratio))
		return format_word("now never");
	if (from && ratio == 0)
		return format_word("was never");
	return format_change(ratio);
}

struct short_text format_size(double share)
{
	struct short_text f;

	if (share < 1)
		return percent_figure("", 100 * share);
	snprintf(f.text, sizeof(f.text), "x %.3g", 1 + share);
	return f;
}

struct short_text format_metric(double value, const char *unit)
{
	bool whole = value == floor(value);
	struct short_text f;

	if (isnan(value))
		return format_word("n/a");
	if (isinf(value))
		return format_word(known_word(KNOWN_NEVER));
	if (value == 0)
		return format_word("0");
	if (!strcmp(unit, "bytes"))
		return format_bytes((uint64_t)llround(value));
	if (!strcmp(unit, "share"))
		return format_fraction(value);
	if (value >= 1e18)
		snprintf(f.text, sizeof(f.text), "%.3g", value);
	else if (!whole && value < 1000)
		snprintf(f.text, sizeof(f.text), "%.*f%s", value < 99.95 ? 2 : 1, value,
			 strcmp(unit, "ns") ? "" : " ns");
	else if (!strcmp(unit, "count") || !strcmp(unit, "1/s") || (!strcmp(unit, "insn") && value < 1e7))
		return format_count((uint64_t)llround(value));
	else
		return format_latency((uint64_t)llround(value), unit);
	return f;
}
