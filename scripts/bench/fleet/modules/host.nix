# What makes a host: its name, and which services it runs.
{ name, number }:
{ config, lib, size, ... }:
let
  inherit (builtins) genList listToAttrs;
  modulo = a: b: a - b * (a / b);
in
{
  _file = "host ${name}";
  networking.hostName = name;
  networking.domain = "fleet.example";
  services = listToAttrs (
    genList (n: {
      name = "s${toString n}";
      value = {
        enable = modulo (n + number) 3 != 0;
        openFirewall = modulo (n + number) 4 == 0;
        workers = lib.mkDefault (1 + modulo (n * number) 2);
        peers = lib.mkIf (n > 0) [ "s${toString (n - 1)}" ];
        settings.host = name;
      };
    }) size.services
  );
}
