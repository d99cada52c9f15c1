{
  imports = [ ../modules/web.nix ];

  fleet.description = "second web server";
  networking.interfaces.eth0.address = "192.0.2.12";
}
