/* SPDX-License-Identifier: GPL-2.0-only */
/* What can become of a step, and what follows from it: verdicts.def. */
#ifndef RESULT_VERDICT_H
#define RESULT_VERDICT_H

#include <stdbool.h>

#include "base/must-check.h"

enum verdict {
#define PCPB_VERDICT(id, name, class, figures, said_by) id,
#include "contract/verdicts.def"
#undef PCPB_VERDICT
	VERDICTS,	/* how many there are */
};

/* "ok", "skipped", "boot-failed", …; and back, -1 when there is no such name. */
const char *verdict_name(enum verdict v);
MUST_CHECK int verdict_from_name(const char *name);

/* Nothing is wrong: it measured, could not be measured here, or does not count. */
bool verdict_is_good(enum verdict v);
/* A rule was broken, and that was seen; what is neither good nor this tells too little. */
bool verdict_is_broken(enum verdict v);
/* Every operation of the step is in its counters and histograms. */
bool verdict_is_whole(enum verdict v);
/* True when the bench module may say so of a step. */
bool verdict_of_module(enum verdict v);

#endif
