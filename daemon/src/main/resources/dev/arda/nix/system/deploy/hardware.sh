# Tells what hardware a machine has.  $1 nixos-facter or nixos-generate-config  $2 line before the report  $3… arguments of the program
program=$1 begin=$2
shift 2
PATH=$PATH:/run/wrappers/bin:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin
if command -v "$program" >/dev/null 2>&1; then
  set -- "$program" "$@"
elif [ "$program" = nixos-facter ] && command -v nix >/dev/null 2>&1; then
  set -- nix --extra-experimental-features 'nix-command flakes' shell nixpkgs#nixos-facter --command nixos-facter "$@"
else
  echo "there is no $program on its PATH" >&2
  return 127
fi
printf '%s\n' "$begin"
"$@"
