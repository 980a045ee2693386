#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The C library of the guest's programs, from pinned packages, and ./cc, the compiler for it: what
# the host has of libraries can then not get into them. Of the host are gcc, the linker and the
# kernel's headers.
set -eu
mkdir unpacked zlib kernel
for package in "$PACKAGES"/*.deb; do
	dpkg-deb -x "$package" unpacked
done
mv unpacked/usr/include/x86_64-linux-musl include
mv unpacked/usr/lib/x86_64-linux-musl lib
mv unpacked/usr/include/zlib.h "$(find unpacked/usr/include -name zconf.h)" zlib
mv unpacked/usr/lib/x86_64-linux-gnu/libz.a zlib
rm -r unpacked
# Only these: any other header of the host would be seen by ./configure scripts.
for headers in linux asm asm-generic; do
	place=/usr/include/$headers
	[ -d "$place" ] || place=/usr/include/$(gcc -print-multiarch)/$headers
	[ -d "$place" ] || { echo "error: the kernel's headers are not here: no <$headers/...>"; exit 1; }
	ln -s "$place" "kernel/$headers"
done
# %R is --sysroot, so that the folder can be moved.
sed -e 's|/usr/include/x86_64-linux-musl|%R/include|g' \
	-e 's|/usr/lib/x86_64-linux-musl|%R/lib|g' lib/musl-gcc.specs >gcc.specs
cat >cc <<'END'
#!/bin/sh
here=$(dirname -- "$0")
exec gcc --sysroot="$here" -specs="$here/gcc.specs" -idirafter "$here/kernel" \
	-static -fno-pie -no-pie -Wl,--build-id=none "$@"
END
chmod +x cc
