// SPDX-License-Identifier: GPL-2.0-only
#include "cmd/option-walk.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>

static bool is_end(const struct argp_option *option)
{
	return !option->name && !option->key && !option->doc && !option->group;
}

void option_walk(const struct argp *argp, const struct option_visitor *visitor)
{
	for (const struct argp_option *o = argp->options; o && !is_end(o); o++) {
		if (o->flags & OPTION_HIDDEN)
			continue;
		if (o->name || o->key)
			visitor->option(visitor->arg, o);
		else if (o->doc && visitor->heading)
			visitor->heading(visitor->arg, o->doc);
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++) {
		if (c->header && *c->header && visitor->heading)
			visitor->heading(visitor->arg, c->header);
		option_walk(c->argp, visitor);
	}
}

char option_letter(const struct argp_option *option)
{
	return option->key > 0 && option->key <= UCHAR_MAX && isprint(option->key) ?
	       (char)option->key : 0;
}
