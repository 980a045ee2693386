/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which measurements are one thing, be it a run, a row of a table or the table itself: those
 * that have the same key. What the key is made of says which.
 */
#ifndef RESULT_KEY_H
#define RESULT_KEY_H

#include "base/must-check.h"
#include "result/measurement.h"

enum key_part {
	KEY_SCENARIO	= 1 << 0,
	KEY_STRATEGY	= 1 << 1,
	KEY_CONTEXT	= 1 << 2,
	KEY_KERNEL	= 1 << 3,
	KEY_SERIES	= 1 << 4,
	KEY_SUBJECT	= 1 << 5,	/* parameters of what is measured */
	KEY_DESIGN	= 1 << 6,	/* those of a strategy, and of the block layer's pools */
	KEY_REPLICATE	= 1 << 7,	/* seed and boot, which make another sample of one thing */
	KEY_ALL		= (1 << 8) - 1,
};

/* KEY_SUBJECT, KEY_DESIGN or KEY_REPLICATE: what the parameter @name is a part of. */
enum key_part param_part(const char *name);

/* True for a parameter that a key leaves out although its part is in it. */
typedef bool (*leaves_out_fn)(const struct measurement *m, const struct named_number *param,
			      const void *arg);

/*
 * "scenario=… strategy=… context=… kernel=… series=…", then its parameters: as much of it as
 * @parts has, but for what @leaves_out (NULL: nothing) is true for with @arg. To be freed.
 */
MUST_CHECK char *measurement_key_of(const struct measurement *m, unsigned int parts,
				    leaves_out_fn leaves_out, const void *arg);
/* What tells it from all others: all of that. To be freed. */
MUST_CHECK char *measurement_key(const struct measurement *m);

#endif
