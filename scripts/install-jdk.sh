#!/bin/sh
# Unpacks a JDK 25 (Eclipse Temurin) below ~/.local/share/arda, where find-jdk.sh finds it. Takes the archive from $ARDA_JDK_ARCHIVE, a local
# file, or else downloads it. Only an archive with the pinned SHA-256 is unpacked; to use another one, say so with ARDA_JDK_SHA256.
set -eu
die() {
  echo "install-jdk.sh: $*" >&2
  exit 1
}
version=25.0.3 build=9
case $(uname -s)-$(uname -m) in
  Linux-x86_64) arch=x64 sum=69264a7a211bf5029830d07bc3370f879769d62ebc5b5488e90c9343a2da0e1f ;;
  Linux-aarch64) arch=aarch64 sum=3e4287cb98870ba824ed698854bdc27cff984254caf66dd12cc291e7bfdde26b ;;
  *) die "has no JDK 25 for $(uname -sm): install one and set JAVA_HOME to it" ;;
esac
sum=${ARDA_JDK_SHA256:-$sum}
url=https://github.com/adoptium/temurin25-binaries/releases/download/jdk-$version%2B$build/OpenJDK25U-jdk_${arch}_linux_hotspot_${version}_$build.tar.gz
share=${XDG_DATA_HOME:-$HOME/.local/share}/arda
mkdir -p "$share"
work=$(mktemp -d "$share/unpacking.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

archive=${ARDA_JDK_ARCHIVE-}
if [ -z "$archive" ]; then
  archive=$work/jdk.tar.gz
  echo "install-jdk.sh: downloading $url"
  if command -v curl >/dev/null 2>&1; then curl -fsSL -o "$archive" "$url"; else wget -qO "$archive" "$url"; fi ||
    die "cannot download it; fetch it by another way and set ARDA_JDK_ARCHIVE to the file"
fi
[ -r "$archive" ] || die "cannot read the archive $archive"
actual=$(sha256sum "$archive" | cut -d' ' -f1)
[ "$actual" = "$sum" ] || die "$archive has SHA-256 $actual instead of the expected $sum"

mkdir "$work/jdk"
tar -xzf "$archive" -C "$work/jdk" --strip-components=1
"$work/jdk/bin/java" -version 2>"$work/version" || die "the JDK does not run here: $(cat "$work/version")"
home=$share/jdk-25
rm -rf "$home"
mv "$work/jdk" "$home"
echo "install-jdk.sh: unpacked $home"
