// SPDX-License-Identifier: GPL-2.0-only
#include "result/verdict.h"

#include <string.h>

static const struct {
	const char *name;
	enum { GOOD, BROKEN, UNFINISHED } class;
	enum { LACKING, WHOLE } figures;
	enum { RUNNER, MODULE } said_by;
} info[] = {
#define PCPB_VERDICT(id, name, class, figures, said_by) [id] = { name, class, figures, said_by },
#include "contract/verdicts.def"
#undef PCPB_VERDICT
};

const char *verdict_name(enum verdict v)
{
	return info[v].name;
}

int verdict_from_name(const char *name)
{
	for (int v = 0; v < VERDICTS; v++)
		if (!strcmp(name, info[v].name))
			return v;
	return -1;
}

bool verdict_is_good(enum verdict v)
{
	return info[v].class == GOOD;
}

bool verdict_is_broken(enum verdict v)
{
	return info[v].class == BROKEN;
}

bool verdict_is_whole(enum verdict v)
{
	return info[v].figures == WHOLE;
}

bool verdict_of_module(enum verdict v)
{
	return info[v].said_by == MODULE;
}
