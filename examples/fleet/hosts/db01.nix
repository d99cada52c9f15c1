{ config, ... }:
{
  fleet.description = "database of the web servers";
  fleet.tags = [ "database" ];

  nixpkgs.hostPlatform.system = "aarch64-linux";
  networking.interfaces.eth0.address = "192.0.2.21";

  services.postgresql = {
    enable = true;
    port = 5432;
    databases = [
      "shop"
      "wiki"
    ];
  };
  services.backup = {
    enable = false;
    port = 8000;
    paths = map (database: "/var/lib/postgresql/${database}") config.services.postgresql.databases;
  };
}
