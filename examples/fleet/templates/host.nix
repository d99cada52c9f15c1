# What `arda host create` makes a host from.
{
  fleet.description = "@description@";
  fleet.tags = [ @tags@ ];
  nixpkgs.hostPlatform.system = "@system@";
}
