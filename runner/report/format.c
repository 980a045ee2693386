// SPDX-License-Identifier: GPL-2.0-only
#include "report/format.h"

#include <string.h>

#include "base/util.h"

struct short_text format_word(const char *text)
{
	struct short_text f;

	snprintf(f.text, sizeof(f.text), "%s", text);
	return f;
}

struct short_text format_count(uint64_t n)
{
	struct short_text f;
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	size_t out = 0;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			f.text[out++] = ',';
		f.text[out++] = digits[i];
	}
	f.text[out] = '\0';
	return f;
}

/* Three significant digits of @value / @scale. */
static struct short_text scaled(double value, double scale, const char *unit)
{
	double x = value / scale;
	int decimals = x < 9.995 ? 2 : x < 99.95 ? 1 : 0;
	struct short_text f;

	snprintf(f.text, sizeof(f.text), "%.*f %s", decimals, x, unit);
	return f;
}

struct short_text format_latency(uint64_t value, const char *unit)
{
	double v = (double)value;
	struct short_text f;

	if (strcmp(unit, "ns")) {
		if (value < 100000)
			return format_count(value);
		return v < 999.5e6 ? scaled(v, 1e6, "M") :
		       v < 999.5e9 ? scaled(v, 1e9, "G") : scaled(v, 1e12, "T");
	}
	if (value < 1000) {
		snprintf(f.text, sizeof(f.text), "%u ns", (unsigned int)value);
		return f;
	}
	return v < 999.5e3 ? scaled(v, 1e3, "µs") :
	       v < 999.5e6 ? scaled(v, 1e6, "ms") : scaled(v, 1e9, "s");
}

struct short_text format_bytes(uint64_t bytes)
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double x = (double)bytes;
	struct short_text f;
	size_t i = 0;

	while (x >= 1023.95 && i < ARRAY_SIZE(unit) - 1) {
		x /= 1024;
		i++;
	}
	if (!bytes)
		snprintf(f.text, sizeof(f.text), "0");
	else if (!i || x == (double)(uint64_t)x)
		snprintf(f.text, sizeof(f.text), "%.0f %s", x, unit[i]);
	else
		snprintf(f.text, sizeof(f.text), "%.1f %s", x, unit[i]);
	return f;
}

struct short_text format_fraction(double share)
{
	double percent = 100 * share;
	struct short_text f;

	if (!(share > 0) || share == 1)
		snprintf(f.text, sizeof(f.text), share > 0 ? "100 %%" : "0 %%");
	else if (percent < 0.001)
		snprintf(f.text, sizeof(f.text), "< 0.001 %%");
	else if (percent < 99.95)
		snprintf(f.text, sizeof(f.text), percent < 0.995 ? "%.2g %%" : "%.1f %%", percent);
	else
		snprintf(f.text, sizeof(f.text), "> 99.9 %%");
	return f;
}

struct short_text format_share(uint64_t part, uint64_t whole)
{
	if (part == whole)
		return format_fraction(part ? 1 : 0);
	return format_fraction(whole ? (double)part / (double)whole : 0);
}

const char *unit_in_words(const char *unit)
{
	return strcmp(unit, "insn") ? unit : "instructions";
}
