# Stands in for home-manager: homeConfigurations with the arguments of the real lib.homeManagerConfiguration, modules that are merged, and an activation
# package that keeps to the contract. It knows no options, so it accepts what the real one would refuse.
{
  outputs = { self }: {
    lib.homeManagerConfiguration =
      { modules ? [ ], pkgs, lib ? pkgs.lib, extraSpecialArgs ? { }, check ? true, minimal ? false }:
      let
        isPlain = value: builtins.isAttrs value && value.type or null != "derivation" && !(value ? _type);
        priority = value: if value._type or null == "override" then value.priority else 100;
        content = value: if value._type or null == "override" then value.content else value;
        two = a: b:
          if isPlain a && isPlain b then
            a // builtins.mapAttrs (name: value: if a ? ${name} then two a.${name} value else value) b
          else if builtins.isList a && builtins.isList b then a ++ b
          else if priority b < priority a then b else a;
        settled = value: if isPlain (content value) then builtins.mapAttrs (_: settled) (content value) else content value;
        config = settled (builtins.foldl' two { home = { packages = [ ]; file = { }; }; programs = { }; } modules);
        files = builtins.mapAttrs
          (target: file: {
            inherit target;
            source = file.source or (builtins.toFile "text" file.text);
            executable = file.executable or null;
            recursive = file.recursive or false;
          })
          config.home.file;
        link = file: ''
          mkdir -p "$(dirname "$out/home-files/${file.target}")"
          cp -r "${file.source}" "$out/home-files/${file.target}"
          chmod -R u+w "$out/home-files/${file.target}"
          ${if file.executable == true then "chmod +x \"$out/home-files/${file.target}\"" else ""}
        '';
        activate = ''
          #!/bin/sh
          set -e
          [ "$USER" = ${config.home.username} ] && [ "$HOME" = ${config.home.homeDirectory} ] || { echo "not the home of ${config.home.username}" >&2; exit 1; }
          gen=$(dirname "$(readlink -f "$0")")
          (cd "$gen/home-files" && find . -type f) | while read -r f; do
            mkdir -p "$(dirname "$HOME/$f")"
            ln -sfn "$gen/home-files/''${f#./}" "$HOME/$f"
          done
        '';
      in
      {
        inherit config pkgs;
        activationPackage = pkgs.runCommand "home-manager-generation" { inherit activate; packages = config.home.packages; } ''
          mkdir -p $out/home-files
          ${builtins.concatStringsSep "\n" (map link (builtins.attrValues files))}
          printf '%s' "$activate" > $out/activate
          chmod +x $out/activate
          echo 1 > $out/gen-version
          echo $packages > $out/packages
        '';
      };
  };
}
