# What every host has.
{ config, ... }:
let
  enabled = builtins.filter (service: service.enable) (builtins.attrValues config.services);
in
{
  nixpkgs.hostPlatform.system = "x86_64-linux";
  system.stateVersion = "25.11";
  time.timeZone = "UTC";

  networking = {
    domain = "fleet.example";
    firewall = {
      enable = true;
      allowedTCPPorts = builtins.sort builtins.lessThan (map (service: service.port) enabled);
    };
  };
  clan.core.networking.targetHost = "root@${config.networking.hostName}.${config.networking.domain}";

  services = {
    openssh = {
      enable = true;
      port = 22;
      settings.PasswordAuthentication = false;
    };
    node-exporter = {
      enable = true;
      port = 9100;
    };
  };

  environment.etc.motd.text = "${config.networking.hostName}: ${config.fleet.description}";
  fleet.tags = [ "all" ];
}
