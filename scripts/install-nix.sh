#!/usr/bin/env bash
# install-nix.sh SUITE PREFIX
# Unpacks the nix-bin of another Debian suite (bookworm: 2.8, trixie: 2.26, sid) with the libraries it needs below PREFIX, so that it runs
# beside the Nix of this Debian. Packages come from the mirror that apt is set up for. Does nothing if PREFIX/usr/bin/nix runs already.
# Needs apt and patchelf, but not root. The system's own packages are left alone.
set -euo pipefail
die() {
  echo "install-nix.sh: $*" >&2
  exit 1
}
suite=${1:?suite} prefix=${2:?prefix}
nix=$prefix/usr/bin/nix
if "$nix" --version 2>/dev/null; then exit; fi
for program in apt-get dpkg-deb patchelf; do
  command -v "$program" >/dev/null || die "needs $program: this works on Debian, after 'apt install patchelf'"
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
nix=$prefix/usr/bin/nix
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
apt -y --download-only install nix-bin
for package in "$work"/archives/*.deb; do dpkg-deb -x "$package" "$prefix"; done

# Its own loader and libraries, before those of the system. A library that says itself where to look for others ignores what the program says.
libraries=$(find "$prefix" -name 'lib*.so*' -printf '%h\n' | sort -u | paste -sd:)
loader=$(basename "$(patchelf --print-interpreter "$(readlink -f "$nix")")")
loader=$(find "$prefix" -name "$loader" | sort | head -n 1)
[ -n "$loader" ] || die "nix-bin of $suite brought no loader with it"
find "$prefix" -name 'libnix*.so*' -type f -exec patchelf --force-rpath --set-rpath "$libraries" {} +
patchelf --force-rpath --set-rpath "$libraries" --set-interpreter "$loader" "$(readlink -f "$nix")"
"$nix" --version || die "the nix of $suite does not run here"
