# A made-up fleet for measuring: every host is a fix point of modules that costs about what a small NixOS host does. README.md says how to size it.
{
  outputs =
    { self }:
    let
      size = builtins.fromJSON (builtins.readFile ./fleet.json);
      lib = import ./lib;
      packages = import ./packages.nix { inherit lib size; };
      pad = number: if number < 10 then "0${toString number}" else toString number;
      named = number: "host${pad number}";
      local = name: ./hosts + "/${name}.nix";
      host =
        number:
        let
          name = named number;
        in
        lib.modules.evaluate {
          modules =
            [ ./modules/base.nix ./modules/services.nix (import ./modules/host.nix { inherit name number; }) ./site.nix ]
            ++ (if builtins.pathExists (local name) then [ (local name) ] else [ ]);
          arguments = { inherit lib packages size; };
        };
    in
    {
      inherit size;
      # Whatever the hosts have in common, to be measured alone.
      shared = packages.digest;
      nixosConfigurations = builtins.listToAttrs (
        builtins.genList (number: {
          name = named number;
          value = host number;
        }) size.hosts
      );
    };
}
