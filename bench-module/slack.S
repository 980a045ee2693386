/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fills each part of the module, so that a small change of the module does
 * not change how many pages the kernel gives it. A part ends in the middle of a
 * page, where what the linker and the loader add has room, and the names of some
 * functions more. The bytes of each part without this are from Kbuild.
 */
#define PART_BYTES	0x8000
#define PAGE_MIDDLE	0x800

	.section .text.slack, "ax", @progbits
	.skip	(PAGE_MIDDLE - (TEXT_BYTES)) & (PART_BYTES - 1), 0xcc

	.section .rodata.slack, "a", @progbits
	.skip	(PAGE_MIDDLE - (CONST_BYTES)) & (PART_BYTES - 1)

	/* Half a part further, as what there is today ends just below a whole one. */
	.section .bss.slack, "aw", @nobits
	.skip	(PART_BYTES / 2 + PAGE_MIDDLE - (DATA_BYTES)) & (PART_BYTES - 1)
