{
  description = "An example fleet: three hosts and two users, without inputs";

  outputs =
    { self }:
    let
      lib = import ./lib;
      hosts = lib.importDirectory ./hosts;
      users = lib.importDirectory ./users;
      systems = [
        "aarch64-linux"
        "x86_64-linux"
      ];
    in
    {
      nixosConfigurations = builtins.mapAttrs lib.nixosSystem hosts;

      homeConfigurations = {
        alice = lib.homeConfiguration "alice" users.alice;
        "bob@db01" = lib.homeConfiguration "bob" users.bob;
      };

      clan.core = {
        machines = builtins.mapAttrs (_: host: {
          inherit (host.config.fleet) description tags;
          inherit (host.config.nixpkgs.hostPlatform) system;
          network = { inherit (host.config.networking) hostName domain; };
          deploy = { inherit (host.config.clan.core.networking) targetHost; };
        }) self.nixosConfigurations;

        users = builtins.mapAttrs (name: user: user { packages = self.packages.x86_64-linux; }) users;
      };

      packages = lib.genAttrs systems (
        system:
        let
          packages = import ./packages.nix { inherit lib self system; };
        in
        packages // { default = packages.inventory; }
      );

      lib = {
        # The names of the hosts that have a tag.
        hostsWithTag =
          tag:
          builtins.filter (name: builtins.elem tag self.nixosConfigurations.${name}.config.fleet.tags) (
            builtins.attrNames self.nixosConfigurations
          );
        inherit systems;
      };
    };
}
