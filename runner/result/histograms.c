// SPDX-License-Identifier: GPL-2.0-only
#include "result/histograms.h"

#include <string.h>

const struct hist_info hist_info[] = {
#define PCPB_HISTOGRAM(name, kind, unserved, mode, speed, label, title, samples, of, words) \
	{ name, kind, unserved, mode, speed, label, title, samples, of, words },
#include "contract/histograms.def"
#undef PCPB_HISTOGRAM
	{ .kind = LATENCY },
};

const struct hist_info *hist_info_of(const char *name)
{
	const struct hist_info *info = hist_info;

	while (info->name && strcmp(info->name, name))
		info++;
	return info;
}

const char *yardstick_name(void)
{
	const struct hist_info *info = hist_info;

	while (info->name && info->speed != YARDSTICK)
		info++;
	return info->name;
}

uint64_t hist_never(const struct measurement *m, const char *name)
{
	uint64_t failed = 0, waiting = 0;

	if (hist_info_of(name)->unserved != COUNTS)
		return 0;
	measurement_counter(m, "failed", &failed);
	measurement_counter(m, "waiting", &waiting);
	return sum_at_most(failed, waiting);
}

bool any_never(const struct measurement *m)
{
	for (const struct hist_info *info = hist_info; info->name; info++)
		if (hist_never(m, info->name))
			return true;
	return false;
}
