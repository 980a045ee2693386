/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which parameters are a measurement's own, by params.def and guest-params.def. Of a
 * scenario or strategy that no table has, each may be. Parameters that no table has
 * (boot, or those of a later version) are nobody's: they stay as they are.
 */
#ifndef OWN_PARAMS_H
#define OWN_PARAMS_H

#include "result/measurement.h"

/* True when parameter @name is one of @m's own; *preset is then its default. */
bool own_param(const struct measurement *m, const char *name, uint64_t *preset);
/* Gives @m the default of each of its own parameters that it does not have. */
void own_params_complete(struct measurement *m);
/* Drops the parameters of @m that a table has, but not as one of @m's own. */
void own_params_drop_strangers(struct measurement *m);

#endif
