// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/build-env.h"

#include <stddef.h>

/*
 * Not empty, but not there: of some the compiler takes an empty one for the
 * folder that it is in.
 */
static const char *const unwanted[] = {
	/* the compiler's and the linker's */
	"COMPILER_PATH", "CPATH", "C_INCLUDE_PATH", "GCC_EXEC_PREFIX", "LIBRARY_PATH",
	/* of makefiles and configure scripts */
	"CFLAGS", "CPPFLAGS", "DEBUG", "EXTRA_CFLAGS", "LDFLAGS", "LIBS", "O", "OUTPUT", "V",
	/* of a make that called us */
	"MAKEFLAGS", "MAKELEVEL", "MFLAGS",
	/* the kernel's */
	"ARCH", "CROSS_COMPILE", "HOSTCFLAGS", "HOSTLDFLAGS", "KAFLAGS", "KBUILD_EXTMOD",
	"KBUILD_OUTPUT", "KCFLAGS", "KCONFIG_ALLCONFIG", "KCONFIG_CONFIG", "KCPPFLAGS", "LLVM",
	"LOCALVERSION",
};

/* The same for every build. */
static const char *const fixed[] = { "LC_ALL=C", "SOURCE_DATE_EPOCH=1577836800" };

void build_env_add(struct str_list *env, const char *const *own)
{
	for (size_t i = 0; i < ARRAY_SIZE(unwanted); i++)
		str_list_add(env, unwanted[i]);
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++)
		str_list_add(env, fixed[i]);
	while (own && *own)
		str_list_add(env, *own++);
}
