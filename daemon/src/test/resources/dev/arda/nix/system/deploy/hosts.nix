{
  outputs = { self }:
    let
      system = "SYSTEM";
      fleet = builtins.fromJSON (builtins.readFile ./fleet.json);
      # A target's root is above the home of whoever activates.
      activation = name: code: ''
        #!/bin/sh
        PATH=/usr/bin:/bin:$PATH
        root=''${HOME%/home}
        echo "$1 ${name}" >>$root/journal
        case $1 in
          test)
            echo "activating ${name}" >&2
            [ ! -e $root/whisper ] || echo "the password is $(cat $root/whisper)" >&2
            ln -sfn "$(dirname "$(dirname "$(readlink -f "$0")")")" $root/run/current-system
            while [ -e $root/hold ]; do sleep 0.05; done
            [ ${code} = 0 ] || echo "warning: the following units failed: broken.service" >&2
            exit ${code};;
          boot)
            while [ -e $root/boot-hold ]; do sleep 0.05; done
            [ ! -e $root/boot-fails ] || { echo "no room in /boot" >&2; exit 3; };;
          dry-activate) echo "would restart demo.service" >&2;;
        esac
      '';
      top = name: code: derivation {
        name = "nixos-system-${name}";
        inherit system;
        builder = "/bin/sh";
        args = [ "-ec" ''
          PATH=/usr/bin:/bin
          mkdir -p $out/bin $out/specialisation/night/bin
          printf %s "$text" >$out/bin/switch-to-configuration
          printf %s "$text" >$out/specialisation/night/bin/switch-to-configuration
          chmod +x $out/bin/switch-to-configuration $out/specialisation/night/bin/switch-to-configuration
          echo 1.0.${name} >$out/nixos-version
          mkdir -p $out/sw/bin $out/kernel-modules/lib/modules/6.12.${code}
          printf '#!/bin/sh\n[ "$1" = --configuration-revision ] && echo revision-of-${name}\n' >$out/sw/bin/nixos-version
          chmod +x $out/sw/bin/nixos-version
          if [ ${name} = morphing ]; then
            printf '#!/bin/sh\n. "$FAKE/act"\n' >$out/sw/bin/nixos-rebuild
            chmod +x $out/sw/bin/nixos-rebuild
          fi
        '' ];
        text = activation name code;
      };
      host = name: target: built: {
        config.nixpkgs.hostPlatform.system = system;
        config.clan.core.networking.targetHost = target;
        config.system.build.toplevel = built;
      };
      single = name: code: host name "nowhere-${name}" (top name code);
      count = n: f: builtins.foldl' (a: i: a + f i) 0 (builtins.genList (i: i) n);
      names = map (n: if n < 10 then "f0${toString n}" else "f${toString n}") (builtins.genList (n: n + 1) 12);
      each = f: builtins.listToAttrs (map (name: { inherit name; value = f name; }) names);
    in
    {
      nixosConfigurations = builtins.mapAttrs single { one = "0"; two = "0"; bad = "2"; units = "4"; reboot = "100"; checked = "0"; spare = "0"; morphing = "0"; } // {
        broken = host "broken" "nowhere" (throw "no such option");
        alien.config = { nixpkgs.hostPlatform.system = "riscv64-linux"; system.build.toplevel = top "alien" "0"; };
        sluggish = host "sluggish" "sluggish" (builtins.seq (count 100000 (_: count 100000 (_: 1))) (top "sluggish" "0"));
        sleeper = host "sleeper" "sleeper" (derivation { name = "nixos-system-sleeper"; inherit system; builder = "/bin/sh"; args = [ "-c" "PATH=/usr/bin:/bin; sleep 1357" ]; });
        failing = host "failing" "nowhere" (derivation { name = "nixos-system-failing"; inherit system; builder = "/bin/sh"; args = [ "-c" "echo it goes wrong >&2; exit 1" ]; });
      } // each (name: host name name (top "${name}-${fleet.version}" (if builtins.elem name fleet.failing then "2" else "0")));
      darwinConfigurations.mac = {
        config.nixpkgs.hostPlatform.system = "x86_64-darwin";
        system = top "mac" "0";
      };
      clan.core.machines = {
        planned = { };
        checked.deploy.healthCheck = "test -e $HOME/well";
        a.deploy.dependsOn = [ "b" ];
        b.deploy.dependsOn = "a";
      } // each (name: {
        tags = [ "fleet" ] ++ (if name == "f12" then [ "database" ] else [ ]);
        deploy.dependsOn = if name == "f01" then [ "@database" ] else [ ];
      });
    };
}
