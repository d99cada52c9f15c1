#!/usr/bin/env bash
# install-debian.sh SUITE PREFIX PACKAGE PROGRAM
# Unpacks a package of another Debian suite (bookworm, trixie, sid) with all that it needs below PREFIX, so that PREFIX/usr/bin/PROGRAM runs beside
# the system's own. Packages come from the mirror that apt is set up for. Does nothing if the program runs already, and prints its version.
# Needs apt and patchelf, but not root. The system's own packages are left alone.
set -euo pipefail
die() {
  echo "install-debian.sh: $*" >&2
  exit 1
}
suite=${1:?suite} prefix=${2:?prefix} package=${3:?package} program=${4:?program}
if "$prefix/usr/bin/$program" --version 2>/dev/null; then exit; fi
for need in apt-get dpkg-deb patchelf; do
  command -v "$need" >/dev/null || die "needs $need: this works on Debian, after 'apt install patchelf'"
done

codename=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
# shellcheck disable=SC2016 # apt fills these in
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
  awk -v codename="$codename" '$3 == "main" && $2 ~ "^(" codename "|stable|testing|unstable|sid)$" { print $1; exit }')
[ -n "$mirror" ] || die "apt has no Debian mirror in its sources"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || die "needs $keyring: apt install debian-archive-keyring"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists,archives}/partial "$prefix"
prefix=$(cd "$prefix" && pwd -P)
file=$prefix/usr/bin/$program
: >"$work/status" # nothing is installed, so every library is fetched
echo "deb [signed-by=$keyring] $mirror $suite main" >"$work/sources.list"
apt() {
  apt-get -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache::archives="$work/archives" \
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Install-Recommends=false -o Debug::NoLocking=1 \
    -o APT::Sandbox::User= "$@" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die "apt could not do it: $*"
  }
}
apt update
apt -y --download-only install "$package"
for archive in "$work"/archives/*.deb; do dpkg-deb -x "$archive" "$prefix"; done

# Its own loader and libraries, before those of the system. A library that says itself where to look for others ignores what the program says.
libraries=$(find "$prefix" -name 'lib*.so*' -printf '%h\n' | sort -u | paste -sd:)
loader=$(basename "$(patchelf --print-interpreter "$(readlink -f "$file")")")
loader=$(find "$prefix" -name "$loader" | sort | head -n 1)
[ -n "$loader" ] || die "$package of $suite brought no loader with it"
while read -r library; do
  if [ -n "$(patchelf --print-rpath "$library" 2>/dev/null)" ]; then patchelf --force-rpath --set-rpath "$libraries" "$library"; fi
done < <(find "$prefix" -name 'lib*.so*' -type f)
patchelf --force-rpath --set-rpath "$libraries" --set-interpreter "$loader" "$(readlink -f "$file")"
"$file" --version || die "the $program of $suite does not run here"
