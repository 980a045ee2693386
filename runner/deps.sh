#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Installs the Debian packages that pcpbench needs, or says which they are.
set -eu

packages="gcc make git pkg-config libjansson-dev libinih-dev libarchive-dev libssl-dev libelf-dev
zlib1g-dev libcmocka-dev bc bison flex kmod patch perl xz-utils linux-source-6.1 linux-source-6.12
qemu-system-x86 gnuplot-nox busybox-static sparse"

missing=
for package in $packages; do
	case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)" in
	"install ok installed") ;;
	*) missing="$missing $package" ;;
	esac
done
[ -z "$missing" ] && exit 0

cannot() {
	echo "pcpbench: error: $1" >&2
	echo "  install these, then try again:$missing" >&2
	exit 2
}

command -v apt-get >/dev/null || cannot "packages are missing, and there is no apt-get here"
as_root=
if [ "$(id -u)" != 0 ]; then
	sudo -n true 2>/dev/null || cannot "packages are missing, and this is neither root nor sudo without a password"
	as_root=sudo
fi
echo "installing:$missing" >&2
$as_root apt-get -qq update >&2 || true
DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq -y --no-install-recommends install $missing \
	>&2 || cannot "apt-get could not install them"
