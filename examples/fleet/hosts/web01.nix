{
  imports = [ ../modules/web.nix ];

  fleet.description = "first web server";
  networking.interfaces.eth0.address = "192.0.2.11";
  fleet.tags = [ "canary" ];
}
