#!/bin/sh
# install-nix.sh SUITE PREFIX
# Puts the Nix of another Debian suite (bookworm: 2.8, trixie: 2.26, sid: newer) below PREFIX, beside the Nix of this Debian; prints its version.
exec "$(dirname "$0")/install-debian.sh" "${1:?suite}" "${2:?prefix}" nix-bin nix
