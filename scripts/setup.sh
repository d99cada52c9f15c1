#!/bin/sh
# setup.sh [--tests]
# Installs what is missing to build and run arda: git, Nix and a JDK 25; with --tests also what only the tests need. Says what it does, and
# does nothing where nothing is missing. Packages come from Debian, by root or by sudo without a password; where that cannot be, this names
# what is missing and how to get it. What it installs stays as it is: no service is started, no other package is changed.
set -eu
cd "$(dirname "$0")/.."
say() { echo "setup: $*"; }
have() { command -v "$1" >/dev/null 2>&1; }
there() { [ -e "$1" ]; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# What is missing, as Debian packages.
missing() {
  have git || echo git
  have nix || echo nix-bin
  have mvn || have curl || have wget || echo curl ca-certificates # ./mvnw fetches Maven with one of them
  [ "${1-}" = --tests ] || return 0
  have node || echo nodejs
  have npm || echo npm
  have shellcheck || echo shellcheck
  have patchelf || echo patchelf
  have nvim || echo neovim
  have emacs || echo emacs-nox
  have ssh || echo openssh-client
  have age || echo age
  have sshd || [ -x /usr/sbin/sshd ] || echo openssh-server
  have apt-get || return 0
  there /usr/share/emacs/site-lisp/elpa-src/eglot-* || there /usr/share/emacs/[0-9]*/lisp/progmodes/eglot.el* || echo elpa-eglot
  there /usr/share/emacs/site-lisp/elpa-src/lsp-mode-* || echo elpa-lsp-mode
}

can_install=no
if have apt-get && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }; then can_install=yes; fi
updated=no
install() { # PACKAGE...
  [ $updated = yes ] || as_root apt-get -qq update
  updated=yes
  say "installing with apt: $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@" >/dev/null
}

packages=$(missing "$@" | tr '\n' ' ')
if [ -n "$packages" ]; then
  if [ $can_install = no ]; then
    cat >&2 <<END
setup: missing, and this user may not install here: $packages
  on Debian or Ubuntu:    sudo apt install $packages
  with Nix:               nix shell nixpkgs#git nixpkgs#curl nixpkgs#nodejs nixpkgs#shellcheck
  Nix itself, elsewhere:  the package 'nix' of the distribution, or https://nixos.org/download
END
    exit 1
  fi
  # shellcheck disable=SC2086 # the names are words
  install $packages
fi

if ! scripts/find-jdk.sh >/dev/null 2>&1; then
  if [ $can_install = yes ] && [ -z "${ARDA_JDK_ARCHIVE-}" ]; then
    [ $updated = yes ] || as_root apt-get -qq update
    updated=yes
    if apt-cache policy openjdk-25-jdk-headless | grep -q 'Candidate: [0-9]'; then install openjdk-25-jdk-headless; fi
  fi
  if ! scripts/find-jdk.sh >/dev/null 2>&1; then
    have curl || have wget || [ -n "${ARDA_JDK_ARCHIVE-}" ] || [ $can_install = no ] || install curl ca-certificates
    scripts/install-jdk.sh || {
      cat >&2 <<'END'
setup: missing: a JDK 25
  Debian 13 or newer:  sudo apt install openjdk-25-jdk-headless
  with Nix:            nix profile install nixpkgs#jdk25_headless
  by hand:             unpack any JDK 25 and set ARDA_JAVA_HOME to it, or download the archive named above and set ARDA_JDK_ARCHIVE to it
END
      exit 1
    }
  fi
fi
say "ready: $(git --version), $(nix --version), JDK 25 in $(scripts/find-jdk.sh)"
