# A web server behind the name www.fleet.example.
{
  services.nginx = {
    enable = true;
    port = 443;
    virtualHosts."www.fleet.example" = {
      forceSSL = true;
      root = "/srv/www";
    };
  };
  fleet.tags = [ "web" ];
}
