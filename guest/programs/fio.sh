#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A static fio from Debian's source package with what guests ask of it: the psync engine, cgroups
# and json+. Other engines need more of the host and of the image.
set -eu
tar -xzf "$PACKAGES"/fio_*.orig.tar.gz --strip-components=1
tar -xJf "$PACKAGES"/fio_*.debian.tar.xz
sed -e '/^#/d' -e '/^$/d' debian/patches/series | while read -r name; do
	patch -s -p1 <"debian/patches/$name"
done
engines='cpu|mmap|null|net|ftruncate|fileoperations|exec|sg|io_uring|nvme|cmdprio|splice|falloc'
sed -i -E -e "s#engines/($engines|e4defrag|posixaio)\.c##g" Makefile
./configure --cc="$CC" --build-static --disable-native --disable-numa --disable-rdma \
	--disable-rados --disable-rbd --disable-http --disable-gfapi --disable-lex \
	--disable-pmem --disable-libzbc --disable-xnvme --disable-tcmalloc --disable-libnfs \
	--disable-dfs
make -j"$JOBS" OPTFLAGS="-ffast-math -ffile-prefix-map=$PWD=fio" fio
strip -o built fio
find . -mindepth 1 -maxdepth 1 ! -name built -exec rm -rf {} +
mv built fio
