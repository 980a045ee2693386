/* SPDX-License-Identifier: GPL-2.0-only */
/* The checks of doctor; each prints one line. */
#ifndef DOCTOR_CHECKS_H
#define DOCTOR_CHECKS_H

#include "base/util.h"

enum check_state {
	CHECK_GOOD,
	CHECK_NOTE,	/* works, but the user should know */
	CHECK_MISSING,	/* a run cannot work without */
};

struct check {
	char *name;		/* owned */
	enum check_state state;
	char *found;		/* owned */
	char *advice;		/* owned; what to do about it; NULL when there is nothing to do */
};

#define CHECKS_MAX 64

/* Runs every check; may take some seconds (the KVM probe). Returns how many there are. */
size_t doctor_checks(struct check checks[CHECKS_MAX], const char *root);
void doctor_checks_free(struct check *checks, size_t n);

#endif
