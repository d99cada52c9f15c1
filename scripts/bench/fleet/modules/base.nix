# What every host has: the options that services define values for, and what is made of them.
{ config, lib, options, ... }:
let
  inherit (builtins) attrNames attrValues concatMap concatStringsSep filter toJSON;
  inherit (lib) mkOption types;
  option = type: default: description: mkOption { inherit type default description; };

  unit =
    { config, name, ... }:
    {
      options = {
        enable = option types.bool true "Whether the unit is started.";
        description = option types.str "Unit ${name}" "What the unit is.";
        after = option (types.listOf types.str) [ ] "What must run before.";
        wants = option (types.listOf types.str) [ ] "What should run as well.";
        environment = option (types.attrsOf types.str) { } "Variables.";
        command = mkOption { type = types.str; description = "What it runs."; };
        restart = option (types.enum [ "always" "on-failure" "no" ]) "on-failure" "When it is started again.";
        text = option types.lines "" "The unit as a file.";
      };
      config.text = lib.mkMerge [
        (lib.mkBefore "[Unit]\nDescription=${config.description}\nAfter=${concatStringsSep " " config.after}")
        "[Service]\nExecStart=${config.command}\nRestart=${config.restart}"
        (lib.mkIf (config.environment != { }) (
          lib.mkAfter (concatStringsSep "\n" (map (n: "Environment=${n}=${config.environment.${n}}") (attrNames config.environment)))
        ))
      ];
    };

  user =
    { name, ... }:
    {
      options = {
        uid = option (types.nullOr types.int) null "The user's number.";
        group = option types.str name "The user's group.";
        home = option types.str "/var/lib/${name}" "The user's home.";
        shell = option types.str "/bin/nologin" "The user's shell.";
      };
    };
  # Every option there is, as the manual of a host lists them.
  documented =
    option:
    if option._type or "" == "option" then
      [ { name = concatStringsSep "." option.location; inherit (option) description type files isDefined; } ]
    else
      concatMap documented (attrValues option);
in
{
  options = {
    networking.hostName = mkOption { type = types.str; description = "The name of the host."; };
    networking.domain = option (types.nullOr types.str) null "The domain of the host.";
    networking.firewall.ports = option (types.listOf types.port) [ ] "Ports that may be reached.";
    environment.etc = option (types.attrsOf types.str) { } "Files below /etc.";
    environment.packages = option (types.listOf types.package) [ ] "Programs on the PATH.";
    systemd.units = option (types.attrsOf (types.submodule unit)) { } "Units of the host.";
    users.users = option (types.attrsOf (types.submodule user)) { } "Accounts of the host.";
    users.groups = option (types.attrsOf types.int) { } "Groups of the host.";
    site.revision = option types.int 0 "Counts the edits of the site.";
    assertions = option (types.listOf (types.attrsOf (types.scalar "anything" (_: true)))) [ ] "What must hold.";
    system.name = option types.str config.networking.hostName "The name of the system.";
    system.manual = mkOption { type = types.str; description = "What may be set, as JSON."; };
    system.description = mkOption { type = types.str; description = "The whole host as one text."; };
    system.digest = mkOption { type = types.str; description = "Changes with anything about the host."; };
  };
  config = {
    environment.etc.hostname = config.networking.hostName;
    system.manual = toJSON (documented options);
    system.description =
      let
        broken = filter (a: !a.holds) config.assertions;
      in
      if broken != [ ] then
        throw (concatStringsSep "\n" (map (a: a.message) broken))
      else
        toJSON {
          inherit (config) networking site;
          inherit (config.environment) etc;
          packages = map (p: p.outPath) config.environment.packages;
          units = map (u: u.text) (attrValues config.systemd.units);
          users = config.users;
          manual = builtins.hashString "sha256" config.system.manual;
        };
    system.digest = builtins.hashString "sha256" config.system.description;
  };
}
