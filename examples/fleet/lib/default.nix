# The little that this fleet needs of nixpkgs: merging modules, and derivations that a shell alone can build.
let
  inherit (builtins)
    all
    attrNames
    concatLists
    elemAt
    filter
    isAttrs
    isFunction
    isList
    length
    listToAttrs
    mapAttrs
    match
    readDir
    toJSON
    zipAttrsWith
    ;

  isDerivation = value: isAttrs value && value.type or null == "derivation";

  # Sets are merged, lists are joined, of everything else the last one counts.
  merge = zipAttrsWith (
    _: values:
    if length values > 1 && all (value: isAttrs value && !isDerivation value) values then
      merge values
    else if all isList values then
      concatLists values
    else
      elemAt values (length values - 1)
  );

  # A module is a file, a set, or a function that takes the configuration which all modules make together; `imports` names further ones.
  evalModules =
    modules:
    let
      load = module: if isFunction module then module { inherit config; } else module;
      collect =
        module:
        let
          loaded = load (if builtins.isPath module then import module else module);
        in
        builtins.concatMap collect (loaded.imports or [ ]) ++ [ (removeAttrs loaded [ "imports" ]) ];
      config = merge (builtins.concatMap collect modules);
    in
    config;

  genAttrs = names: value: listToAttrs (map (name: { inherit name; value = value name; }) names);
in
rec {
  inherit evalModules genAttrs merge;

  # The files NAME.nix of a directory, by name.
  importDirectory =
    directory:
    let
      nameOf = file: match "(.*)\\.nix" file;
      files = filter (file: nameOf file != null) (attrNames (readDir directory));
    in
    listToAttrs (map (file: { name = elemAt (nameOf file) 0; value = import (directory + "/${file}"); }) files);

  # A derivation whose output is a file with this text.
  textFile =
    system: name: text:
    derivation {
      inherit name system text;
      builder = "/bin/sh";
      args = [ "-ec" ''printf '%s\n' "$text" > "$out"'' ];
    };

  # A host: NAME and its module. The system it builds is a file that describes it, enough to be evaluated, built and copied.
  nixosSystem =
    name: module:
    let
      build =
        { config, ... }:
        let
          inherit (config.nixpkgs.hostPlatform) system;
          release = "nixos-system-${name}-${config.system.stateVersion}";
        in
        {
          networking.hostName = name;
          system.build = rec {
            etc = textFile system "etc-${name}" (toJSON config.environment.etc);
            toplevel = textFile system release (toJSON {
              inherit etc;
              inherit (config.networking) hostName firewall;
              services = attrNames config.services;
            });
          };
        };
    in
    {
      config = evalModules [
        ../modules/base.nix
        build
        module
      ];
    };

  # A user's home: NAME and the function that describes the user, as in clan.core.users.
  homeConfiguration =
    name: user:
    let
      description = user { packages = { }; };
    in
    {
      config.home = {
        username = name;
        inherit (description) homeDirectory stateVersion;
        sessionVariables.SHELL = description.shell;
      };
      config.programs = description.programs;
      activationPackage = textFile "x86_64-linux" "home-manager-generation" (toJSON {
        inherit name;
        inherit (description) homeDirectory shell dotfiles;
        programs = attrNames description.programs;
      });
    };
}
