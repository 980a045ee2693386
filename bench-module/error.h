/* SPDX-License-Identifier: GPL-2.0-only */
/* Why a command failed: one line for people. */
#ifndef PCPB_ERROR_H
#define PCPB_ERROR_H

#include <linux/kernel.h>
#include <linux/kernel.h>

struct pcpb_error {
	char text[1024];
};

#define pcpb_error_set(error, ...) \
	scnprintf((error)->text, sizeof((error)->text), __VA_ARGS__)

#endif /* PCPB_ERROR_H */
