# A service: 15 options, and what it asks of the host when it is on.
number:
{ config, lib, packages, ... }:
let
  inherit (lib) mkIf mkMerge mkOption types;
  name = "s${toString number}";
  cfg = config.services.${name};
  package = packages.service number;
  option = type: default: description: mkOption { inherit type default description; };
in
{
  _file = "service ${name}";
  options.services.${name} = {
    enable = option types.bool false "Whether ${name} runs.";
    package = option types.package package "What ${name} runs.";
    port = option types.port package.meta.port "Where ${name} listens.";
    openFirewall = option types.bool false "Whether others may reach ${name}.";
    user = option types.str name "Who ${name} runs as.";
    group = option types.str cfg.user "The group of ${name}.";
    stateDirectory = option types.str "/var/lib/${name}" "Where ${name} keeps its data.";
    logLevel = option (types.enum [ "debug" "info" "warning" ]) "info" "What ${name} logs.";
    workers = option types.int 1 "How many workers ${name} has.";
    listen = option (types.listOf types.str) [ "127.0.0.1" ] "The addresses of ${name}.";
    peers = option (types.listOf types.str) [ ] "Whom ${name} talks to.";
    settings = option (types.attrsOf types.str) { } "Settings of ${name}.";
    extraConfig = option types.lines "" "More lines for the file of ${name}.";
    # The name of the option comes from the package, as where options are made from what a program says of itself.
    ${package.meta.feature} = option types.bool true "A switch that the package of ${name} has.";
    file = option types.lines "" "The file that ${name} reads.";
  };
  config = mkIf cfg.enable (mkMerge [
    {
      services.${name} = {
        settings = {
          port = toString cfg.port;
          level = cfg.logLevel;
          workers = toString cfg.workers;
          data = lib.mkDefault cfg.stateDirectory;
        };
        file = mkMerge [
          (builtins.concatStringsSep "\n" (map (n: "${n} = ${cfg.settings.${n}}") (builtins.attrNames cfg.settings)))
          (lib.mkAfter cfg.extraConfig)
        ];
      };
      environment.etc."${name}.conf" = cfg.file;
      environment.packages = [ cfg.package ];
      users.users.${cfg.user} = {
        uid = 400 + number;
        inherit (cfg) group;
        home = lib.mkDefault cfg.stateDirectory;
      };
      users.groups.${cfg.group} = 400 + number;
      systemd.units =
        {
          ${name} = {
            after = [ "network.target" ] ++ map (peer: "${peer}.service") cfg.peers;
            command = "${cfg.package.outPath}/bin/${name} --config /etc/${name}.conf";
            environment.LEVEL = cfg.logLevel;
          };
        }
        // builtins.listToAttrs (
          builtins.genList (n: {
            name = "${name}-${toString n}";
            value = {
              after = [ "${name}.service" ];
              command = "${cfg.package.outPath}/bin/${name} --worker ${toString n}";
              environment.LEVEL = lib.mkDefault cfg.logLevel;
            };
          }) cfg.workers
        );
      assertions = [
        {
          holds = cfg.workers > 0;
          message = "${name} needs a worker";
        }
      ];
    }
    (mkIf cfg.openFirewall { networking.firewall.ports = [ cfg.port ]; })
  ]);
}
