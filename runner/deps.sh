#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Usage: deps.sh [build|run|test ...]
# Looks for what those need (deps.txt; all of it without an argument). What is missing is
# installed with apt where that can be, and otherwise named in the words of the machine's
# installer; status 2 if it cannot be gone without.
set -eu

table=$(dirname "$0")/deps.txt
wanted=" ${*:-build run test} "
PATH=$PATH:/usr/sbin:/sbin

is_there()	# kind, name
{
	case $1 in
	program) command -v "$2" >/dev/null ;;
	header)	echo "#include <$2>" | ${CC:-gcc} -E -x c - >/dev/null 2>&1 ;;
	file)	[ -e "$2" ] ;;
	esac
}

installer=
for program in apt-get dnf pacman zypper; do
	if command -v "$program" >/dev/null; then
		installer=$program
		break
	fi
done

must= may= packages=
while read -r kind name for apt dnf pacman zypper; do
	case $kind in
	'' | '#'*) continue ;;
	esac
	case $wanted in
	*" ${for%\?} "*) ;;
	*) continue ;;
	esac
	is_there "$kind" "$name" && continue
	case $installer in
	dnf) package=$dnf ;;
	pacman) package=$pacman ;;
	zypper) package=$zypper ;;
	*) package=$apt ;;
	esac
	[ "$package" = - ] || packages="$packages $package"
	case $for in
	*\?) may="$may $name" ;;
	*) must="$must $name" ;;
	esac
done <"$table"
[ -n "$must$may" ] || exit 0

# What stands in the way of installing; nothing when apt can be used.
why=
as_root=
if [ "$installer" != apt-get ]; then
	why="there is no apt-get here"
elif [ "$(id -u)" != 0 ]; then
	as_root=sudo
	sudo -n true 2>/dev/null || why="this is neither root nor sudo without a password"
fi

name_them()
{
	case $installer in
	apt-get | dnf | zypper) echo "  install them, then try again: $installer install$packages" >&2 ;;
	pacman) echo "  install them, then try again: pacman -S$packages" >&2 ;;
	*) echo "  install them, then try again; Debian's packages are:$packages" >&2 ;;
	esac
}

if [ -z "$why" ] && [ -n "$packages" ]; then
	echo "installing:$packages" >&2
	$as_root apt-get -qq update >&2 || true
	DEBIAN_FRONTEND=noninteractive $as_root apt-get -qq -y --no-install-recommends install \
		$packages >&2 && exit 0
	why="apt-get could not install them"
fi
if [ -n "$must" ]; then
	echo "pcpbench: error: missing:$must; $why" >&2
	name_them
	exit 2
fi
echo "pcpbench: warning: goes on without:$may; $why" >&2
