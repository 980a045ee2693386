#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The guest's agent. The shell sorts *.c, and no path of the host is in the program.
set -eu
out=$PWD
cd "$SOURCE"
"$CC" -std=gnu17 -I"$CONTRACT/.." -static -O2 -Wall -Wextra -Wl,--build-id=none -s $ZLIB -o "$out/agent" *.c -lz
