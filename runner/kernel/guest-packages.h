/* SPDX-License-Identifier: GPL-2.0-only */
/* The pinned Debian packages (guest-packages.def) in the cache, fetched once. */
#ifndef GUEST_PACKAGES_H
#define GUEST_PACKAGES_H

#include <stdbool.h>

#include "base/must-check.h"
#include "base/util.h"

/*
 * *dir: the folder that holds their files, each with the pinned hash; to be
 * freed. apt fetches them in a state of its own and checks Debian's signatures;
 * the host's own lists and sources stay as they are. -1 after a message, which
 * is a warning unless @needed.
 */
MUST_CHECK int guest_packages(char **dir, bool needed);
/* The pins, a line each, for keys. */
void guest_packages_pins(struct str_list *lines);
/* The pinned version of @package, NULL when there is none. */
const char *guest_packages_version(const char *package);

#endif
