/* SPDX-License-Identifier: GPL-2.0-only */
#define SIZE 64
