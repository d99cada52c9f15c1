# One module for each service, all of one pattern. What a service can be told depends on its package, so that no option is known before its package is.
{ size, ... }:
{
  imports = builtins.genList (import ./service.nix) size.services;
}
