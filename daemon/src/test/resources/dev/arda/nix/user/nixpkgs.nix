# Stands in for nixpkgs: what arda's expression uses of it, with the signatures of the real functions.
{
  outputs = { self }:
    let
      system = "x86_64-linux";
      override = priority: content: { _type = "override"; inherit priority content; };
      lib = { mkDefault = override 1000; mkForce = override 50; };
      package = pname: version: derivation {
        inherit pname version system; name = "${pname}-${version}"; builder = "/bin/sh";
        args = [ "-ec" "mkdir -p $out/bin; printf '#!/bin/sh\\necho ${pname}\\n' > $out/bin/${pname}; chmod +x $out/bin/${pname}" ]; PATH = "/usr/bin:/bin";
      } // { inherit pname version; shellPath = "/bin/${pname}"; meta = { description = "the program ${pname}"; position = "${self}/pkgs/${pname}.nix:3"; }; };
      runCommand = name: env: buildCommand: derivation ({
        inherit name system; builder = "/bin/sh"; args = [ "-ec" buildCommand ]; PATH = "/usr/bin:/bin";
      } // env);
    in
    {
      inherit lib;
      legacyPackages.${system} = {
        inherit lib system runCommand;
        vim = package "vim" "9.1"; git = package "git" "2.47"; zsh = package "zsh" "5.9"; dash = package "dash" "0.5"; bash = package "bash" "5.2";
        vimPlugins.vim-nix = package "vim-nix" "1.0";
      };
    };
}
