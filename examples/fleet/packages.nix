# What the fleet builds beside its hosts and homes.
{
  lib,
  self,
  system,
}:
let
  inherit (self) nixosConfigurations;
  line = name: "${name} ${nixosConfigurations.${name}.config.networking.interfaces.eth0.address}";
in
{
  greeting = lib.textFile system "greeting" "hello from the fleet";

  # The hosts and their addresses, one a line.
  inventory = lib.textFile system "inventory" (
    builtins.concatStringsSep "\n" (map line (builtins.attrNames nixosConfigurations))
  );
}
