#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A static perf from the sources of a kernel that still has libtraceevent in them. It counts,
# samples and names the kernel's functions by kallsyms; all that needs more libraries is left out.
set -eu
without='LIBELF DWARF LIBDW_DWARF_UNWIND LIBUNWIND LIBPYTHON LIBPERL LIBCAP LIBNUMA LIBZSTD
LIBCRYPTO LIBAUDIT LIBBABELTRACE LIBBPF LIBDEBUGINFOD LIBPFM4 AUXTRACE BACKTRACE DEMANGLE GTK2
JEVENTS JVMTI LZMA SDT SLANG ZLIB'
tar -xJf "$TARBALL" --strip-components=1 --wildcards '*/tools/*' '*/scripts/*' '*/Makefile' \
	'*/kernel/bpf/disasm.[ch]'
set --
for part in $without; do
	set -- "$@" "NO_$part=1"
done
make -C tools/perf -j"$JOBS" "$@" WERROR=0 LDFLAGS=-static \
	EXTRA_CFLAGS="-ffile-prefix-map=$PWD=linux" perf
strip -o built tools/perf/perf
find . -mindepth 1 -maxdepth 1 ! -name built -exec rm -rf {} +
mv built perf
